/* SPDX-License-Identifier: GPL-3.0-or-later */
/* markdown.c - by libcmark. Of the tree only the images are changed. */
#include "mime/markdown.h"

#include "base/jsonl.h"

#include <cmark.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The file that an image's address names, as a path, and as it stands there; owned. NULL for a URL of another
 * scheme. */
static char *
path_of(const char *url, char **name_out)
{
	*name_out = NULL;
	if (url == NULL || *url == '\0' || strncmp(url, "cid:", 4) == 0)
		return NULL;
	char *path = g_str_has_prefix(url, "file://") ? g_filename_from_uri(url, NULL, NULL)
						      : g_uri_unescape_string(url, NULL);
	if (path == NULL)
		return NULL;
	*name_out = g_strdup(path);
	char *expanded = g_str_has_prefix(path, "~/") ? g_build_filename(g_get_home_dir(), path + 2, NULL)
						      : g_strdup(path);
	char *full = g_canonicalize_filename(expanded, NULL);
	g_free(expanded);
	g_free(path);
	return full;
}

/* By its whole path, or by its name in the letter. */
static bool
is_named(const json_t *item, const char *path, const char *name)
{
	const char *at = jsonl_string(item, "path"), *filename = jsonl_string(item, "filename");
	if (at == NULL)
		return false;
	char *base = g_path_get_basename(at);
	bool is_it = strcmp(at, path) == 0 || strcmp(filename != NULL ? filename : base, name) == 0;
	g_free(base);
	return is_it;
}

/* The content id of what is attached and named so; NULL for none. Borrowed from the list. Nothing is attached
 * for being named: the text may be another's, quoted or sent on. */
static const char *
content_id(json_t *attachments, const char *path, const char *name)
{
	size_t i;
	json_t *item, *found = NULL;
	json_array_foreach(attachments, i, item)
		if (found == NULL && is_named(item, path, name))
			found = item;
	if (found != NULL && jsonl_string(found, "content_id") == NULL) {
		char *uuid = g_uuid_string_random();
		char *id = g_strdup_printf("%s@penfold", uuid);
		json_object_set_new(found, "content_id", json_string(id));
		g_free(id);
		g_free(uuid);
	}
	return found != NULL ? jsonl_string(found, "content_id") : NULL;
}

static void
take_images(cmark_node *document, json_t *attachments)
{
	cmark_iter *iter = cmark_iter_new(document);
	while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		char *name = NULL;
		char *path = cmark_node_get_type(node) == CMARK_NODE_IMAGE
		    ? path_of(cmark_node_get_url(node), &name)
		    : NULL;
		const char *id = path != NULL ? content_id(attachments, path, name) : NULL;
		if (id != NULL) {
			char *url = g_strconcat("cid:", id, NULL);
			cmark_node_set_url(node, url);
			g_free(url);
		}
		g_free(name);
		g_free(path);
	}
	cmark_iter_free(iter);
}

void
markdown_page_init(struct markdown_page *page, const char *text, const json_t *attachments)
{
	cmark_node *document = cmark_parse_document(text, strlen(text),
	    CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8);
	page->attachments = json_is_array(attachments) ? json_deep_copy(attachments) : json_array();
	take_images(document, page->attachments);
	char *body = cmark_render_html(document, CMARK_OPT_DEFAULT);
	page->html = g_strdup_printf("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head>"
				     "<body>\n%s</body></html>\n", body);
	free(body); /* cmark's own allocator is malloc */
	cmark_node_free(document);
}

void
markdown_page_clear(struct markdown_page *page)
{
	g_clear_pointer(&page->html, g_free);
	json_decref(page->attachments);
	page->attachments = NULL;
}
