/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_text.c - format=flowed. The writer's lines are what he means: a short line
 * stays as it is, a long one flows. Breaking only behind spaces keeps the text exact; a
 * word without spaces (a link, a Japanese paragraph) stays in one piece and is carried by
 * its transfer encoding. */
#include "mime/compose_text.h"

#include <string.h>

#define FLOW_BEYOND 76 /* columns: what is longer is broken */
#define FLOW_COLS   72 /* RFC 3676 4.2: lines of 66 to 78 characters */
#define LINE_OCTETS 998

char *
compose_text_lines(const char *text)
{
	GString *out = g_string_sized_new(strlen(text) + 1);

	for (; *text != '\0'; text++) {
		if (*text != '\r')
			g_string_append_c(out, *text);
		else if (text[1] != '\n')
			g_string_append_c(out, '\n');
	}
	if (out->len > 0 && out->str[out->len - 1] != '\n')
		g_string_append_c(out, '\n');
	return g_string_free(out, FALSE);
}

/* Columns of text; counting stops past FLOW_BEYOND, so that a paragraph of a megabyte
 * costs no more for each of its lines than a short one. */
static size_t
columns(const char *text, const char *end)
{
	size_t cols = 0;

	for (; text < end && cols <= FLOW_BEYOND; text += g_utf8_skip[(guchar)*text]) {
		gunichar c = g_utf8_get_char(text);

		cols += g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
	}
	return cols;
}

/* Where the flowed line that starts at text ends: behind the last run of spaces that
 * fits, else behind the first one there is; `end` when there is none. */
static const char *
flow_break(const char *text, const char *end)
{
	const char *best = NULL, *p = text;
	size_t cols = 0;

	while (p < end) {
		const char *word = p;

		while (p < end && *p != ' ')
			p += g_utf8_skip[(guchar)*p];
		while (p < end && *p == ' ')
			p++;
		cols += columns(word, p);
		if (best != NULL && cols > FLOW_COLS)
			return best;
		/* a flowed "-- " would be taken for the signature's line (RFC 3676 4.3),
		 * and a line of spaces only for an empty paragraph */
		if (p != text + strspn(text, " ") &&
		    !(p - text == 3 && strncmp(text, "-- ", 3) == 0))
			best = p;
	}
	return end;
}

static void
append_line(
    GString *out, size_t depth, const char *text, const char *end, const char *quote)
{
	g_string_append_len(out, quote, (gssize)depth);
	/* RFC 3676 4.4: stuff what begins with a space, "From " or, unquoted, with ">" */
	if (text < end &&
	    (*text == ' ' || *text == '>' || strncmp(text, "From ", 5) == 0))
		g_string_append_c(out, ' ');
	g_string_append_len(out, text, end - text);
	g_string_append_c(out, '\n');
}

static const char *
trimmed_end(const char *text, const char *end)
{
	if (end - text == 3 && strncmp(text, "-- ", 3) == 0)
		return end;
	while (end > text && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	return end;
}

static void
flow_line(GString *out, const char *line, const char *end)
{
	size_t depth = strspn(line, ">");
	const char *text = line + depth;
	bool is_stuffed =
	    depth > 0 && *text == ' '; /* "> text": the space is the stuffing */

	if (is_stuffed)
		text++;
	end = trimmed_end(text, end);
	do {
		const char *stop = columns(text, end) + depth <= FLOW_BEYOND
				       ? end
				       : flow_break(text, end);

		if (is_stuffed && text < end) {
			g_string_append_len(out, line, (gssize)depth);
			g_string_append_c(out, ' ');
			g_string_append_len(out, text, stop - text);
			g_string_append_c(out, '\n');
		} else {
			append_line(out, depth, text, stop, line);
		}
		text = stop;
	} while (text < end);
}

char *
compose_text_flow(const char *text)
{
	GString *out = g_string_sized_new(strlen(text) + strlen(text) / 16 + 1);

	while (*text != '\0') {
		const char *end = strchr(text, '\n');

		if (end == NULL)
			end = text + strlen(text);
		flow_line(out, text, end);
		text = *end != '\0' ? end + 1 : end;
	}
	return g_string_free(out, FALSE);
}

enum compose_cte
compose_text_encoding(const char *text)
{
	size_t line = 0, longest = 0, odd = 0, len = strlen(text), i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		line = c == '\n' ? 0 : line + 1;
		longest = MAX(longest, line);
		if (c >= 127 || (c < 32 && c != '\n' && c != '\t'))
			odd++;
	}
	if (odd == 0 && longest <= LINE_OCTETS)
		return COMPOSE_7BIT;
	/* quoted-printable takes 3 bytes for each odd one, base64 4 for any 3 */
	return len + 2 * odd <= len / 3 * 4 ? COMPOSE_QUOTED_PRINTABLE
	       : odd == 0		    ? COMPOSE_QUOTED_PRINTABLE
					    : COMPOSE_BASE64;
}
