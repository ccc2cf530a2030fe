/* SPDX-License-Identifier: GPL-3.0-or-later */
/* submitted.h - is this message one that we sent ourselves? Then it may carry our own address in From
 * without anybody's signature. */
#ifndef PENFOLD_STORE_SUBMITTED_H
#define PENFOLD_STORE_SUBMITTED_H

#include "store/index.h"

/* True for a file in a sent or drafts folder, and for one whose text and whose From, To, Cc, Subject
 * and Date are, line ends aside, those of a copy with the same Message-ID in a sent folder. A stranger
 * who knows the Message-ID of a letter of ours gains nothing but the right to repeat it. */
bool
submitted_is(struct index *ix, const char *path, const char *message_id);

/* Does a sent folder of this account hold a message of this id (without <>)? */
bool
submitted_is_filed(struct index *ix, const char *account, const char *message_id, bool *is_filed_out,
    GError **error);

/* The file of the message that has this key, and whether it is ours: both in one look at the index. Owned; NULL when
 * the message has no such file any more. */
char *
submitted_locate(struct index *ix, const char *key, const char *message_id, bool *is_submitted_out);

#endif
