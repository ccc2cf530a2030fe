/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit.c - what a relay could touch is put into quoted-printable or base64 before it is signed. */
#include "crypto/fit.h"

#include "base/error.h"
#include "base/limits.h"
#include "mime/entity.h"
#include "mime/prescreen.h"

#include <gmime/gmime.h>
#include <string.h>

#define LINE_OCTETS 998 /* RFC 5322 2.1.1 */

enum need { NEED_NOTHING, NEED_QUOTED_PRINTABLE, NEED_BASE64 };

/* What must be done to text before it may be signed. */
static enum need
need_of(const char *bytes, size_t len)
{
	enum need need = NEED_NOTHING;
	size_t line = 0;
	for (size_t i = 0; i < len; i++) {
		guchar c = (guchar)bytes[i];
		if (c == '\0' || (line == 0 && len - i >= 5 && memcmp(bytes + i, "From ", 5) == 0))
			return NEED_BASE64;
		bool ends = c == '\n' || (c == '\r' && i + 1 < len && bytes[i + 1] == '\n');
		bool is_blank = i > 0 && line > 0 && (bytes[i - 1] == ' ' || bytes[i - 1] == '\t');
		line = c == '\n' ? 0 : line + 1;
		if (c > 126 || (ends && is_blank) || line > LINE_OCTETS)
			need = NEED_QUOTED_PRINTABLE;
	}
	return need;
}

static bool
is_encoded(GMimeContentEncoding encoding)
{
	return encoding == GMIME_CONTENT_ENCODING_BASE64 ||
	    encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
}

static void
encode_part(GMimePart *part)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	if (!content || is_encoded(g_mime_part_get_content_encoding(part)))
		return;
	GMimeStream *mem = g_mime_stream_mem_new();
	(void)g_mime_data_wrapper_write_to_stream(content, mem); /* memory takes all */
	GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(mem));
	enum need need = need_of((const char *)bytes->data, bytes->len);
	GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));
	if (need == NEED_QUOTED_PRINTABLE && type && !g_mime_content_type_is_type(type, "text", "*"))
		need = NEED_BASE64;
	if (need != NEED_NOTHING)
		g_mime_part_set_content_encoding(part,
		    need == NEED_BASE64 ? GMIME_CONTENT_ENCODING_BASE64
					: GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	g_object_unref(mem);
}

/* All leaves but those of attached letters, which may not be encoded (RFC 2046 5.2.1). */
static void
encode_all(GMimeObject *root)
{
	GPtrArray *stack = g_ptr_array_new();
	g_ptr_array_add(stack, root);
	while (stack->len > 0) {
		GMimeObject *object = g_ptr_array_remove_index(stack, stack->len - 1);
		int n = GMIME_IS_MULTIPART(object) ? g_mime_multipart_get_count(GMIME_MULTIPART(object)) : 0;
		for (int i = 0; i < n && stack->len < LIMIT_MIME_PARTS; i++)
			g_ptr_array_add(stack, g_mime_multipart_get_part(GMIME_MULTIPART(object), i));
		if (GMIME_IS_PART(object))
			encode_part(GMIME_PART(object));
	}
	g_ptr_array_free(stack, TRUE);
}

static GMimeMessage *
parse(const char *bytes, size_t len)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *out = g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	g_object_unref(stream);
	return out;
}

/* The header as it stood but for the transfer encoding, and the body anew. */
static GBytes *
encode(const char *bytes, size_t len)
{
	GMimeMessage *message = parse(bytes, len);
	GMimeObject *root = message ? g_mime_message_get_mime_part(message) : NULL;
	if (!root) {
		g_clear_object(&message);
		return NULL;
	}
	GMimeFormatOptions *format = g_mime_format_options_clone(NULL);
	GMimeStream *mem = g_mime_stream_mem_new();
	g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
	encode_all(root);
	(void)g_mime_object_write_to_stream(GMIME_OBJECT(message), format, mem); /* memory takes all */
	GByteArray *out = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(mem));
	GBytes *copy = g_bytes_new(out->data, out->len);
	g_mime_format_options_free(format);
	g_object_unref(mem);
	g_object_unref(message);
	return copy;
}

GBytes *
fit_for_signing(GBytes *letter, GError **error)
{
	GByteArray *crlf = g_byte_array_new();
	struct prescreen found;
	struct entity e;
	gsize len;
	const char *data = g_bytes_get_data(letter, &len);
	entity_canonical(data, len, crlf);
	GBytes *out = g_byte_array_free_to_bytes(crlf);
	data = g_bytes_get_data(out, &len);
	entity_init(&e, data, len);
	bool is_fit = need_of(data + e.body, len - e.body) == NEED_NOTHING;
	entity_fini(&e);
	prescreen_scan(data, len, &found);
	if (is_fit || found.finding != PRESCREEN_OK) {
		if (found.finding == PRESCREEN_OK)
			return out;
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "the letter cannot be protected: %s",
		    prescreen_text(found.finding));
		g_bytes_unref(out);
		return NULL;
	}
	GBytes *anew = encode(data, len);
	g_bytes_unref(out);
	if (!anew)
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "the letter cannot be protected: it is no message");
	return anew;
}
