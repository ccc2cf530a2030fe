/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mta_sts.h - policies of MTA-STS (RFC 8461): the TXT record that announces one, and its
 * text. Pure. */
#ifndef PENFOLD_LOOKUP_MTA_STS_H
#define PENFOLD_LOOKUP_MTA_STS_H

#include "lookup/dns.h"

enum mta_sts_mode { MTA_STS_NONE, MTA_STS_TESTING, MTA_STS_ENFORCE };

struct mta_sts {
	enum mta_sts_mode mode;
	gint64 max_age; /* seconds, at most a year (3.2) */
	GPtrArray *mx;	/* patterns, lower case, owned; never NULL */
};

/* The id of the record at _mta-sts.DOMAIN: exactly one that begins with v=STSv1 (3.1).
 * Owned, NULL when there is none. */
char *mta_sts_id(const struct dns_answer *answer);

/* Read a policy (3.2). False when it is none; *out is to be cleared either way. */
bool mta_sts_parse(const char *text, size_t len, struct mta_sts *out);
void mta_sts_clear(struct mta_sts *policy);

/* May this host stand for the domain (4.1)? "*.example.org" is one label more. */
bool mta_sts_matches(const struct mta_sts *policy, const char *host);

#endif
