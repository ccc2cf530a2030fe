/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_check.h - the checks of a submission agent (RFC 6409) over a letter's bytes and its
 * envelope, made before the letter is queued. One table; each row is a code, a level, a
 * place, a sentence, a reference, a function that finds and one that mends. */
#ifndef PENFOLD_NET_MSA_CHECK_H
#define PENFOLD_NET_MSA_CHECK_H

#include "net/smtp_offer.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* error: not sent unless the user insists. warn: ask. fix: msa_check_fix() mends it. */
enum msa_check_level { MSA_CHECK_ERROR, MSA_CHECK_WARN, MSA_CHECK_FIX };

/* The letter that is being answered. Borrowed; strings may be NULL. */
struct msa_answered {
	const char *from, *reply_to, *to, *cc; /* values of the fields, UTF-8 */
	const char *list_post;		       /* value of List-Post */
	const char *verdict;		       /* its word, "pass", "fail" ... */
};

/* What goes along with the letter. All borrowed; lists are NULL-terminated, NULL for an
 * empty one. */
struct msa_envelope {
	const char *sender; /* addr-spec, NULL: not known, not checked */
	const char *wish;   /* a sender that was asked for and that the account does not have; NULL:
			       none */
	const char *const
	    *recipients; /* addr-specs; NULL: not known, those of the header count */
	const char *const *own; /* addresses of the account; NULL: not known */
	const struct msa_answered *answered; /* NULL: it answers nothing known */
	const struct smtp_offer *offer; /* what the account's server takes; NULL: not known */
	const char *pinned; /* the account's server, when only its fingerprint is trusted; NULL: no, or not asked */
	const char *const *changed; /* names of attachments that are no longer what was
				       attached; NULL for none */
	bool is_local;		/* goes to no server: dotless domains are fine */
	gint64 now;		/* Unix seconds */
};

/* Findings [{code, level, where, text, ref}], errors first. New reference, never NULL. */
json_t *msa_check(GBytes *letter, const struct msa_envelope *envelope);

/* Is there no finding of level error? */
bool msa_check_ok(const json_t *findings);

/* The letter with everything of level fix mended, and Bcc taken out. Owned; the same
 * bytes when there is nothing to mend. */
GBytes *msa_check_fix(GBytes *letter, const struct msa_envelope *envelope);

/* The addr-specs of To, Cc and Bcc; domains as they stand; what does not parse is left
 * out. Owned strings, NULL-terminated. */
GPtrArray *msa_check_recipients(GBytes *letter);

#endif
