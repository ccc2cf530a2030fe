/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dmarc.h - DMARC (RFC 9989): records, the DNS tree walk, organizational domains,
 * alignment. */
#ifndef PENFOLD_AUTH_DMARC_H
#define PENFOLD_AUTH_DMARC_H

#include "auth/dkim.h"
#include "lookup/dns.h"

enum dmarc_policy { DMARC_NONE, DMARC_QUARANTINE, DMARC_REJECT, DMARC_ABSENT };

/* One record (section 4.7). */
struct dmarc_record {
	char *text;		     /* as published */
	char *domain;		     /* where it was found, without "_dmarc." */
	enum dmarc_policy p, sp, np; /* DMARC_ABSENT when not said or not understood */
	bool is_p_bad;		     /* a p=, sp= or np= that is not understood */
	bool has_rua;
	bool is_strict_dkim, is_strict_spf; /* adkim=s, aspf=s */
	char psd;			    /* 'y', 'n', 'u' */
	bool is_testing;		    /* t=y */
};

/* Parse one TXT string; NULL when it is no DMARC record. Owned. */
struct dmarc_record *dmarc_record_new(const char *text, const char *domain);
void dmarc_record_free(struct dmarc_record *record);

/* What is published for an author domain. */
struct dmarc {
	char *author;		     /* the author domain */
	char *org;		     /* its organizational domain */
	struct dmarc_record *record; /* the one that applies; NULL when there is none */
	enum dmarc_policy policy; /* what it asks for, t= and np= considered; DMARC_ABSENT
				     without one */
	bool is_temporary; /* the DNS failed where it mattered: org and record are not
			      certain */
	GPtrArray *walk;   /* char *: the names asked, with what was found */
};

/* Look up an author domain (as domain_ascii()). Blocks on DNS. Owned. */
struct dmarc *dmarc_new(const char *author, struct dns_session *dns);
void dmarc_free(struct dmarc *dmarc);
/* Begin the questions of dmarc_new() in parallel. */
void dmarc_prefetch(const char *author, struct dns_session *dns);

/* How an identifier's domain (as domain_ascii()) aligns with the author (section 4.10.2).
 * May ask the DNS for the identifier's own walk. */
enum dkim_alignment dmarc_align(
    const struct dmarc *dmarc, const char *domain, struct dns_session *dns);

/* Does that alignment suffice under the record's adkim (is_spf: aspf)? */
bool dmarc_is_aligned(
    const struct dmarc *dmarc, enum dkim_alignment alignment, bool is_spf);

/* "none", "quarantine", "reject"; NULL for DMARC_ABSENT. */
const char *dmarc_policy_name(enum dmarc_policy policy);

#endif
