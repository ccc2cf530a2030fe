/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text.h - text/plain to display lines: fixed text and format=flowed (RFC 3676), quotes, the
 * signature, patches. Line by line, so that a long text shows its start at once. */
#ifndef PENFOLD_MIME_TEXT_H
#define PENFOLD_MIME_TEXT_H

#include "mime/layout.h"

struct text_opts {
	bool flowed; /* format=flowed */
	bool delsp;  /* DelSp=yes */
	bool patch;  /* the type says that it is one */
};

struct text;

/* l is borrowed. */
struct text *
text_new(struct layout *l, const struct text_opts *opts);
/* One line of UTF-8 without its line end. */
void
text_feed(struct text *t, const char *utf8, size_t len);
/* What still waits, at the end of the part. */
void
text_end(struct text *t);
void
text_free(struct text *t);

#endif
