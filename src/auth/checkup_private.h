/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checkup_private.h - what the files of the check-up share. */
#ifndef PENFOLD_AUTH_CHECKUP_PRIVATE_H
#define PENFOLD_AUTH_CHECKUP_PRIVATE_H

#include "auth/checkup.h"

/* A host that takes or sends mail for the domain. */
struct checkup_host {
	char *name;
	GPtrArray *addresses; /* char * */
	json_t *tlsa;	      /* of its records for port 25 that count; NULL */
};

struct checkup {
	const struct checkup_request *request;
	struct dns_session *dns;
	json_t *checks;
	GPtrArray *hosts; /* struct checkup_host: the MX hosts, or the domain itself */
	bool has_null_mx; /* the domain takes no mail */
	bool is_mx_secure;
};

/* Add one. result: "ok" and so on, static. record may be NULL; text is stolen, utf8; fix
 * may be NULL. */
void checkup_add(struct checkup *c, const char *name, const char *result,
    const char *record, char *text, const char *fix);

/* Ask for PREFIX.DOMAIN (prefix NULL: the domain). Borrowed. */
const struct dns_answer *checkup_ask(
    struct checkup *c, const char *prefix, enum dns_type type);

/* The only TXT that begins with this (any case); NULL when there is none or several;
 * *n_out how many. */
const char *checkup_txt(
    const struct dns_answer *answer, const char *prefix, unsigned *n_out);

/* A kind of record that is known by its beginning. */
struct checkup_kind {
	const char *check; /* as for checkup_add() */
	const char *name;  /* for people */
	const char *word;  /* lower case: what has it in it is meant to be one */
	const char *begin; /* what must stand first */
};

/* Where there is no record of a kind: is there a TXT that was meant to be one? Then that is told. checkup_records.c */
bool checkup_near_miss(struct checkup *c, const struct checkup_kind *kind, const struct dns_answer *answer);

/* What is wrong within a record that works. */
void checkup_spf_text(struct checkup *c, const char *text);
void checkup_dmarc_text(struct checkup *c, const char *record);
bool checkup_dmarc_missed(struct checkup *c);

/* The checks. */
void checkup_mx(struct checkup *c); /* checkup_hosts.c */
void checkup_dane(struct checkup *c);
/* The hosts as what looks at their certificates wants them. New reference. */
json_t *checkup_mx_hosts(const struct checkup *c);
void checkup_ptr(struct checkup *c); /* ptr and fcrdns */
void checkup_dnsbl(struct checkup *c);
void checkup_spf(struct checkup *c); /* checkup_auth.c */
void checkup_dkim(struct checkup *c);
void checkup_dmarc(struct checkup *c);
void checkup_bimi(struct checkup *c);
void checkup_mta_sts(struct checkup *c); /* checkup_tls.c */
void checkup_tls_rpt(struct checkup *c);

#endif
