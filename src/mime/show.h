/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show.h - a message as the JSON of `penfold show` and of the screen. */
#ifndef PENFOLD_MIME_SHOW_H
#define PENFOLD_MIME_SHOW_H

#include "mime/body.h"
#include "mime/layout.h"
#include "mime/source.h"

#include <jansson.h>

/* {headers, parts: [{id, type, size, filename, disposition, ...}], attachments: [{part, filename,
 * type, size, ...}], flags: [..], calendar?, limited?}. flags: repeated-field,
 * hostile-text, crypto (penfold-crypt has something to open in it), line-ends-mended, header-broken, parts-cut,
 * limited. all_headers adds "all_headers". New reference. */
json_t *
show_head(const struct source *s, bool all_headers);
/* Has penfold-crypt something to open in it? */
bool
show_is_crypto(const struct source *s);

/* show_head() with body (the text shown, display text with LF, wrapped to width columns or not at
 * all for 0; at most max_body bytes), notes (what Penfold has to say about it: pictures not loaded,
 * text cut off) and sha256 of the bytes. New reference. */
json_t *
show_json(const struct source *s, int width, size_t max_body);

/* The text alone, without notes, as in show_json(). Owned. */
char *
show_text(const struct source *s, int width, size_t max_body);

/* The lines of the message, of one part of it (part not NULL), or of its source (raw). A limited
 * message is always shown raw. An unknown part gives PF_ERROR_NOT_FOUND. */
bool
show_lines(const struct source *s, const char *part, bool raw, struct layout *l,
    struct body_result *out, GError **error);

#endif
