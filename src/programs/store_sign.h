/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_sign.h - a frozen letter is signed with DKIM before it enters the queue. */
#ifndef PENFOLD_PROGRAMS_STORE_SIGN_H
#define PENFOLD_PROGRAMS_STORE_SIGN_H

#include "programs/store_letter.h"
#include "programs/store_program.h"

/* Put the signatures of the account's keys on top of letter->bytes; penfold-crypt makes
 * them. Nothing happens when the account has no key. findings (borrowed) gets what is to
 * be told, such as a key that does not speak for the author: the letter then leaves
 * unsigned. Before its first use a
 * key is compared with the DNS, by penfold-auth. False and error when a key cannot be used: the letter is not queued. */
bool store_sign(struct store_program *p, struct store_letter *letter, gint64 now,
    json_t *findings, GError **error);

/* The handle of penfold-crypt; it starts with its first request. Borrowed. */
struct supervisor *store_sign_crypt(struct store_program *p);

/* Close the helpers. */
void store_sign_end(struct store_program *p);

#endif
