/* SPDX-License-Identifier: GPL-3.0-or-later */
/* line_in.h - answers that come in lines with bytes between them, for POP3 and ManageSieve: read below the stream's own
 * buffer, which would wait for a full one. */
#ifndef PENFOLD_NET_LINE_IN_H
#define PENFOLD_NET_LINE_IN_H

#include <glib.h>
#include <libetpan/mailstream.h>
#include <stdbool.h>

struct line_in {
	mailstream *stream; /* borrowed; only written to by others */
	char wire[16384];   /* read, not yet used */
	size_t start, end;
	GString *line; /* the last one read, without its end */
	bool is_loose; /* it ended with a bare LF */
};

enum line_in_status {
	LINE_IN_WHOLE,
	LINE_IN_LOST,	 /* the stream failed or ended; what came of the line is none */
	LINE_IN_ENDLESS, /* more than `most` bytes, its end counted; what follows is no line any more */
};

void line_in_init(struct line_in *in);
void line_in_fini(struct line_in *in);
/* Have at least one byte in the wire; false when the stream failed. */
bool line_in_fill(struct line_in *in);
/* Bytes that were read and not used. */
static inline bool
line_in_has_buffered(const struct line_in *in)
{
	return in->start < in->end;
}
/* A line into in->line, which may hold NUL. */
enum line_in_status line_in_read(struct line_in *in, size_t most);

#endif
