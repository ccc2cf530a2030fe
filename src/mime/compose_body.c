/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_body.c - the tree of a letter's parts: the text, the same as a page or as an answer to an
 * invitation, the images that the page shows, and what is attached. */
#include "mime/compose_body.h"

#include "base/jsonl.h"
#include "mime/boundary.h"
#include "mime/compose_part.h"
#include "mime/compose_text.h"
#include "mime/recode.h"

#include <gmime/gmime.h>
#include <string.h>

/* Encoded here: GMime's own quoted-printable lets a blank at the end of a line make it 77 octets
 * (RFC 2045 6.7: 76 at most). */
static void
set_quoted_printable(GMimePart *part, const char *text)
{
	GString *encoded = g_string_sized_new(strlen(text) + strlen(text) / 4);
	GMimeStream *stream;
	GMimeDataWrapper *wrapper;

	recode_quoted_printable(encoded, text, strlen(text));
	g_string_replace(encoded, "\r\n", "\n", 0); /* as all that is written out */
	stream = g_mime_stream_mem_new_with_buffer(encoded->str, encoded->len);
	wrapper =
	    g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	g_mime_part_set_content(part, wrapper);
	g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	g_object_unref(wrapper);
	g_object_unref(stream);
	g_string_free(encoded, TRUE);
}

/* text (taken): LF line ends. */
static GMimePart *
text_part_of(const char *subtype, char *text)
{
	static const GMimeContentEncoding encodings[] = {
	    [COMPOSE_7BIT] = GMIME_CONTENT_ENCODING_7BIT,
	    [COMPOSE_QUOTED_PRINTABLE] = GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE,
	    [COMPOSE_BASE64] = GMIME_CONTENT_ENCODING_BASE64,
	};
	GMimePart *part = g_mime_part_new_with_type("text", subtype);
	enum compose_cte cte = compose_text_encoding(text);
	GBytes *bytes;

	if (cte == COMPOSE_BASE64) {
		/* RFC 2045 6.8: line breaks are CRLF before base64 */
		GString *crlf = g_string_new(text);

		g_string_replace(crlf, "\n", "\r\n", 0);
		g_free(text);
		text = g_string_free(crlf, FALSE);
	}
	g_mime_object_set_content_type_parameter(
	    GMIME_OBJECT(part), "charset", g_str_is_ascii(text) ? "us-ascii" : "utf-8");
	if (cte == COMPOSE_QUOTED_PRINTABLE)
		set_quoted_printable(part, text);
	bytes = g_bytes_new_take(text, strlen(text));
	if (cte != COMPOSE_QUOTED_PRINTABLE)
		compose_part_content(part, bytes, encodings[cte]);
	g_bytes_unref(bytes);
	return part;
}

static GMimeObject *
text_part(const char *text)
{
	char *lines = compose_text_lines(text);
	GMimePart *part = text_part_of("plain", compose_text_flow(lines));

	g_free(lines);
	g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "format", "flowed");
	return GMIME_OBJECT(part);
}

/* RFC 6047 2.4: the method is a parameter, too. */
static GMimeObject *
calendar_part(const struct compose_content *content)
{
	GMimePart *part =
	    text_part_of("calendar", compose_text_lines(content->calendar));

	if (content->calendar_method != NULL)
		g_mime_object_set_content_type_parameter(
		    GMIME_OBJECT(part), "method", content->calendar_method);
	return GMIME_OBJECT(part);
}

static GMimeMultipart *
new_multipart(const char *subtype)
{
	GMimeMultipart *multipart = g_mime_multipart_new_with_subtype(subtype);
	char *boundary = boundary_new();

	g_mime_multipart_set_boundary(multipart, boundary);
	g_free(boundary);
	return multipart;
}

/* part (taken) becomes a child. */
static void
add_child(GMimeMultipart *multipart, GMimeObject *part)
{
	g_mime_multipart_add(multipart, part);
	g_object_unref(part);
}

/* The files of a list that the page shows (those with a content_id) or all others, as children. */
static bool
add_files(GMimeMultipart *multipart, const json_t *attachments, bool are_shown, GError **error)
{
	size_t i;

	for (i = 0; i < json_array_size(attachments); i++) {
		const json_t *item = json_array_get(attachments, i);
		GMimeObject *part;

		if ((jsonl_string(item, "content_id") != NULL) != are_shown)
			continue;
		part = compose_part_attachment(item, error);
		if (part == NULL)
			return false;
		add_child(multipart, part);
	}
	return true;
}

static size_t
count_files(const json_t *attachments, bool are_shown)
{
	size_t i, n = 0;

	for (i = 0; i < json_array_size(attachments); i++)
		n += (jsonl_string(json_array_get(attachments, i), "content_id") != NULL) ==
		     are_shown;
	return n;
}

/* The page, with its images in multipart/related (RFC 2387). */
static GMimeObject *
page(const struct compose_content *content, GError **error)
{
	GMimeObject *html =
	    GMIME_OBJECT(text_part_of("html", compose_text_lines(content->html)));
	GMimeMultipart *related;

	if (count_files(content->attachments, true) == 0)
		return html;
	related = new_multipart("related");
	g_mime_object_set_content_type_parameter(GMIME_OBJECT(related), "type", "text/html");
	add_child(related, html);
	if (add_files(related, content->attachments, true, error))
		return GMIME_OBJECT(related);
	g_object_unref(related);
	return NULL;
}

/* The text, and its other forms behind it, the richest last (RFC 2046 5.1.4). */
static GMimeObject *
words(const struct compose_content *content, GError **error)
{
	GMimeObject *text = text_part(content->text), *other = NULL;
	GMimeMultipart *alternative;

	if (content->html == NULL && content->calendar == NULL)
		return text;
	alternative = new_multipart("alternative");
	add_child(alternative, text);
	if (content->html != NULL)
		other = page(content, error);
	if (other != NULL)
		add_child(alternative, other);
	if (content->calendar != NULL)
		add_child(alternative, calendar_part(content));
	if (content->html == NULL || other != NULL)
		return GMIME_OBJECT(alternative);
	g_object_unref(alternative);
	return NULL;
}

static GMimeObject *
entity_of(const struct compose_content *content, GError **error)
{
	GMimeObject *text = words(content, error);
	GMimeMultipart *multipart;

	if (text == NULL || count_files(content->attachments, false) == 0)
		return text;
	multipart = new_multipart("mixed");
	add_child(multipart, text);
	if (add_files(multipart, content->attachments, false, error))
		return GMIME_OBJECT(multipart);
	g_object_unref(multipart);
	return NULL;
}

static void
write_entity(GByteArray *out, GMimeObject *entity)
{
	GMimeFormatOptions *format = g_mime_format_options_clone(NULL);
	GMimeStream *stream = g_mime_stream_mem_new();
	GByteArray *bytes;

	g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
	g_mime_format_options_set_param_encoding_method(
	    format, GMIME_PARAM_ENCODING_METHOD_RFC2231);
	(void)g_mime_object_write_to_stream(
	    entity, format, stream); /* memory: cannot fail */
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	g_byte_array_append(out, bytes->data, bytes->len);
	if (bytes->len < 2 || memcmp(bytes->data + bytes->len - 2, "\r\n", 2) != 0)
		g_byte_array_append(out, (const guint8 *)"\r\n", 2);
	g_object_unref(stream);
	g_mime_format_options_free(format);
}

bool
compose_body(GByteArray *out, const struct compose_content *content, GError **error)
{
	GMimeObject *entity;

	g_mime_init();
	entity = entity_of(content, error);
	if (entity == NULL)
		return false;
	write_entity(out, entity);
	g_object_unref(entity);
	return true;
}
