/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_header.h - writing header fields: RFC 5322 2.2.3 folding at 78 columns, RFC
 * 2047 encoded words for everything that is not printable ASCII. Line ends are CRLF. Each
 * function appends one whole field. Callers have refused CR, LF and NUL before (draft.c
 * does). */
#ifndef PENFOLD_MIME_COMPOSE_HEADER_H
#define PENFOLD_MIME_COMPOSE_HEADER_H

#include <glib.h>

/* Unstructured text, UTF-8: Subject and the like. White space at both ends is dropped. */
void compose_header_text(GString *out, const char *name, const char *text);

/* A list of struct compose_address; domains are written in A-labels. Nothing for an empty
 * list. */
void compose_header_addresses(GString *out, const char *name, const GPtrArray *addresses);

/* Message ids (RFC 5322 3.6.4): every "<...@...>" of text, folded; what is none is
 * dropped, of more than LIMIT_REFERENCES the first and the last ones stay. Nothing when
 * there is none. */
void compose_header_ids(GString *out, const char *name, const char *text);

/* Date (RFC 5322 3.3) in the local zone. unix_time: seconds. */
void compose_header_date(GString *out, gint64 unix_time);

#endif
