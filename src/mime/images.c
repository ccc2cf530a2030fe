/* SPDX-License-Identifier: GPL-3.0-or-later */
/* images.c - see images.h. */
#include "mime/images.h"

#include "base/jsonl.h"
#include "base/limits.h"
#include "mime/links.h"

#include <string.h>

struct image {
	char *cid;  /* without <>; NULL */
	char *part; /* NULL */
	char *url;  /* https; NULL */
};

struct images {
	GPtrArray *all; /* struct image; number 1 is the first */
};

static void
image_free(gpointer data)
{
	struct image *one = data;
	g_free(one->cid);
	g_free(one->part);
	g_free(one->url);
	g_free(one);
}

struct images *
images_new(void)
{
	struct images *images = g_new0(struct images, 1);
	images->all = g_ptr_array_new_with_free_func(image_free);
	return images;
}

void
images_free(struct images *images)
{
	if (!images)
		return;
	g_ptr_array_unref(images->all);
	g_free(images);
}

bool
images_is_remote(const char *src)
{
	return src && (g_ascii_strncasecmp(src, "http:", 5) == 0 ||
			  g_ascii_strncasecmp(src, "https:", 6) == 0 || g_str_has_prefix(src, "//"));
}

/* What would be asked for: never in clear. Owned; NULL for what is no such address. */
static char *
https_url(const char *src)
{
	const char *rest = strstr(src, "//");
	if (!images_is_remote(src) || !rest || strlen(src) > LIMIT_URL ||
	    strcspn(rest + 2, "/?# \t\r\n") == 0)
		return NULL;
	GString *url = g_string_new("https:");
	for (const char *p = rest; *p; p++) {
		guchar c = (guchar)*p;
		/* line ends within an attribute are layout (WHATWG URL 4.4), blanks and UTF-8 are not rare */
		if (c == '\n' || c == '\r' || c == '\t')
			continue;
		if (c > ' ' && c < 0x7f)
			g_string_append_c(url, (char)c);
		else
			g_string_append_printf(url, "%%%02X", c);
	}
	return g_string_free(url, FALSE);
}

static unsigned
add(struct images *images, struct image *one)
{
	for (guint i = 0; i < images->all->len; i++) {
		const struct image *other = images->all->pdata[i];
		if (g_strcmp0(one->cid, other->cid) == 0 && g_strcmp0(one->part, other->part) == 0 &&
		    g_strcmp0(one->url, other->url) == 0) {
			image_free(one);
			return i + 1;
		}
	}
	if (images->all->len >= LIMIT_IMAGES) {
		image_free(one);
		return 0;
	}
	g_ptr_array_add(images->all, one);
	return images->all->len;
}

unsigned
images_add(struct images *images, const char *src)
{
	struct image *one = g_new0(struct image, 1);
	src += strspn(src, " \t\r\n");
	if (g_ascii_strncasecmp(src, "cid:", 4) == 0 && strlen(src) <= LIMIT_URL)
		one->cid = g_uri_unescape_string(src + 4, NULL);
	else
		one->url = https_url(src);
	if (!one->cid && !one->url) {
		image_free(one);
		return 0;
	}
	return add(images, one);
}

unsigned
images_add_part(struct images *images, const struct mail_part *part)
{
	struct image *one = g_new0(struct image, 1);
	one->part = g_strdup(part->id);
	return add(images, one);
}

bool
images_has_part(const struct images *images, const struct mail_part *part)
{
	for (guint i = 0; part->content_id && i < images->all->len; i++) {
		const struct image *one = images->all->pdata[i];
		if (g_strcmp0(one->cid, part->content_id) == 0)
			return true;
	}
	return false;
}

static const struct mail_part *
part_of_cid(const struct mail *m, const char *cid)
{
	for (size_t i = 0; m && i < mail_n_parts(m); i++) {
		const struct mail_part *part = mail_part(m, i);
		if (part->role == MAIL_ATTACHMENT && g_strcmp0(part->content_id, cid) == 0)
			return part;
	}
	return NULL;
}

json_t *
images_json(const struct images *images, const struct mail *m)
{
	json_t *out = json_array();
	for (guint i = 0; i < images->all->len; i++) {
		const struct image *one = images->all->pdata[i];
		const struct mail_part *part = one->cid ? part_of_cid(m, one->cid) : NULL;
		const char *id = part ? part->id : one->part;
		char *host = one->url ? links_host(one->url) : NULL;
		if (id)
			json_array_append_new(out,
			    json_pack("{s:i, s:o}", "n", (int)i + 1, "part", jsonl_text(id, -1)));
		else if (host)
			json_array_append_new(out,
			    json_pack("{s:i, s:o, s:o}", "n", (int)i + 1, "url",
				jsonl_text(one->url, -1), "host", jsonl_text(host, -1)));
		g_free(host);
	}
	return out;
}
