/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_check_domain.h - can the domains of a letter take mail, and is the author's own in
 * order? Asks the DNS: for the helper that may. */
#ifndef PENFOLD_NET_MSA_CHECK_DOMAIN_H
#define PENFOLD_NET_MSA_CHECK_DOMAIN_H

#include "lookup/dns.h"

#include <jansson.h>

/* Will receivers believe this author? Found out by the caller. */
struct msa_self {
	const char *policy; /* DMARC's for the author's domain; NULL when there is none */
	bool is_signed;	    /* a DKIM key of the account speaks for the author */
	bool is_own_host;   /* the submission server is of the author's organization */
	bool may_pass_spf;  /* SPF names hosts beyond addresses: it may name the server's */
};

struct msa_domains {
	const char *from;		/* the author's addr-spec; NULL: not looked at */
	const char *const *recipients;	/* addr-specs, NULL-terminated */
	const struct msa_self *self;	/* NULL: not looked at */
	struct dns_session *dns;
	/* The known domain that this one (A-labels) may be a slip for; NULL. Borrowed. */
	const char *(*lookalike)(void *user, const char *domain);
	/* Was it ever written to, or is it one of the user's own? May be NULL. */
	bool (*is_known)(void *user, const char *domain);
	void *user;
};

/* Findings as msa_check() gives them, errors first; a DNS that does not answer finds
 * nothing. At most the first MSA_DOMAINS_MAX domains are looked at. Blocks. New
 * reference. */
enum { MSA_DOMAINS_MAX = 30 };
json_t *msa_check_domains(const struct msa_domains *domains);

/* Every check there is: [{code, level, where, text, ref, mended: bool, dns: bool}]. New
 * reference. */
json_t *msa_check_list(void);

#endif
