/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spf.h - Sender Policy Framework: may a host with this address send for this domain (RFC
 * 7208)? */
#ifndef PENFOLD_AUTH_SPF_H
#define PENFOLD_AUTH_SPF_H

#include "lookup/dns.h"

enum spf_result {
	SPF_NONE,
	SPF_NEUTRAL,
	SPF_PASS,
	SPF_FAIL,
	SPF_SOFTFAIL,
	SPF_TEMPERROR,
	SPF_PERMERROR,
};

/* All borrowed. */
struct spf_query {
	const char *ip;	  /* the client, IPv4 or IPv6 as text */
	const char *helo; /* what it called itself; "" when not known */
	const char
	    *from; /* MAIL FROM's addr-spec; "" is the null sender: HELO is checked */
	const char *receiver; /* %{r}; NULL is "unknown" */
	gint64 now;	      /* %{t} */
};

struct spf {
	enum spf_result result;
	char *domain; /* that was asked about, as domain_ascii(); NULL when it is none */
	char *explanation; /* of a fail, as its domain wrote it; "" when it wrote none */
	char *problem;	   /* why not, in plain words; "" */
	char *matched;	   /* the term that decided, "" */
	bool is_open;	   /* decided by a term that is true of nearly everybody: "+all", a huge network */
	char *record;	   /* the domain's record; NULL */
	unsigned lookups;  /* terms that asked the DNS (section 4.6.4) */
	unsigned void_lookups;
	GPtrArray *trail; /* char *, "DOMAIN: RECORD" of every record read, in order */
};

/* check_host() of section 4. Blocks on DNS. Never fails: an address that is none gives
 * SPF_NONE with a problem. Texts hold bytes from outside. Owned. */
struct spf *spf_new(const struct spf_query *query, struct dns_session *dns);
void spf_free(struct spf *spf);

/* Begin the first question in parallel. domain as domain_ascii(). */
void spf_prefetch(const char *domain, struct dns_session *dns);

/* "pass" and so on; static. */
const char *spf_result_name(enum spf_result result);

#endif
