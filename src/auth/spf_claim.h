/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spf_claim.h - what is known of SPF for a message that has long been delivered. */
#ifndef PENFOLD_AUTH_SPF_CLAIM_H
#define PENFOLD_AUTH_SPF_CLAIM_H

#include "auth/spf.h"
#include "auth/trust.h"

/* A trusted server's word, else our own evaluation of the hop that it recorded. */
struct spf_claim {
	const char *word;	 /* the result; NULL when nothing is known */
	const char *id;		 /* whose; NULL when it is our own */
	const char *unknown_why; /* when nothing is known; static */
	char *domain;		 /* MAIL FROM's, else HELO's; NULL */
	char *ip, *helo, *from;	 /* of the hop; NULL when not known */
	struct spf *own;	 /* our own evaluation, beside a server's or alone; NULL */
	bool counts;		 /* the sender cannot have written what it rests on */
	bool is_open;		 /* it passes, and so would nearly anybody: the record says so */
	bool has_hop;		 /* ip, helo and from are certain, and young enough to be evaluated */
};

/* Find out. now, arrival: Unix seconds, arrival -1 when not known: SPF records of long
 * ago are not those of today (RFC 7208 section 2.5), so old mail is not evaluated. Blocks
 * on DNS. */
void spf_claim_init(struct spf_claim *out, const struct message *message,
    const struct trust *trust, struct dns_session *dns, gint64 now);
/* A server's word is that it passed, and not how. Where we know the hop as well, evaluate it: is_open, and own for those
 * who want to see it. The word stays the server's, which was there. now as above. Blocks on DNS. */
void spf_claim_recheck(struct spf_claim *claim, struct dns_session *dns, gint64 now);
void spf_claim_fini(struct spf_claim *claim);

/* Begin the first question of spf_claim_init() in parallel. */
void spf_claim_prefetch(
    const struct message *message, const struct trust *trust, struct dns_session *dns);

#endif
