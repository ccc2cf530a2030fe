/* SPDX-License-Identifier: GPL-3.0-or-later */
/* content_line.h - "NAME;PARAM=value:value", the lines of calendars (RFC 5545 3.1) and cards
 * (RFC 6350 3.3), unfolded and taken apart. */
#ifndef PENFOLD_MIME_CONTENT_LINE_H
#define PENFOLD_MIME_CONTENT_LINE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct content_line {
	const char *raw;   /* the whole line, unfolded, UTF-8 */
	const char *name;  /* upper case, without a card's group ("item1.") */
	const char *value; /* as it stands: see content_line_text() */
	const GPtrArray *params; /* name (upper case), value, name, value ... */
};

/* What is borrowed lives until fn returns; false stops. */
typedef bool (*content_line_fn)(const struct content_line *line, void *user);

/* Each line of the text. Lines that are none are skipped; past LIMIT_CONTENT_LINES and
 * LIMIT_CONTENT_LINE bytes of one line nothing more is read. False when something was left out. */
bool
content_line_each(const char *utf8, size_t len, content_line_fn fn, void *user);

/* A parameter, NULL when it is not there. Borrowed. */
const char *
content_line_param(const struct content_line *line, const char *name);

/* A text value without its escapes (RFC 5545 3.3.11). Owned. */
char *
content_line_text(const char *value);
/* The parts of a structured value between unescaped separators, each unescaped; NULL-terminated.
 * Owned. */
char **
content_line_split(const char *value, char separator);

#endif
