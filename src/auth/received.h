/* SPDX-License-Identifier: GPL-3.0-or-later */
/* received.h - one Received field (RFC 5321 section 4.4): who took the message over from
 * whom. */
#ifndef PENFOLD_AUTH_RECEIVED_H
#define PENFOLD_AUTH_RECEIVED_H

#include <glib.h>
#include <stdbool.h>

/* Strings are owned; NULL when the field does not say. */
struct received {
	char *from;	 /* the first word about the client, lower case: mostly its HELO */
	char *helo; /* what the client called itself, where the field says that apart from `from` */
	char *from_info; /* the comment after it: what the server saw of the client */
	char *by;	 /* the server's own name, lower case */
	char *login;	 /* who logged in to hand it in, lower case, where the server notes that (Postfix does) */
	char *with;	 /* protocol, lower case */
	char *tls; /* what the field says of TLS: "tlsv1.3", or "yes" by its protocol (RFC
		      3848) */
	gint64 time; /* Unix seconds, -1 when there is none */
};

/* Never fails: what cannot be read is NULL. */
void received_init(struct received *out, const char *bytes, size_t len);
void received_fini(struct received *received);

/* The client's address as the server saw it, text: from where no client writes to. What the client says of itself in
 * HELO ("helo=[10.0.0.1]", "(HELO [10.0.0.1])") is not looked at. Owned; NULL when there is none. */
char *received_address(const struct received *received);

/* Is there such an address, and is it a private or loopback one? *has_address_out: is there one. */
bool received_is_private(const struct received *received, bool *has_address_out);

/* Did the client log in, by the protocol (RFC 3848: ESMTPA, ESMTPSA, LMTPA)? */
bool received_is_authenticated(const struct received *received);

/* That address, and the name that the client gave in HELO. False when there is no address. Owned. */
bool received_client(const struct received *received, char **ip_out, char **helo_out);

#endif
