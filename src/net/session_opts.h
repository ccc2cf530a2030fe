/* SPDX-License-Identifier: GPL-3.0-or-later */
/* session_opts.h - what a session is opened with, by IMAP, POP3, ManageSieve and SMTP. */
#ifndef PENFOLD_NET_SESSION_OPTS_H
#define PENFOLD_NET_SESSION_OPTS_H

#include "base/rc.h"
#include "base/secret.h"

struct session_opts {
	const struct rc_server *server;	      /* borrowed while the session lives */
	const char *account;		      /* for messages; NULL: of no account yet */
	const char *ca_file;		      /* NULL: the system's */
	const char *pins;		      /* pin_file(); NULL: none */
	const char *client_cert, *client_key; /* PEM files; NULL: none */
	const char *auth;		      /* the rc's `auth`: "auto" or a mechanism's name */
	const struct secret *password;	      /* or token, needed until the session is open; NULL
						 for a log-in by certificate */
	bool (*is_cancelled)(void *user);
	void *user;
	/* What the server offered an earlier session (imap_capabilities()), "" when there was none: IMAP then
	 * asks what comes after the log-in along with it, and saves two round trips. NULL: step by
	 * step, for servers that cannot bear it. */
	const char *foreseen;
	unsigned session_ms; /* POP3: in which all must be done; 0: LIMIT_POP3_SESSION_MS */
};

#endif
