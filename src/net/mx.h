/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mx.h - which hosts take a domain's mail (RFC 5321 5.1, RFC 7505), and whether the DNS
 * vouches for their keys (DANE, RFC 7672). */
#ifndef PENFOLD_NET_MX_H
#define PENFOLD_NET_MX_H

#include "lookup/dns.h"

struct mx_host {
	char *name;
	unsigned preference;
};

struct mx_plan {
	GPtrArray *hosts; /* struct mx_host, in the order in which they are to be tried */
	bool is_secure;	  /* the list is validated by DNSSEC */
};

/* Resolve. domain in A-labels. random: 0 to 1, for the order among equals.
 * PF_ERROR_NOT_FOUND when the domain takes no mail or does not exist, which is final;
 * PF_ERROR_TEMPORARY when the DNS gives no answer. *out is to be cleared either way. */
bool mx_resolve(
    struct dns_session *dns, const char *domain, struct mx_plan *out, GError **error);
void mx_plan_clear(struct mx_plan *plan);

/* A host's addresses as text, NULL-terminated; empty when it has none. *is_secure_out: by
 * DNSSEC. NULL with PF_ERROR_TEMPORARY. Owned (g_ptr_array_unref). */
GPtrArray *mx_addresses(
    struct dns_session *dns, const char *host, bool *is_secure_out, GError **error);

/* Its TLSA records when they are validated: "USAGE SELECTOR TYPE HEX", NULL-terminated,
 * empty for none. NULL with PF_ERROR_TEMPORARY: they may be there, and nothing may be
 * sent without them (RFC 7672 2.1.1). Owned. */
GPtrArray *mx_tlsa(
    struct dns_session *dns, const char *host, unsigned port, GError **error);

#endif
