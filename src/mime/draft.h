/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draft.h - a letter before it is frozen: plain data, as JSON.
 *
 * {"account", "from": "Ann <ann@example.org>", "to": ["..."], "cc": [], "bcc": [],
 * "reply_to": [], "subject", "in_reply_to": "<id>", "references": "<a> <b>", "body":
 * "text", "attachments": [{"path", "filename", "type", "inline": bool, "size" and
 * "modified" (Unix seconds) when it was attached}], "markdown": bool (the
 * text goes as a page, too), "calendar": {"method", "text"}, "answers": "message id without
 * <>", "forwards": "message id", "sign", "encrypt": bool, "keys": {addr-spec: fingerprint}, of an attachment
 * "sealed": bool (what is at path is for its author's key alone), "message_id", "date": RFC 3339} - all optional but from
 * and to. */
#ifndef PENFOLD_MIME_DRAFT_H
#define PENFOLD_MIME_DRAFT_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* The frozen letter: CRLF line ends, 7-bit, lines <= 998 octets (RFC 5322), no Bcc; Date,
 * Message-ID, MIME-Version made when missing; text as format=flowed (RFC 3676); headers
 * by RFC 2047 and 2231. Attachment files are read here (PF_ERROR_NOT_FOUND names the
 * path). now: Unix seconds. Values with CR, LF or NUL are PF_ERROR_DATA. Owned. */
GBytes *draft_freeze(const json_t *draft, gint64 now, GError **error);

/* All envelope recipients (to, cc, bcc), addr-specs without duplicates, owned strings;
 * domains as they stand. PF_ERROR_DATA names an address that does not parse. */
GPtrArray *draft_recipients(const json_t *draft, GError **error);

/* The addr-spec of from; owned. */
char *draft_sender(const json_t *draft, GError **error);

#endif
