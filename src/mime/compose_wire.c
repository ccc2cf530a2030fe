/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_wire.c - the last look at a letter's bytes before a server sees them. */
#include "mime/compose_wire.h"

#include "base/error.h"

#include <string.h>

static void
count_line(
    struct compose_wire *out, const char *line, size_t len, size_t number, bool in_header)
{
	size_t i, high = 0, nul = 0, cr = 0;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)line[i];

		high += c > 127;
		nul += c == '\0';
		cr += c == '\r';
	}
	out->nul += nul;
	out->bare_cr += cr;
	if (in_header)
		out->header_eight_bit += high;
	else
		out->eight_bit += high;
	if (len > COMPOSE_WIRE_LINE) {
		out->long_lines++;
		if (out->first_long_line == 0)
			out->first_long_line = number;
	}
}

void
compose_wire_scan(const char *bytes, size_t len, struct compose_wire *out)
{
	const char *p = bytes, *end = bytes + len;
	size_t number = 0;

	memset(out, 0, sizeof(*out));
	while (p < end) {
		const char *line = p;
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		const char *stop = lf != NULL ? lf : end;
		bool is_crlf = lf != NULL && lf > p && lf[-1] == '\r';

		if (lf != NULL && !is_crlf)
			out->bare_lf++;
		if (is_crlf)
			stop--;
		count_line(
		    out, line, (size_t)(stop - line), ++number, out->header_len == 0);
		p = lf != NULL ? lf + 1 : end;
		if (out->header_len == 0 && lf != NULL && stop == line)
			out->header_len = (size_t)(p - bytes);
		out->ends_in_line_end = is_crlf;
	}
	if (out->header_len == 0)
		out->header_len = len;
}

bool
compose_wire_judge(const struct compose_wire *w, GError **error)
{
	const char *what = NULL;

	if (w->nul > 0)
		what = "it holds a NUL byte";
	else if (w->bare_cr > 0 || w->bare_lf > 0)
		what = "not every line ends in CR LF";
	else if (!w->ends_in_line_end)
		what = "the last line does not end in CR LF";
	if (what != NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_DATA,
		    "the letter cannot be sent: %s", what);
	else if (w->long_lines > 0)
		g_set_error(error, PF_ERROR, PF_ERROR_DATA,
		    "the letter cannot be sent: line %zu is longer than %d bytes",
		    w->first_long_line, COMPOSE_WIRE_LINE);
	return what == NULL && w->long_lines == 0;
}

bool
compose_wire_check(const char *bytes, size_t len, GError **error)
{
	struct compose_wire w;

	compose_wire_scan(bytes, len, &w);
	return compose_wire_judge(&w, error);
}
