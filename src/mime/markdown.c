/* SPDX-License-Identifier: GPL-3.0-or-later */
/* markdown.c - by libcmark. Of the tree only the images are changed. */
#include "mime/markdown.h"

#include "base/jsonl.h"

#include <cmark.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A path on this machine, owned; NULL for a URL of any scheme and for what is no file. */
static char *
local_file(const char *url)
{
	if (url == NULL || *url == '\0' || strncmp(url, "cid:", 4) == 0)
		return NULL;
	char *path = g_str_has_prefix(url, "file://") ? g_filename_from_uri(url, NULL, NULL)
						      : g_uri_unescape_string(url, NULL);
	char *expanded = path != NULL && g_str_has_prefix(path, "~/")
	    ? g_build_filename(g_get_home_dir(), path + 2, NULL)
	    : g_strdup(path);
	bool is_file = expanded != NULL && g_file_test(expanded, G_FILE_TEST_IS_REGULAR);
	char *full = is_file ? g_canonicalize_filename(expanded, NULL) : NULL;
	g_free(expanded);
	g_free(path);
	return full;
}

/* The content id of a file, which is attached if it is not yet. Borrowed from the list. */
static const char *
content_id(json_t *attachments, const char *path)
{
	size_t i;
	json_t *item, *found = NULL;
	json_array_foreach(attachments, i, item)
		if (g_strcmp0(jsonl_string(item, "path"), path) == 0)
			found = item;
	if (found == NULL) {
		found = json_pack("{s:o}", "path", jsonl_text(path, -1));
		json_array_append_new(attachments, found);
	}
	if (jsonl_string(found, "content_id") == NULL) {
		char *uuid = g_uuid_string_random();
		char *id = g_strdup_printf("%s@penfold", uuid);
		json_object_set_new(found, "content_id", json_string(id));
		g_free(id);
		g_free(uuid);
	}
	return jsonl_string(found, "content_id");
}

static void
take_images(cmark_node *document, json_t *attachments)
{
	cmark_iter *iter = cmark_iter_new(document);
	while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		char *path = cmark_node_get_type(node) == CMARK_NODE_IMAGE
		    ? local_file(cmark_node_get_url(node))
		    : NULL;
		if (path != NULL) {
			char *url = g_strconcat("cid:", content_id(attachments, path), NULL);
			cmark_node_set_url(node, url);
			g_free(url);
		}
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
