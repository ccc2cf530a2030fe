/* SPDX-License-Identifier: GPL-3.0-or-later */
/* transport_private.h - the inside of a connection, for transport*.c alone. */
#ifndef PENFOLD_NET_TRANSPORT_PRIVATE_H
#define PENFOLD_NET_TRANSPORT_PRIVATE_H

#include "net/deflate.h"
#include "net/pin.h"
#include "net/transport.h"

#include <openssl/ssl.h>

#define TRANSPORT_BUFFER                                                                 \
	16384 /* one TLS record; libetpan moves the rest of its buffer for every line */

struct transport {
	struct transport_opts opts;
	char *host, *ca_file, *cert, *key, *label, *pins;
	struct pin pin; /* of this server, when has_pin */
	bool has_pin;
	int fd;
	SSL *ssl;
	char *tls_name;
	mailstream_low_driver driver; /* libetpan wants it writable */
	mailstream *stream;
	bool is_cancelled, at_eof, fed_eof;
	gint64 deadline; /* monotonic microseconds, 0: none */
	gint64 last_end; /* of the session, likewise */
	GError *error;
	struct deflate *deflate; /* RFC 4978; NULL: not compressed */
	char raw[TRANSPORT_BUFFER]; /* read, not yet through the filter */
	size_t raw_start, raw_end;
	GByteArray *out; /* through the filter, not yet read */
	size_t out_start;
	guint64 sent, received, turns;
	bool peer_spoke;
	gint64 spoke_at, round_trip; /* monotonic microseconds */
};

/* The driver by which libetpan reads and writes. */
extern const mailstream_low_driver transport_driver;

/* Keep the first error: what follows it is its echo. */
void transport_fail(struct transport *t, int code, const char *text);
/* Wait until the socket is ready for events, at most limit_ms. False with t->error set. */
bool transport_wait_ready(struct transport *t, short events, unsigned limit_ms);
/* After SSL_read(), SSL_write() or SSL_connect() gave n: what to wait for; false when it is no
 * waiting that is wanted. */
bool transport_is_retry(const struct transport *t, ssize_t n, short *events_out);

#endif
