/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_dsn.h - a delivery status notification of our own, RFC 3464 in RFC 6522: what
 * the queue tells its user when a letter failed or is late. Pure. */
#ifndef PENFOLD_MIME_COMPOSE_DSN_H
#define PENFOLD_MIME_COMPOSE_DSN_H

#include <glib.h>
#include <stdbool.h>

struct compose_dsn_recipient {
	const char *address; /* envelope */
	const char
	    *status; /* "5.1.1"; NULL or "": none came, and 5.0.0 or 4.0.0 is said */
	const char *reply; /* utf8, one sentence; "" for none */
	bool is_server; /* a server said so, and not Penfold */
};

struct compose_dsn {
	const char *to;	     /* the writer, addr-spec */
	const char *id;	     /* of the letter in the queue */
	const char *host;    /* the server that answered; NULL for none */
	const char *subject; /* of the letter, utf8 */
	gint64 now, arrived; /* Unix seconds */
	gint64 retry_until;  /* for is_late */
	bool is_late;	     /* delayed, not failed */
	const struct compose_dsn_recipient *recipients;
	size_t n_recipients;
	GBytes *original; /* its bytes; the header goes along. May be NULL */
};

/* The message, CRLF. The same facts give the same bytes. Owned. */
GBytes *compose_dsn(const struct compose_dsn *dsn);

#endif
