/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spf_record.h - an SPF record as data (RFC 7208 sections 4.5, 4.6 and 12). */
#ifndef PENFOLD_AUTH_SPF_RECORD_H
#define PENFOLD_AUTH_SPF_RECORD_H

#include <glib.h>
#include <stdbool.h>

enum spf_mechanism {
	SPF_ALL,
	SPF_INCLUDE,
	SPF_A,
	SPF_MX,
	SPF_PTR,
	SPF_IP4,
	SPF_IP6,
	SPF_EXISTS,
};

enum { SPF_ADDRESS_MAX = 16 };

struct spf_term {
	enum spf_mechanism mechanism;
	char qualifier;	       /* + - ~ ? */
	char *spec;	       /* domain-spec, a macro-string; NULL: the current domain */
	unsigned cidr4, cidr6; /* prefix lengths */
	unsigned char address[SPF_ADDRESS_MAX]; /* ip4 (4 bytes), ip6 */
	char *text;				/* as written */
};

struct spf_record {
	GPtrArray *terms; /* struct spf_term */
	char *redirect;	  /* domain-spec; NULL */
	char *exp;	  /* likewise */
};

/* Is this TXT an SPF record: the version, then a blank or the end? */
bool spf_record_is(const char *text);

/* Parse one. Any mistake anywhere is PF_ERROR_DATA with the term named (section 4.6). At
 * most LIMIT_SPF_RECORD bytes and LIMIT_SPF_TERMS terms. Owned. */
struct spf_record *spf_record_new(const char *text, GError **error);
void spf_record_free(struct spf_record *record);

#endif
