/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_facts.c - one walk over the parts, without recursion. */
#include "mime/compose_facts.h"

#include "base/limits.h"
#include "mime/compose_text.h"
#include "mime/prescreen.h"

#include <gmime/gmime.h>

static GMimeMessage *
parse(GBytes *letter)
{
	gsize len;
	const char *data = g_bytes_get_data(letter, &len);
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(data, len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message;

	g_mime_parser_set_format(parser, GMIME_FORMAT_MESSAGE);
	message = g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	g_object_unref(stream);
	return message;
}

static void
note_part(struct compose_facts *out, GMimeObject *part)
{
	const char *disposition = g_mime_object_get_disposition(part);
	bool is_file =
	    disposition != NULL && g_ascii_strcasecmp(disposition, "attachment") == 0;
	char *text;

	if (GMIME_IS_TEXT_PART(part) && !is_file) {
		if (out->text != NULL)
			return;
		text = g_mime_text_part_get_text(GMIME_TEXT_PART(part));
		out->text = text != NULL ? compose_text_lines(text) : NULL;
		g_free(text);
	} else {
		out->attachments++;
	}
}

/* Breadth first: the queue holds borrowed parts of the message. */
static void
walk(struct compose_facts *out, GMimeObject *root)
{
	GQueue waiting = G_QUEUE_INIT;
	GMimeObject *part;
	guint n = 0;
	int i;

	g_queue_push_tail(&waiting, root);
	while ((part = g_queue_pop_head(&waiting)) != NULL && n++ < LIMIT_MIME_PARTS) {
		if (!GMIME_IS_MULTIPART(part)) {
			note_part(out, part);
			continue;
		}
		for (i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(part)); i++)
			g_queue_push_tail(&waiting,
			    g_mime_multipart_get_part(GMIME_MULTIPART(part), i));
	}
	g_queue_clear(&waiting);
}

static char *
one_line(const char *raw, bool decode)
{
	char *unfolded = g_mime_utils_header_unfold(raw);
	char *decoded =
	    decode ? g_mime_utils_header_decode_text(NULL, unfolded) : g_strdup(unfolded);
	char *valid = g_utf8_make_valid(decoded, -1), *p;

	for (p = valid; *p != '\0'; p++) {
		if ((unsigned char)*p < 32 || *p == 127)
			*p = ' ';
	}
	g_free(unfolded);
	g_free(decoded);
	return g_strstrip(valid);
}

void
compose_facts_read(GBytes *letter, struct compose_facts *out)
{
	struct prescreen found;
	gsize len;
	const char *data = g_bytes_get_data(letter, &len);
	GMimeMessage *message = NULL;

	*out = (struct compose_facts){0};
	prescreen_scan(data, len, &found);
	if (found.finding == PRESCREEN_OK) {
		g_mime_init();
		message = parse(letter);
	}
	if (message != NULL && g_mime_message_get_mime_part(message) != NULL) {
		out->is_readable = true;
		walk(out, g_mime_message_get_mime_part(message));
	}
	g_clear_object(&message);
	if (out->text == NULL)
		out->text = g_strdup("");
}

/* New reference; NULL past a limit. */
static GMimeMessage *
parse_safely(GBytes *letter)
{
	struct prescreen found;
	gsize len;
	const char *data = g_bytes_get_data(letter, &len);

	prescreen_scan(data, len, &found);
	if (found.finding != PRESCREEN_OK)
		return NULL;
	g_mime_init();
	return parse(letter);
}

char *
compose_facts_list(GBytes *letter, const char *name)
{
	GMimeMessage *message = parse_safely(letter);
	GMimeHeaderList *headers = message != NULL ? g_mime_object_get_header_list(GMIME_OBJECT(message)) : NULL;
	GString *out = g_string_new(NULL);

	for (int i = 0; headers != NULL && i < g_mime_header_list_get_count(headers); i++) {
		GMimeHeader *header = g_mime_header_list_get_header_at(headers, i);
		const char *raw = g_mime_header_get_raw_value(header);

		if (raw != NULL && g_ascii_strcasecmp(g_mime_header_get_name(header), name) == 0) {
			char *line = one_line(raw, false);

			g_string_append_printf(out, "%s%s", out->len > 0 && line[0] != '\0' ? ", " : "", line);
			g_free(line);
		}
	}
	g_clear_object(&message);
	return g_string_free(out, out->len == 0);
}

char *
compose_facts_field(GBytes *letter, const char *name, bool decode)
{
	GMimeMessage *message = parse_safely(letter);
	GMimeHeader *header = NULL;
	char *line = NULL;

	if (message != NULL)
		header = g_mime_header_list_get_header(
		    g_mime_object_get_header_list(GMIME_OBJECT(message)), name);
	if (header != NULL && g_mime_header_get_raw_value(header) != NULL)
		line = one_line(g_mime_header_get_raw_value(header), decode);
	g_clear_object(&message);
	return line;
}

void
compose_facts_clear(struct compose_facts *facts)
{
	g_free(facts->text);
	facts->text = NULL;
}

char *
compose_facts_text(const char *raw)
{
	g_mime_init();
	return one_line(raw, true);
}

bool
compose_facts_date(const char *value, gint64 *unix_time_out)
{
	GDateTime *t = g_mime_utils_header_decode_date(value);

	if (t == NULL)
		return false;
	*unix_time_out = g_date_time_to_unix(t);
	g_date_time_unref(t);
	return true;
}
