/* SPDX-License-Identifier: GPL-3.0-or-later */
/* address.h - the mailboxes of a From, Reply-To or To field, read from its bytes (RFC
 * 5322 section 3.4 with the obsolete forms, RFC 6854 groups). Written for judging who
 * wrote a letter: it prefers to find a mailbox too many over one too few. */
#ifndef PENFOLD_AUTH_ADDRESS_H
#define PENFOLD_AUTH_ADDRESS_H

#include <glib.h>
#include <stdbool.h>

struct address {
	char *display; /* decoded (RFC 2047), UTF-8, not made safe for a terminal: the phrase, else the last comment,
			  which some programs show as a name; "" when none */
	char *local;   /* local part, unquoted */
	char *domain;  /* as domain_ascii(); NULL when it is no domain name (address
			  literal) */
	char *text;    /* local@domain as written, without comments and blanks */
};

struct addresses {
	GPtrArray *items; /* struct address */
	bool has_group;
	char *group; /* the first group's name, as display; NULL */
	bool is_malformed; /* something was neither mailbox nor group */
};

/* Parse at most LIMIT_ADDRESSES mailboxes out of at most LIMIT_HEADER_VALUE bytes. Linear
 * in time, comments to LIMIT_COMMENT_DEPTH. Owned. */
struct addresses *addresses_new(const char *bytes, size_t len);
void addresses_free(struct addresses *addresses);

/* Text of a header field with its encoded words (RFC 2047) decoded; what cannot be
 * decoded stays as it is, bytes that are no UTF-8 become U+FFFD. Owned. */
char *address_decode(const char *bytes, size_t len);

#endif
