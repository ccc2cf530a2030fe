/* SPDX-License-Identifier: GPL-3.0-or-later */
/* head.h - the header of a message as the JSON of `penfold show`. */
#ifndef PENFOLD_MIME_HEAD_H
#define PENFOLD_MIME_HEAD_H

#include "mime/header.h"

#include <jansson.h>

/* {subject, from: [{name, address}], to, cc, bcc, reply_to, sender, mail_followup_to, date,
 * message_id, in_reply_to, references: [..], list_id, list_post, list_unsubscribe, ...}: absent
 * fields are left out, but from, to, cc, subject, date and message_id always stand there (empty or
 * null). "repeated" lists the fields of RFC 5322 3.6 that stand more than once. Text is strict
 * UTF-8 but not display text. charset: for raw 8-bit text, may be NULL. New reference. */
json_t *
head_json(const struct header *h, const char *charset);

/* Every field top down: [{name, value}], decoded, cut off after 1 MB in all. New reference. */
json_t *
head_all_json(const struct header *h, const char *charset);

#endif
