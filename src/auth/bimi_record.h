/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bimi_record.h - the assertion record: where a domain says its logo is
 * (draft-brand-indicators-for-message-identification-12, sections 4.3 and 7.2). */
#ifndef PENFOLD_AUTH_BIMI_RECORD_H
#define PENFOLD_AUTH_BIMI_RECORD_H

#include "lookup/dns.h"

struct bimi_record {
	char *text;	 /* as published */
	char *location;	 /* l=, https; NULL when empty */
	char *authority; /* a=, https; NULL when empty or absent */
	char *lps;	 /* local-part selectors, packed; NULL when absent, "" for all */
	bool is_personal;   /* avp=personal: the sender's avatar before the brand's */
	bool is_declined;   /* l= and a= are both empty */
};

/* Parse one TXT string. NULL without error: it is no assertion record. NULL and PF_ERROR_DATA: it
 * is one, and wrong. Owned. */
struct bimi_record *
bimi_record_new(const char *text, GError **error);
void
bimi_record_free(struct bimi_record *record);

enum bimi_found { BIMI_FOUND, BIMI_FOUND_NONE, BIMI_FOUND_BROKEN, BIMI_FOUND_NO_ANSWER };

/* What the look-up came to. */
struct bimi_place {
	enum bimi_found found;
	char *problem;	/* of BIMI_FOUND_BROKEN, and of others one sentence; NULL */
	char *domain;	/* where the record is, as domain_ascii(); NULL */
	char *selector; /* under which; never NULL */
	struct bimi_record *record; /* of BIMI_FOUND */
};

/* Look for the record of an author domain: under it, else under the organizational one, and then by
 * local part if the record asks so. selector NULL: "default". org NULL: none other. local_part NULL:
 * not known. Blocks on DNS. */
void
bimi_place_init(struct bimi_place *out, const char *author, const char *org, const char *selector,
    const char *local_part, struct dns_session *dns);
void
bimi_place_fini(struct bimi_place *place);

/* Can this be a selector (labels of letters, digits, hyphen and underscore)? */
bool
bimi_is_selector(const char *text);

#endif
