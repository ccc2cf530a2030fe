/* SPDX-License-Identifier: GPL-3.0-or-later */
/* line_in.c - bytes of a stream, as lines or as they come. */
#include "net/line_in.h"

#include <string.h>

void
line_in_init(struct line_in *in)
{
	in->stream = NULL;
	in->start = in->end = 0;
	in->line = g_string_new(NULL);
	in->is_loose = false;
}

void
line_in_fini(struct line_in *in)
{
	g_string_free(in->line, TRUE);
}

bool
line_in_fill(struct line_in *in)
{
	ssize_t n;

	if (in->start < in->end)
		return true;
	n = mailstream_low_read(in->stream->low, in->wire, sizeof(in->wire));
	if (n <= 0)
		return false;
	in->start = 0;
	in->end = (size_t)n;
	return true;
}

/* What is in the wire up to and with a line feed goes to the line. */
static bool
take_line_part(struct line_in *in)
{
	const char *from = in->wire + in->start;
	const char *lf = memchr(from, '\n', in->end - in->start);
	size_t len = lf != NULL ? (size_t)(lf - from) + 1 : in->end - in->start;

	g_string_append_len(in->line, from, (gssize)len);
	in->start += len;
	return lf != NULL;
}

enum line_in_status
line_in_read(struct line_in *in, size_t most)
{
	bool is_whole = false;

	g_string_truncate(in->line, 0);
	while (!is_whole) {
		if (!line_in_fill(in))
			return LINE_IN_LOST;
		is_whole = take_line_part(in);
		if (in->line->len > most)
			return LINE_IN_ENDLESS;
	}
	g_string_truncate(in->line, in->line->len - 1);
	in->is_loose = in->line->len == 0 || in->line->str[in->line->len - 1] != '\r';
	if (!in->is_loose)
		g_string_truncate(in->line, in->line->len - 1);
	return LINE_IN_WHOLE;
}
