/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_letter.h - a letter on its way into the queue: its bytes, its account and its
 * envelope, from a draft or from bytes made elsewhere. */
#ifndef PENFOLD_PROGRAMS_STORE_LETTER_H
#define PENFOLD_PROGRAMS_STORE_LETTER_H

#include "base/helper.h"
#include "net/msa_check.h"

struct store_letter {
	const struct rc_account
	    *account; /* borrowed from the rc; NULL only for a check */
	GBytes *bytes;
	char *sender;	       /* envelope, domain in A-labels; NULL for a check */
	char *wish;	       /* as in struct msa_envelope; or NULL */
	GPtrArray *recipients; /* envelope, as above, NULL-terminated; NULL for a check */
	GPtrArray *own; /* addresses of the account, NULL-terminated; NULL: not known */
	char *pinned; /* the account's server, trusted by its fingerprint; for the check */
	struct smtp_offer offer;	/* of the account's server */
	GPtrArray *changed; /* attachments that are no longer what was attached; or NULL */
	char *from, *to, *subject, *message_id; /* for lists */
	char *draft, *answers;			/* JSON text, message id; or NULL */
};

/* Freeze a draft. Fill letter, which is zeroed before; store_letter_clear() also after a
 * failure. */
bool store_letter_from_draft(struct store_letter *letter, const struct rc *rc,
    const json_t *draft, gint64 now, GError **error);
/* From the request's descriptor, as op queue-add-raw says; mended by msa_check_fix(). */
bool store_letter_from_bytes(struct store_letter *letter, const struct rc *rc,
    struct helper_request *r, gint64 now, GError **error);
/* From the request's descriptor, to be looked at as it is. */
bool store_letter_for_check(struct store_letter *letter, const struct rc *rc,
    struct helper_request *r, GError **error);
void store_letter_clear(struct store_letter *letter);

/* Borrowed from the letter. */
struct msa_envelope store_letter_envelope(const struct store_letter *letter, gint64 now);

#endif
