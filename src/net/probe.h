/* SPDX-License-Identifier: GPL-3.0-or-later */
/* probe.h - is there a mail server at an address, and does it let us in? For the set-up:
 * short deadlines, one connection each. */
#ifndef PENFOLD_NET_PROBE_H
#define PENFOLD_NET_PROBE_H

#include "base/secret.h"
#include "net/discover.h"
#include "net/transport.h"

struct probe_opts {
	enum discover_kind kind;
	const struct rc_server *server;
	const char *account;				/* for messages; NULL: of no account yet */
	const char *ca_file, *client_cert, *client_key; /* NULL: none */
	const char *pins; /* pin_file(); NULL: none */
	const char *auth; /* as in the rc; for probe_log_in() */
	const struct secret *secret;
	bool (*is_cancelled)(void *user);
	void *user;
};

/* Connect, and come as far as verified TLS; no credential is sent. Errors as of
 * transport_open(), or PF_ERROR_PROTOCOL for what is another service. */
bool probe_tls(const struct probe_opts *opts, GError **error);

/* As probe_tls(), but whatever the server shows: what that is. Owned: tls_certificate_clear(). */
bool probe_certificate(
    const struct probe_opts *opts, struct tls_certificate *out, GError **error);

/* Log in and leave. Errors as of imap_open(), pop3_open() and smtp_open(). */
bool probe_log_in(const struct probe_opts *opts, GError **error);

#endif
