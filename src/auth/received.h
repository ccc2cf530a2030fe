/* SPDX-License-Identifier: GPL-3.0-or-later */
/* received.h - one Received field (RFC 5321 section 4.4): who took the message over from
 * whom. */
#ifndef PENFOLD_AUTH_RECEIVED_H
#define PENFOLD_AUTH_RECEIVED_H

#include <glib.h>
#include <stdbool.h>

/* Strings are owned; NULL when the field does not say. */
struct received {
	char *from;	 /* what the client called itself (HELO), lower case */
	char *from_info; /* the comment after it: what the server saw of the client */
	char *by;	 /* the server's own name, lower case */
	char *with;	 /* protocol, lower case */
	char *tls; /* what the field says of TLS: "tlsv1.3", or "yes" by its protocol (RFC
		      3848) */
	gint64 time; /* Unix seconds, -1 when there is none */
};

/* Never fails: what cannot be read is NULL. */
void received_init(struct received *out, const char *bytes, size_t len);
void received_fini(struct received *received);

/* Does the comment name an address, and is that a private or loopback one?
 * *has_address_out says whether there was one. */
bool received_is_private(const struct received *received, bool *has_address_out);

/* The client as the server saw it: its address (text) and the name it gave in HELO. Only
 * where the field has the address in a place that no client writes to; false otherwise.
 * Owned. */
bool received_client(const struct received *received, char **ip_out, char **helo_out);

#endif
