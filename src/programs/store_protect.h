/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_protect.h - a frozen letter is signed and encrypted before it is signed with DKIM and enters
 * the queue. */
#ifndef PENFOLD_PROGRAMS_STORE_PROTECT_H
#define PENFOLD_PROGRAMS_STORE_PROTECT_H

#include "programs/store_letter.h"
#include "programs/store_program.h"

/* Put what penfold-crypt makes of letter->bytes in their place. wish: a draft or the request with
 * `sign` and `encrypt` (true, false, "auto"; absent: as the account says) and `protocol`. ask: a
 * passphrase may be asked for on the terminal. findings (borrowed) gets what is to be told. Of an
 * encrypted letter the subject and the draft do not stay readable in letter. False and error: the
 * letter is not queued; PF_ERROR_AUTH when a passphrase is needed and ask was not set. */
bool store_protect(struct store_program *p, struct store_letter *letter, const json_t *wish,
    bool ask, json_t *findings, GError **error);

/* Is anything to be done: do the letter or its account ask for it? */
bool store_protect_is_wanted(const struct store_program *p, const struct store_letter *letter,
    const json_t *wish);

/* What would be done with which keys, without doing it: the report of `plan`. New reference. */
json_t *store_protect_plan(struct store_program *p, const struct store_letter *letter,
    const json_t *wish, GError **error);

/* A draft that can be read by its author alone: {sealed, account}; and the way back. The draft itself
 * when it is not to be encrypted, or is not sealed. New reference. */
json_t *store_protect_seal(struct store_program *p, const json_t *draft, GError **error);
/* Steals draft. PF_ERROR_AUTH when a passphrase is needed and ask was not set. */
json_t *store_protect_unseal(
    struct store_program *p, json_t *draft, bool ask, GError **error);

/* A file that was sealed for its author. Owned. */
GBytes *store_protect_unseal_bytes(
    struct store_program *p, GBytes *cipher, bool ask, GError **error);

/* op protect-plan */
void store_op_protect_plan(struct helper_request *r, void *state);

#endif
