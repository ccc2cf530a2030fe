/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_check.h - the checks of a submission agent (RFC 6409) over a letter's bytes and its
 * envelope, made before the letter is queued. One table; each row is a code, a level, a
 * reference and a function. */
#ifndef PENFOLD_NET_MSA_CHECK_H
#define PENFOLD_NET_MSA_CHECK_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* error: not sent unless the user insists. warn: ask. fix: msa_check_fix() mends it. */
enum msa_check_level { MSA_CHECK_ERROR, MSA_CHECK_WARN, MSA_CHECK_FIX };

/* What goes along with the letter. All borrowed; lists are NULL-terminated, NULL for an
 * empty one. */
struct msa_envelope {
	const char *sender; /* addr-spec, NULL: not known, not checked */
	const char *const
	    *recipients; /* addr-specs; NULL: not known, those of the header count */
	const char *const *own; /* addresses of the account; NULL: not known */
	bool is_local;		/* goes to no server: dotless domains are fine */
	gint64 now;		/* Unix seconds */
};

/* Findings [{code, level, where, text, ref}], errors first. New reference, never NULL. */
json_t *msa_check(GBytes *letter, const struct msa_envelope *envelope);

/* Is there no finding of level error? */
bool msa_check_ok(const json_t *findings);

/* The letter with everything of level fix mended: CRLF line ends, Date, Message-ID,
 * MIME-Version added when missing, Bcc taken out. Owned; the same bytes when there is
 * nothing to mend. */
GBytes *msa_check_fix(GBytes *letter, const struct msa_envelope *envelope);

#endif
