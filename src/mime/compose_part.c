/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_part.c - one attachment. They go in base64, so they arrive to the byte; an attached letter
 * goes as message/rfc822 when its bytes can stand in mail as they are (RFC 2046 5.2.1 allows no base64
 * there), else as a file named .eml: recoding it would break its signatures. */
#include "mime/compose_part.h"

#include "base/error.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/limits.h"
#include "mime/compose_wire.h"
#include "mime/file_type.h"
#include "mime/recode_param.h"

#include <gio/gio.h>
#include <string.h>

#define SNIFF_LEN 4096 /* bytes of a file by which GIO guesses its type */

static GMimeDataWrapper *
wrap(GBytes *bytes)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(len > 0 ? data : "", len);
	GMimeDataWrapper *wrapper =
	    g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);

	g_object_unref(stream);
	return wrapper;
}

void
compose_part_content(GMimePart *part, GBytes *bytes, GMimeContentEncoding encoding)
{
	GMimeDataWrapper *wrapper = wrap(bytes);

	g_mime_part_set_content(part, wrapper);
	g_mime_part_set_content_encoding(part, encoding);
	g_object_unref(wrapper);
}

static bool
is_mime_type(const char *type)
{
	const char *slash = strchr(type, '/'), *p;

	if (slash == NULL || slash == type || slash[1] == '\0' || strlen(type) > 127)
		return false;
	for (p = type; *p != '\0'; p++) {
		if (p != slash && !g_ascii_isalnum(*p) && strchr("!#$&^_.+-", *p) == NULL)
			return false;
	}
	return true;
}

/* By our own table, so that a letter is the same wherever it is written; what that does not know is
 * guessed with the system's. */
static char *
guess_type(const char *filename, GBytes *bytes)
{
	gsize len;
	const guchar *data = g_bytes_get_data(bytes, &len);
	const char *known = file_type_of_name(filename);
	char *content, *type;

	if (known != NULL)
		return g_strdup(known);
	content = g_content_type_guess(filename, data, MIN(len, SNIFF_LEN), NULL);
	type = g_content_type_get_mime_type(content);
	g_free(content);
	if (type == NULL || !is_mime_type(type) || g_str_has_prefix(type, "multipart/")) {
		g_free(type);
		return g_strdup("application/octet-stream");
	}
	return type;
}

/* May these bytes stand in a 7bit message/rfc822 part? *crlf_out: with CRLF line ends,
 * owned. */
static bool
is_plain_letter(GBytes *bytes, GBytes **crlf_out)
{
	gsize len, i;
	const char *data = g_bytes_get_data(bytes, &len);
	GByteArray *crlf = g_byte_array_sized_new((guint)(len + len / 32));
	struct compose_wire w;

	for (i = 0; i < len; i++) {
		if (data[i] == '\n' && (i == 0 || data[i - 1] != '\r'))
			g_byte_array_append(crlf, (const guint8 *)"\r", 1);
		g_byte_array_append(crlf, (const guint8 *)data + i, 1);
	}
	compose_wire_scan((const char *)crlf->data, crlf->len, &w);
	*crlf_out = g_byte_array_free_to_bytes(crlf);
	return len > 0 && w.bare_cr == 0 && w.nul == 0 && w.eight_bit == 0 &&
	       w.header_eight_bit == 0 && w.long_lines == 0;
}

/* The text after a part's type: a charset only where it is known for sure. */
static void
set_charset(GMimePart *part, const char *type, GBytes *bytes)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	if (g_ascii_strncasecmp(type, "text/", 5) == 0 &&
	    g_utf8_validate_len(data, len, NULL))
		g_mime_object_set_content_type_parameter(
		    GMIME_OBJECT(part), "charset", "utf-8");
}

static GMimePart *
new_part(const char *type)
{
	char **words = g_strsplit(type, "/", 2);
	GMimePart *part = g_mime_part_new_with_type(words[0], words[1]);

	g_strfreev(words);
	return part;
}

/* A name that holds what looks like an encoded word is written by RFC 2231 although it is
 * ASCII: most readers, Penfold among them, decode such words in parameters. */
static void
put_filename(GMimeObject *part, const char *filename)
{
	if (strstr(filename, "=?") == NULL) {
		g_mime_object_set_content_disposition_parameter(part, "filename", filename);
		return;
	}
	/* the raw field: GMime would quote a value that RFC 2231 wants bare */
	GPtrArray *pieces = recode_param_pieces(filename);
	GString *raw = g_string_new(" " GMIME_DISPOSITION_ATTACHMENT);
	for (guint i = 0; i < pieces->len; i++) {
		char *name = recode_param_piece_name("filename", i, pieces->len);
		g_string_append_printf(raw, ";\n\t%s=%s", name, (const char *)pieces->pdata[i]);
		g_free(name);
	}
	g_string_append_c(raw, '\n');
	g_mime_header_set_raw_value(
	    g_mime_header_list_get_header(g_mime_object_get_header_list(part), "Content-Disposition"),
	    raw->str);
	g_string_free(raw, TRUE);
	g_ptr_array_unref(pieces);
}

static GMimeObject *
file_part(GBytes *bytes, const char *filename, const char *type)
{
	GMimePart *part;
	GBytes *crlf = NULL;

	if (g_ascii_strcasecmp(type, "message/rfc822") == 0 &&
	    is_plain_letter(bytes, &crlf)) {
		part = new_part(type);
		compose_part_content(part, crlf, GMIME_CONTENT_ENCODING_7BIT);
	} else {
		bool is_message = g_ascii_strncasecmp(type, "message/", 8) == 0;

		part = new_part(is_message ? "application/octet-stream" : type);
		set_charset(part, type, bytes);
		compose_part_content(part, bytes, GMIME_CONTENT_ENCODING_BASE64);
	}
	g_clear_pointer(&crlf, g_bytes_unref);
	g_mime_object_set_disposition(GMIME_OBJECT(part), GMIME_DISPOSITION_ATTACHMENT);
	put_filename(GMIME_OBJECT(part), filename);
	return GMIME_OBJECT(part);
}

/* The last component, without what could not stand in a parameter; never empty. Owned. */
static char *
part_filename(const json_t *item, const char *path)
{
	const char *given = jsonl_string(item, "filename");
	char *base = g_path_get_basename(given != NULL && *given != '\0' ? given : path);
	char *valid = g_utf8_make_valid(base, -1);
	GString *name = g_string_new(NULL);
	const char *p;

	for (p = valid; *p != '\0'; p += g_utf8_skip[(guchar)*p]) {
		if (!g_unichar_iscntrl(g_utf8_get_char(p)))
			g_string_append_len(name, p, g_utf8_skip[(guchar)*p]);
	}
	g_free(base);
	g_free(valid);
	if (name->len == 0)
		g_string_assign(name, "attachment");
	return g_string_free(name, FALSE);
}

/* An image that the text shows, or that stands in it where it is attached. */
static void
set_inline(GMimeObject *part, const json_t *item)
{
	const char *id = jsonl_string(item, "content_id");

	if (id == NULL && !jsonl_bool(item, "inline", false))
		return;
	g_mime_object_set_disposition(part, GMIME_DISPOSITION_INLINE);
	if (id != NULL)
		g_mime_object_set_content_id(part, id);
}

GMimeObject *
compose_part_attachment(const json_t *item, GError **error)
{
	const char *path = jsonl_string(item, "path"), *type = jsonl_string(item, "type");
	GMimeObject *part;
	GBytes *bytes;
	char *filename, *guessed = NULL;

	if (path == NULL || (type != NULL && *type != '\0' && !is_mime_type(type))) {
		g_set_error(error, PF_ERROR, PF_ERROR_DATA,
		    path == NULL ? "an attachment has no path"
				 : "attachment %s: no MIME type: %s",
		    path, type);
		return NULL;
	}
	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND,
		    "attachment %s: no such file", path);
		return NULL;
	}
	if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
		g_set_error(error, PF_ERROR, PF_ERROR_DATA,
		    "attachment %s: not a regular file", path);
		return NULL;
	}
	bytes = file_read(path, LIMIT_LITERAL, error);
	if (bytes == NULL)
		return NULL;
	filename = part_filename(item, path);
	if (type == NULL || *type == '\0')
		type = guessed = guess_type(filename, bytes);
	part = file_part(bytes, filename, type);
	set_inline(part, item);
	g_free(guessed);
	g_free(filename);
	g_bytes_unref(bytes);
	return part;
}
