/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checkup.h - a sending domain looked over: what is published for it, and what to change.
 */
#ifndef PENFOLD_AUTH_CHECKUP_H
#define PENFOLD_AUTH_CHECKUP_H

#include "auth/dkim_key.h"
#include "lookup/dns.h"

#include <jansson.h>

/* All borrowed. */
struct checkup_request {
	const char *domain;	      /* as domain_ascii() */
	const char *const *selectors; /* DKIM selectors to look for beside the usual ones,
					 NULL-terminated */
	struct dns *dns;
	struct dkim_keys *keys;
	bool may_fetch;	     /* the MTA-STS policy, over HTTPS */
	const char *ca_file; /* for that; NULL: the system's authorities */
	const char *proxy;   /* likewise; NULL: none */
	gint64 now;
};

/* {domain, checks: [{name, result, record, text, fix}], mx_hosts: [{host, addresses, tlsa}], queries}: name one of mx spf dkim
 * dmarc bimi mta-sts tls-rpt dane ptr fcrdns dnsbl, in this order, dkim, ptr, fcrdns and
 * dnsbl once for each key or host; result ok, warn, fail, none (nothing published) or
 * unknown (no answer, or not to be found out); record as published or null; text one
 * sentence; fix what to do, or null. Strings are display text. Blocks on DNS for at most
 * a minute. New reference. */
json_t *checkup_run(const struct checkup_request *request);

#endif
