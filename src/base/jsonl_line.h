/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jsonl_line.h - one line between programs, as text and as object. A line is a JSON object, and behind it may come
 * texts that those on the way hand on as they are: they are the member "behind" of the object, an array of strings. On the
 * line each has a record separator before it (RFC 7464), which no JSON text holds. */
#ifndef PENFOLD_BASE_JSONL_LINE_H
#define PENFOLD_BASE_JSONL_LINE_H

#include <glib.h>
#include <jansson.h>

/* The line's text with its LF, from malloc; n_fds goes into it as "fds". NULL: obj is no JSON, or a text behind it has a
 * control character. */
char *
jsonl_line_dump(const json_t *obj, size_t n_fds, size_t *len_out);

/* The object on a line of len bytes, its LF among them or not. New reference; NULL with PF_ERROR_PROTOCOL when it is
 * nested too deep, no object, not UTF-8 or has a key twice. The texts behind it are held to depth and UTF-8 alone. */
json_t *
jsonl_line_parse(const char *line, size_t len, GError **error);

/* Put text, which is compact JSON, behind what obj has as "behind" already. */
void
jsonl_add_behind(json_t *obj, const char *text, size_t len);

#endif
