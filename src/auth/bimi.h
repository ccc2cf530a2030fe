/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bimi.h - whether a domain's logo may be shown with a message, and what stands behind the logo
 * (draft-brand-indicators-for-message-identification-12, section 7). Fetching is the caller's. */
#ifndef PENFOLD_AUTH_BIMI_H
#define PENFOLD_AUTH_BIMI_H

#include "auth/bimi_record.h"
#include "auth/mark.h"
#include "auth/verdict.h"

#include <jansson.h>

/* In the words of section 7.7. */
enum bimi_result {
	BIMI_PASS,
	BIMI_NONE,	/* no record */
	BIMI_FAIL,	/* a record, a logo or a mark that is wrong */
	BIMI_TEMPERROR, /* no answer: try again */
	BIMI_DECLINED,	/* the domain wants no logo */
	BIMI_SKIPPED,	/* the message or the domain's policy does not qualify */
};

struct bimi {
	enum bimi_result result;
	char *reason;	/* one sentence, "" where there is nothing to add */
	struct bimi_place place;
	struct mark *mark; /* NULL: none was asked for or got */
	GBytes *logo;	   /* a drawing that keeps the rules; NULL */
	const char *logo_source; /* "mark", "location", "header"; NULL */
};

/* The record of a domain whose policy is enforced. selector and local_part as bimi_place_init(). Blocks
 * on DNS. Owned. */
struct bimi *
bimi_of_domain(const char *domain, const char *selector, const char *local_part, struct dns_session *dns);

/* The same for a message that was judged: only one that its author's domain signed, and of which nothing
 * is suspect, gets as far as the record. Of a logo in the header that a trusted server vouches for,
 * logo is filled in. Blocks on DNS, by the verdict's session. Owned. */
struct bimi *
bimi_of_message(const struct verdict *verdict);
void
bimi_free(struct bimi *bimi);

/* Bring in what was fetched. A mark (stolen) that does not hold, or a drawing that breaks a rule or is not
 * the mark's own, makes the result BIMI_FAIL. */
void
bimi_add_mark(struct bimi *bimi, struct mark *mark);
void
bimi_add_drawing(struct bimi *bimi, GBytes *drawing);
/* It could not be fetched: BIMI_TEMPERROR, or BIMI_FAIL where the server said no for good. */
void
bimi_set_missing(struct bimi *bimi, bool is_temporary, const char *reason);

/* {result, reason, selector, domain, location, authority, record, mark: {type, organization, issuer, valid,
 * mark_type, trademark, not_after} or null, logo: SHA-256 or null, logo_source}. New reference. */
json_t *
bimi_json(const struct bimi *bimi);

/* The mark alone, for `penfold bimi mark`. New reference. */
json_t *
bimi_mark_json(const struct mark *mark);

/* SHA-256 in hex, owned. */
char *
bimi_hash(GBytes *bytes);

/* "pass" and so on. Static. */
const char *
bimi_result_name(enum bimi_result result);

/* What keeps the DMARC policies of a domain and its organization from allowing a logo (draft 7.1), plain words; NULL when
 * both are enforced. May ask the DNS. Owned. */
char *bimi_policy_problem(const struct dmarc *dmarc, struct dns_session *dns);

#endif
