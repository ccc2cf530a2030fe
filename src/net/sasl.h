/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sasl.h - the client's side of SASL (RFC 4422): SCRAM-SHA-256 and SCRAM-SHA-1 with and
 * without channel binding (RFC 5802, 7677), PLAIN (RFC 4616), LOGIN (its old cousin),
 * CRAM-MD5 (RFC 2195), EXTERNAL (RFC 4422 A), OAUTHBEARER (RFC 7628) and XOAUTH2. Shared
 * by IMAP, POP3 and SMTP: everything that goes to or comes from the wire is base64,
 * without line ends. No I/O. */
#ifndef PENFOLD_NET_SASL_H
#define PENFOLD_NET_SASL_H

#include "base/secret.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct sasl;

/* What may be chosen. */
struct sasl_policy {
	/* The rc's `auth`: NULL, "auto" or "password": the strongest that takes a
	 * password; "oauth2": one that takes a token; else the name of one mechanism, in
	 * any case. CRAM-MD5 and EXTERNAL are taken only when named. */
	const char *auth;
	/* PLAIN, LOGIN and tokens show the secret to whoever listens: they need TLS, or a
	 * loopback account with tls = no. */
	bool allow_plain;
	/* There is a channel to bind to: see struct sasl_opts. */
	bool has_binding;
};

/* The best of the offered mechanism names (NULL-terminated, any case). Static string,
 * NULL when none. */
const char *sasl_choose(const char *const *offered, const struct sasl_policy *policy);

struct sasl_opts {
	const char *mechanism;	     /* a name of sasl_choose() */
	const char *user;	     /* UTF-8 */
	const struct secret *secret; /* password or token; may be NULL for EXTERNAL */
	const char *host;	     /* for OAUTHBEARER; may be NULL */
	uint16_t port;
	/* The channel, of transport_binding(): "tls-exporter" and its bytes; NULL: none.
	 * A SCRAM without -PLUS then says that the server did not offer it, which the
	 * server verifies (RFC 5802 6), unless is_plus_refused. */
	const char *binding;
	const unsigned char *binding_data;
	size_t binding_len;
	bool is_plus_refused; /* -PLUS was offered, but did not come about */
};

/* A log-in; all values are copied. PF_ERROR_AUTH for CR, LF or NUL in a value and for
 * what SASLprep (RFC 4013) forbids. */
struct sasl *sasl_new(const struct sasl_opts *opts, GError **error);
/* Wipes what it held. NULL is fine. */
void sasl_free(struct sasl *s);
const char *sasl_name(const struct sasl *s);

/* The initial response, owned, to be freed by sasl_wipe(); NULL when the mechanism has
 * none (LOGIN, CRAM-MD5). "" is an empty one. */
char *sasl_initial(struct sasl *s);
/* The answer to a challenge; owned, by sasl_wipe(). PF_ERROR_AUTH when the server does
 * not prove that it knows the password, PF_ERROR_PROTOCOL when the challenge makes no
 * sense. */
char *sasl_step(struct sasl *s, const char *challenge, GError **error);
/* To be asked when the server says that the log-in succeeded: did it prove itself as the
 * mechanism demands? PF_ERROR_AUTH when not. */
bool sasl_finish(const struct sasl *s, GError **error);

/* Has everything been said but for the server's proof, to which the answer is empty? That may be sent along. */
bool sasl_is_said(const struct sasl *s);

/* What the server said in the course of a log-in that it then refused (RFC 7628 3.2.2),
 * as display text: "invalid_token". NULL when nothing. Borrowed. */
const char *sasl_complaint(const struct sasl *s);
/* The server cannot do the channel binding: another mechanism may do. */
bool sasl_is_binding_refused(const struct sasl *s);
/* Is the mechanism one with channel binding? */
bool sasl_is_bound(const struct sasl *s);
/* Does the mechanism carry an OAuth token? */
bool sasl_wants_token(const char *mechanism);

/* Wipe and free a string. */
void sasl_wipe(char *text);

/* A fixed client nonce in place of a random one: for the examples of the RFCs. */
void sasl_set_nonce(struct sasl *s, const char *nonce);

#endif
