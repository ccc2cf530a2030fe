/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credential.h - what an account logs in with: a password, an OAuth token, or nothing but
 * a certificate. */
#ifndef PENFOLD_NET_CREDENTIAL_H
#define PENFOLD_NET_CREDENTIAL_H

#include "base/rc.h"
#include "base/secret.h"
#include "net/session_opts.h"

/* What the rc says about logging in. Paths are owned, auth is borrowed from the rc. */
struct credential {
	const char *auth; /* the rc's `auth` */
	char *cert, *key; /* PEM files; NULL: none */
	char *ca_file;	  /* [tls] ca-file; NULL: the system's */
	char *pins;	  /* pin_file() */
};

void credential_init(struct credential *c, const struct rc *rc, const char *account);
void credential_fini(struct credential *c);
/* A session that logs in with it; what it points to is borrowed. */
struct session_opts credential_session(
    const struct credential *c, const char *account, const struct rc_server *server, const struct secret *secret);

/* The password or token of an account. NULL without error when `auth = external` needs
 * none. PF_ERROR_AUTH naming account and what to do when there is none; may run a command
 * or ask a server for a new token. */
struct secret *credential_secret(
    const struct rc *rc, const char *account, GError **error);

/* The server refused it: a token that seemed good is renewed the next time. */
void credential_refused(const struct rc *rc, const char *account);

#endif
