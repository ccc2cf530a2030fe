/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pop3_private.h - the inside of a session; for pop3*.c alone. */
#ifndef PENFOLD_NET_POP3_PRIVATE_H
#define PENFOLD_NET_POP3_PRIVATE_H

#include "net/line_in.h"
#include "net/login.h"
#include "net/pop3.h"

struct pop3 {
	struct session_opts opts;
	struct transport *t;
	struct line_in in;
	GByteArray *body; /* a piece of an answer */
	struct pop3_caps caps;
	char *timestamp;	     /* of the greeting, for APOP; NULL: none */
	gint64 late;		     /* monotonic microseconds: time to end */
	bool is_broken;		     /* no more bytes either way */
	enum login_binding binding, next_binding; /* of this log-in; what might help where it is refused */
};

/* Send what was appended. */
bool pop3_flush(struct pop3 *s, GError **error);
/* Append bytes. */
bool pop3_write(struct pop3 *s, const char *bytes, size_t len, GError **error);
/* Bytes that were read and not used. */
bool pop3_has_buffered(const struct pop3 *s);
/* What the server said, for a sentence; display text, owned. */
char *pop3_said(const struct pop3_reply *reply);

/* Of pop3_login.c: greeting, STLS, CAPA, log-in. */
bool pop3_login(struct pop3 *s, GError **error);

#endif
