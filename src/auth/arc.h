/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arc.h - the Authenticated Received Chain (RFC 8617): what each hop that touched the
 * message said it had found, and whether that chain is whole. A chain says who handled a
 * message, not that they are honest: it is shown, and vouches for nothing by itself. */
#ifndef PENFOLD_AUTH_ARC_H
#define PENFOLD_AUTH_ARC_H

#include "auth/authres.h"
#include "auth/dkim_check.h"

enum arc_result { ARC_NONE, ARC_PASS, ARC_FAIL, ARC_TEMPERROR };

/* One set. The checks are NULL when the field is missing. */
struct arc_set {
	unsigned instance;
	struct dkim_check *message; /* ARC-Message-Signature */
	struct dkim_check *seal;    /* ARC-Seal */
	size_t results_field; /* of ARC-Authentication-Results, SIZE_MAX when missing */
	char *claims;	      /* what it says, one line; NULL */
};

struct arc {
	enum arc_result result;
	char *reason;	 /* of a fail, plain words; "" */
	GPtrArray *sets; /* struct arc_set, first to last */
};

/* Verify. Blocks on DNS. Never fails. Owned. */
struct arc *arc_new(struct dkim_verifier *verifier);
void arc_free(struct arc *arc);

/* Begin the questions in parallel. */
void arc_prefetch(const struct message *message, struct dns_session *dns);

/* "none", "pass", "fail", "temperror"; static. */
const char *arc_result_name(enum arc_result result);

#endif
