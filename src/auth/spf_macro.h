/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spf_macro.h - the macro language of SPF (RFC 7208 section 7): checked when a record is
 * read, expanded when a term is evaluated. */
#ifndef PENFOLD_AUTH_SPF_MACRO_H
#define PENFOLD_AUTH_SPF_MACRO_H

#include <glib.h>
#include <stdbool.h>

/* What the letters stand for. All borrowed. */
struct spf_macros {
	const char *sender; /* s: local@domain, never without a local part */
	const char *local;  /* l */
	const char *o;	    /* the sender's domain */
	const char *domain; /* d: the domain whose record is evaluated */
	const char *helo;   /* h */
	const char *i;	    /* the address with dots, IPv6 as nibbles */
	const char *v;	    /* "in-addr" or "ip6" */
	const char *c;	    /* the address as people write it */
	const char *r;	    /* the host that judges */
	gint64 now;	    /* t: Unix seconds */
	/* p: the validated name of the address, owned by the caller of it; "unknown" when
	 * none */
	char *(*name_of)(void *state, const char *domain);
	void *state;
};

/* Is this a macro-string (section 7.1)? With is_domain it must end as a domain-spec does,
 * in a top label or a macro, and may not use c, r, t, which are for explanations. */
bool spf_macro_is_valid(const char *text, size_t len, bool is_domain);

/* Expand a valid one. Without is_domain, text for people (exp=): blanks are passed on.
 * Owned. */
char *spf_macro_expand(const char *text, const struct spf_macros *macros);

/* As above for a domain name: cut from the left to 253 octets (section 7.3), without a
 * final dot. Owned. */
char *spf_macro_domain(const char *text, const struct spf_macros *macros);

#endif
