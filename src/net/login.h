/* SPDX-License-Identifier: GPL-3.0-or-later */
/* login.h - how to log in, as IMAP, POP3 and SMTP share it: which of the offered
 * mechanisms, bound to the TLS connection where both sides can. */
#ifndef PENFOLD_NET_LOGIN_H
#define PENFOLD_NET_LOGIN_H

#include "net/sasl.h"
#include "net/session_opts.h"
#include "net/transport.h"

/* What a log-in is bound to. An earlier connection may have shown that the server offers channel binding,
 * but cannot do ours. */
enum login_binding {
	LOGIN_BOUND,	   /* to what the connection has (RFC 9266) */
	LOGIN_BOUND_TLS12, /* to what TLS 1.2 has, which some servers know alone (RFC 5929 3) */
	LOGIN_UNBOUND,
};

struct login_opts {
	const struct rc_server *server;
	const char *auth;	     /* the rc's `auth` */
	const struct secret *secret; /* password or token; NULL: none is needed */
	enum login_binding binding;  /* the transport has the TLS that it asks for */
};

/* Begin by the best of the offered mechanisms (NULL-terminated). NULL without error when
 * none fits: login_none_fits(). PF_ERROR_AUTH, named after the account, for values that
 * cannot be sent. */
struct sasl *login_begin(struct transport *t, const struct login_opts *opts,
    const char *const *offered, GError **error);

/* How a server that could not bind the channel may be asked again, by another connection; as in opts where it may
 * not. Where the rc insists on a binding, by TLS 1.2, else without one. is_unclear: it refused
 * the log-in and did not say that user or password are wrong. What `auto` protects against is not weakened by it: such
 * an attacker, who has a certificate for this host, would simply offer PLAIN alone. */
enum login_binding login_rebind(const struct login_opts *opts, const struct sasl *s,
    const struct transport *t, bool is_unclear);

/* A session, over one connection after the other for as long as a log-in asks for the next kind of binding. once: opens one
 * with *binding, and leaves there what the next would be tried with. NULL with error. */
typedef void *(*login_once_fn)(const void *opts, enum login_binding *binding, GError **error);
void *login_open(login_once_fn once, const void *opts, GError **error);
/* What the connection of a session is opened with; borrows from opts. */
struct transport_opts login_transport(const struct session_opts *opts, enum login_binding binding);

/* No mechanism fits: PF_ERROR_AUTH says why. Always false. */
bool login_none_fits(
    const struct transport *t, const struct login_opts *opts, const char *const *offered, GError **error);

/* How a server refused a log-in. */
struct login_answer {
	const char *said; /* its text, not yet display text */
	bool is_temporary;
	bool is_explained; /* said is ours, and has the server's text in it */
};

/* PF_ERROR_TEMPORARY or _AUTH, with the server's words and what to do next. s: NULL for a log-in without SASL. Always
 * false. */
bool login_refused(const struct transport *t, const struct login_opts *opts, const struct sasl *s,
    const struct login_answer *answer, GError **error);

#endif
