/* SPDX-License-Identifier: GPL-3.0-or-later */
/* transport.h - a connection to one host: resolve, connect, TLS by OpenSSL, and the
 * mailstream that libetpan reads and writes through. libetpan's own TLS verifies nothing
 * and is never used.
 *
 * RFC 8314, RFC 6125/9525: chain and host name (subjectAltName only) verified, TLS 1.2 or
 * newer, SNI sent, no fallback. Blocking, with a deadline on every call: programs that
 * use it are helpers. */
#ifndef PENFOLD_NET_TRANSPORT_H
#define PENFOLD_NET_TRANSPORT_H

#include "base/rc.h"
#include "net/tls.h"

#include <libetpan/libetpan.h>
#include <glib.h>
#include <stdbool.h>

struct transport;

/* What a line guard does between the wire and libetpan: looks at clear bytes as they
 * arrive, may change them, or refuses the connection by an error. See guard.h. NULL for
 * none. */
struct transport_filter {
	/* Consumes the first *used_out of the len bytes of in (len 0: end of stream) and
	 * appends what the reader may see to out. It must consume something or produce
	 * something; it may stop early, and is then called again only when the reader has
	 * taken all of out: what it reports elsewhere stays in step with what the reader
	 * reads. False with error: refuse. */
	bool (*feed)(void *state, const char *in, size_t len, size_t *used_out,
	    GByteArray *out, GError **error);
	void *state; /* borrowed */
};

struct transport_opts {
	const struct rc_server *server; /* borrowed while the transport lives */
	const char *account;		/* for messages; NULL: of no account yet */
	const char *ca_file; /* PEM bundle in place of the system's; NULL: system */
	/* PEM files of a client certificate and its key, NULL: none; a NULL key is in the
	 * file of the certificate */
	const char *client_cert, *client_key;
	/* pin_file(): certificates that are good beside those that verify. NULL: none. For TLS_TRUST_CHAIN. */
	const char *pins;
	enum tls_trust trust;	 /* 0: chain and name */
	bool is_tls12;		 /* nothing newer */
	const char *const *tlsa; /* for TLS_TRUST_DANE; borrowed while the transport lives */
	const char *const *addresses; /* of the host, NULL-terminated: the resolver is not asked */
	unsigned connect_ms; /* 0: 30 s */
	unsigned io_ms;	     /* longest silence in one read or write; 0: 60 s */
	unsigned session_ms; /* the whole connection, whatever is moving; 0: no bound */
	struct transport_filter filter;
	/* Asked at least twice a second while waiting; true ends the wait with
	 * PF_ERROR_CANCELLED. May be NULL. */
	bool (*is_cancelled)(void *user);
	void *cancel_user;
};

/* Connect; with RC_TLS_IMPLICIT the handshake is done as well. Errors: PF_ERROR_TEMPORARY
 * (resolver, refused, timeout), PF_ERROR_TLS; each names account, host and port. */
struct transport *transport_open(const struct transport_opts *opts, GError **error);

/* STARTTLS: upgrade in place after the server's OK. Any byte still buffered in clear,
 * here or in `stream`, ends the connection (PF_ERROR_TLS): RFC 3207, CVE-2020-15953. */
bool transport_starttls(struct transport *t, GError **error);

/* From here on both directions are compressed (RFC 4978): after the server's OK, when
 * nothing of ours is under way. What was read behind the OK is compressed already. */
void transport_compress(struct transport *t);
bool transport_is_compressed(const struct transport *t);
/* The shortest time that the peer took to answer, in microseconds; 0: not known. */
gint64 transport_round_trip_us(const struct transport *t);

/* e.g. "TLSv1.3 TLS_AES_256_GCM_SHA384", NULL in clear. Borrowed. */
const char *transport_tls_name(const struct transport *t);

static inline bool
transport_is_encrypted(const struct transport *t)
{
	return transport_tls_name(t) != NULL;
}

/* What a log-in can be bound to (RFC 9266, RFC 5929): the name of the type, static, and
 * its bytes; NULL in clear. */
const char *transport_binding(struct transport *t,
    unsigned char data[TLS_BINDING_MAX], size_t *len_out);

/* The certificate that the server showed; false in clear. */
bool transport_certificate(struct transport *t, struct tls_certificate *out);

/* The mailstream over it for mailimap_connect() and friends. Owned by the transport: the
 * pointer is taken out of libetpan's session before that is freed. */
mailstream *transport_stream(struct transport *t);

/* No further byte is sent or read; every call fails at once. Sticky; safe before
 * libetpan's *_free, which would otherwise wait for a goodbye. */
void transport_cancel(struct transport *t);

/* From now on everything together must be done within ms (0: no such bound), however
 * steadily the server drips: PF_ERROR_TIMEOUT past it. */
void transport_set_deadline(struct transport *t, unsigned ms);

/* Why the last stream operation failed (libetpan only says "stream error"); NULL when it
 * did not. Borrowed. */
const GError *transport_error(const struct transport *t);

/* Write all of it into the stream, which libetpan does in portions. False with transport_error(). */
bool transport_write(struct transport *t, const char *bytes, size_t len);

/* Give the filter what the wire has now, without waiting, until the reader could read
 * something. False with transport_error(), at the end of the stream too. */
bool transport_pump(struct transport *t);

/* Socket, for poll; and whether bytes wait above it (TLS, filter, mailstream). */
int transport_fd(const struct transport *t);
bool transport_has_buffered(const struct transport *t);

/* "account \"work\": imap.example.org:993", the start of every message about it.
 * Borrowed. */
const char *transport_label(const struct transport *t);

/* Set error to "LABEL: text". Always false. */
bool transport_set_error(const struct transport *t, int code, GError **error, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/* The stream failed: transport_error(), or that the server closed the connection. Always false. */
bool transport_lost(const struct transport *t, GError **error);

/* What is written from here on is a turn of its own, if the server has spoken; or it goes on
 * with what is under way and makes no turn. */
void transport_turn(struct transport *t, bool is_new);
/* Bytes above TLS and number of turns (the client spoke after the server had spoken). */
void transport_counters(const struct transport *t, guint64 *sent_out,
    guint64 *received_out, guint64 *turns_out);

void transport_free(struct transport *t);
/* The connection goes on in another process: no goodbye when this copy is freed. */
void transport_forget(struct transport *t);

#endif
