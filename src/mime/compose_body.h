/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_body.h - the MIME entity of a letter (RFC 2045, 2046): the text, and its
 * attachments behind it in multipart/mixed, built by GMime. */
#ifndef PENFOLD_MIME_COMPOSE_BODY_H
#define PENFOLD_MIME_COMPOSE_BODY_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* Content-* fields, an empty line and the encoded body, with CRLF line ends, appended to
 * out. text: UTF-8 as it was written. attachments: NULL or the draft's array (draft.h);
 * files are read here. PF_ERROR_NOT_FOUND names a missing file, PF_ERROR_DATA a bad type
 * or a folder. */
bool compose_body(
    GByteArray *out, const char *text, const json_t *attachments, GError **error);

#endif
