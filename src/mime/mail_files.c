/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mail_files.c - which texts are looked through for files, and the parts that become of these. */
#include "mime/mail_files.h"

#include "base/limits.h"
#include "mime/file_type.h"
#include "mime/inline_file.h"

#include <string.h>

#define MAX_FILENAME 255 /* bytes kept */

char *
mail_files_name(char *name)
{
	if (strlen(name) > MAX_FILENAME) {
		const char *end = g_utf8_find_prev_char(name, name + MAX_FILENAME + 1);
		name[end ? end - name : 0] = '\0';
	}
	return name;
}

/* Text in which a file could stand. */
static bool
may_hold_files(const struct mail_part *part)
{
	return strcmp(part->type, "text/plain") == 0 && part->role != MAIL_CONTAINER && !part->is_message &&
	    g_strcmp0(part->disposition, "attachment") != 0 && part->content.encoding != GMIME_CONTENT_ENCODING_UUENCODE;
}

static bool
has(const struct content *c, const char *mark)
{
	return c->len > 0 && g_strstr_len(c->bytes, (gssize)c->len, mark) != NULL;
}

static bool
append(const char *bytes, size_t len, void *user)
{
	GByteArray *all = user;
	g_byte_array_append(all, (const guint8 *)bytes, (guint)len);
	return all->len <= LIMIT_INLINE_TEXT;
}

/* The text decoded, when it is encoded and may have a file in it; NULL for any other. Owned. */
static GBytes *
decode(const struct mail_part *part)
{
	const struct content *c = &part->content;
	bool is_base64 = c->encoding == GMIME_CONTENT_ENCODING_BASE64;
	if (!is_base64 && (c->encoding != GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE || (!has(c, "begin") && !has(c, "=3D"))))
		return NULL;
	if (c->len / (is_base64 ? 2 : 4) > LIMIT_INLINE_TEXT)
		return NULL; /* whatever its letters stand for */
	GByteArray *all = g_byte_array_new();
	bool is_whole = content_read(c, append, all) && all->len <= LIMIT_INLINE_TEXT;
	if (!is_whole || all->len == 0) {
		g_byte_array_unref(all);
		return NULL;
	}
	return g_byte_array_free_to_bytes(all);
}

/* A file within the text of `holder`, as a part of its own. */
static struct mail_part *
file_new(const struct mail_part *holder, int index, const struct inline_file *f, guint n)
{
	struct mail_part *part = g_new0(struct mail_part, 1);
	const char *type = file_type_of_name(f->name);
	part->id = g_strdup_printf("%s~%u", holder->id, n);
	part->type = g_strdup(type ? type : "application/octet-stream");
	part->filename = mail_files_name(g_strdup(f->name));
	part->disposition = g_strdup("attachment");
	part->content = f->content;
	part->size = content_size(&part->content);
	part->parent = holder->parent;
	part->depth = holder->depth;
	part->role = MAIL_ATTACHMENT;
	part->text_of = index;
	part->object = holder->object;
	return part;
}

void
mail_files_list(GPtrArray *parts, int index)
{
	struct mail_part *part = parts->pdata[index];
	if (!may_hold_files(part))
		return;
	GBytes *decoded = decode(part);
	part->plain = part->content;
	if (decoded) {
		part->plain = (struct content){ .encoding = GMIME_CONTENT_ENCODING_BINARY };
		part->plain.bytes = g_bytes_get_data(decoded, &part->plain.len);
	}
	part->files = inline_files_find(part->plain.bytes, part->plain.len);
	/* what holds none need not be kept twice */
	if (part->files)
		part->decoded = decoded;
	else
		g_clear_pointer(&decoded, g_bytes_unref);
	for (guint i = 0; part->files && i < part->files->len && parts->len < LIMIT_MIME_PARTS; i++)
		g_ptr_array_add(parts, file_new(part, index, part->files->pdata[i], i + 1));
}
