/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sieve_private.h - the inside of a ManageSieve session; for sieve.c and sieve_login.c alone. */
#ifndef PENFOLD_NET_SIEVE_PRIVATE_H
#define PENFOLD_NET_SIEVE_PRIVATE_H

#include "net/line_in.h"
#include "net/login.h"
#include "net/sieve.h"
#include "net/sieve_reply.h"

struct sieve {
	struct session_opts opts;
	struct transport *t;
	struct line_in in;
	GPtrArray *offered; /* mechanisms, owned strings */
	char *extensions;
	bool is_broken; /* no more bytes either way */
	enum login_binding binding, next_binding; /* of this log-in; what might help where it is refused */
};

/* An answer: its lines, each of tokens, and the last one. */
struct sieve_reply {
	GPtrArray *lines; /* of GPtrArray of struct sieve_token */
	GPtrArray *last;
	struct sieve_end end; /* borrows from last */
};

void sieve_reply_clear(struct sieve_reply *r);
/* A whole answer; one line of it, which need not be its end. */
bool sieve_read(struct sieve *s, struct sieve_reply *r, GError **error);
bool sieve_read_line(struct sieve *s, struct sieve_reply *r, GError **error);
bool sieve_send(struct sieve *s, const char *bytes, size_t len, GError **error);
/* Bytes that were read and not used. */
bool sieve_has_buffered(const struct sieve *s);
/* What the server said, for a sentence; display text, owned. */
char *sieve_said(const struct sieve_reply *r);

/* Of sieve_login.c: greeting, STARTTLS, log-in. */
bool sieve_login(struct sieve *s, GError **error);

#endif
