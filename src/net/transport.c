/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection: opening it, TLS laid over it at once or by STARTTLS, compression, and
 * what is known of it. transport_wire.c moves the bytes. */
#include "net/transport_private.h"

#include "net/dial.h"
#include "net/proxy.h"
#include "net/tls.h"

#include "base/error.h"
#include "base/log.h"

#include <errno.h>
#include <openssl/err.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECT_MS 30000
#define IO_MS	   60000

static bool
handshake(struct transport *t)
{
	short events;

	for (;;) {
		int rc;

		ERR_clear_error();
		rc = SSL_connect(t->ssl);
		if (rc == 1)
			return true;
		if (!transport_is_retry(t, rc, &events) ||
		    !transport_wait_ready(t, events, t->opts.connect_ms))
			return false;
	}
}

/* Why the handshake failed, and what the user can do about a certificate. Owned. */
static char *
explain(struct transport *t)
{
	bool is_certificate = SSL_get_verify_result(t->ssl) != X509_V_OK;
	char *why = tls_explain(t->ssl, t->host), *text;

	if (!is_certificate || t->pins == NULL)
		return why;
	if (t->has_pin && t->opts.account != NULL)
		text = g_strdup_printf("%s. It is not the certificate that you took for this server's "
				       "on %.10s: `penfold certificate %s` shows it",
		    why, t->pin.since, t->opts.account);
	else if (t->opts.account == NULL)
		text = g_strdup_printf("%s. `penfold setup` on a terminal shows it, and takes it by its "
				       "fingerprint if you say so",
		    why);
	else
		text = g_strdup_printf("%s. `penfold certificate %s` shows it, and takes it by its "
				       "fingerprint if you say so",
		    why, t->opts.account);
	g_free(why);
	return text;
}

/* Lay TLS over the connected socket. */
static bool
start_tls(struct transport *t, GError **error)
{
	char *why;

	t->ssl = tls_client_new(t->host, t->ca_file, t->fd, error);
	if (t->ssl == NULL ||
	    !tls_set_trust(t->ssl, t->host, t->opts.trust, t->opts.tlsa, error) ||
	    (t->cert != NULL && !tls_use_identity(t->ssl, t->cert, t->key, error))) {
		g_prefix_error(error, "%s: ", t->label);
		transport_cancel(t);
		return false;
	}
	t->has_pin = t->pins != NULL && t->opts.trust == TLS_TRUST_CHAIN &&
		     pin_find(t->pins, t->host, t->opts.server->port, &t->pin);
	if (t->has_pin)
		tls_set_pin(t->ssl, t->pin.digest);
	if (t->opts.is_tls12)
		SSL_set_max_proto_version(t->ssl, TLS1_2_VERSION);
	if (handshake(t)) {
		t->tls_name = tls_describe(t->ssl);
		log_debug("tls", "host=%s with=%s", t->host, t->tls_name);
		return true;
	}
	why = explain(t);
	transport_fail(t, PF_ERROR_TLS, why); /* unless a timeout has been told already */
	g_free(why);
	g_propagate_error(error, g_error_copy(t->error));
	transport_cancel(t);
	return false;
}

static struct transport *
transport_new(const struct transport_opts *opts)
{
	struct transport *t = g_new0(struct transport, 1);

	t->opts = *opts;
	t->opts.connect_ms = opts->connect_ms != 0 ? opts->connect_ms : CONNECT_MS;
	t->opts.io_ms = opts->io_ms != 0 ? opts->io_ms : IO_MS;
	t->host = g_strdup(opts->server->host);
	t->ca_file = g_strdup(opts->ca_file);
	t->cert = g_strdup(opts->client_cert);
	t->key = g_strdup(opts->client_key);
	t->pins = g_strdup(opts->pins);
	t->label = opts->account != NULL
		       ? g_strdup_printf("account \"%s\": %s:%u", opts->account, t->host, opts->server->port)
		       : g_strdup_printf("%s:%u", t->host, opts->server->port);
	t->driver = transport_driver;
	t->fd = -1;
	t->out = g_byte_array_new();
	return t;
}

static int
reach_host(struct transport *t, GError **error)
{
	const struct transport_opts *o = &t->opts;
	const struct proxy_way way = {.proxy = o->server->proxy,
	    .host = t->host,
	    .port = o->server->port,
	    .addresses = o->addresses,
	    .timeout_ms = o->connect_ms,
	    .is_cancelled = o->is_cancelled,
	    .user = o->cancel_user};

	if (way.proxy != NULL)
		return proxy_dial(&way, error);
	if (way.addresses != NULL)
		return dial_addresses(way.addresses, way.port, way.timeout_ms,
		    way.is_cancelled, way.user, error);
	return dial(
	    way.host, way.port, way.timeout_ms, way.is_cancelled, way.user, error);
}

struct transport *
transport_open(const struct transport_opts *opts, GError **error)
{
	struct transport *t = transport_new(opts);
	mailstream_low *low;

	if (opts->session_ms != 0)
		t->last_end = g_get_monotonic_time() + (gint64)opts->session_ms * 1000;
	t->fd = reach_host(t, error);
	if (t->fd < 0) {
		g_prefix_error(error, "%s: ", t->label);
		transport_free(t);
		return NULL;
	}
	if (opts->server->tls == RC_TLS_IMPLICIT && !start_tls(t, error)) {
		transport_free(t);
		return NULL;
	}
	low = mailstream_low_new(t, &t->driver);
	t->stream = low != NULL ? mailstream_new(low, TRANSPORT_BUFFER) : NULL;
	if (t->stream == NULL)
		g_error("out of memory");
	return t;
}

bool
transport_starttls(struct transport *t, GError **error)
{
	if (transport_has_buffered(t) || t->ssl != NULL) {
		transport_fail(t, PF_ERROR_TLS,
		    "bytes came in clear after the answer to STARTTLS, as an attacker "
		    "would send "
		    "them; the connection was closed and nothing was sent");
		g_propagate_error(error, g_error_copy(t->error));
		transport_cancel(t);
		return false;
	}
	return start_tls(t, error);
}

void
transport_compress(struct transport *t)
{
	t->deflate = deflate_new();
	deflate_give(t->deflate, t->raw + t->raw_start, t->raw_end - t->raw_start);
	t->raw_start = t->raw_end = 0;
}

bool
transport_is_compressed(const struct transport *t)
{
	return t->deflate != NULL;
}

gint64
transport_round_trip_us(const struct transport *t)
{
	return t->round_trip;
}

const char *
transport_tls_name(const struct transport *t)
{
	return t->tls_name;
}

const char *
transport_binding(struct transport *t, unsigned char data[TLS_BINDING_MAX],
    size_t *len_out)
{
	*len_out = 0;
	return t->tls_name != NULL ? tls_binding(t->ssl, data, len_out) : NULL;
}

bool
transport_certificate(struct transport *t, struct tls_certificate *out)
{
	return t->tls_name != NULL && tls_certificate(t->ssl, out);
}

mailstream *
transport_stream(struct transport *t)
{
	return t->stream;
}

void
transport_cancel(struct transport *t)
{
	t->is_cancelled = true;
}

void
transport_set_deadline(struct transport *t, unsigned ms)
{
	t->deadline = ms != 0 ? g_get_monotonic_time() + (gint64)ms * 1000 : 0;
}

const GError *
transport_error(const struct transport *t)
{
	return t->error;
}

const char *
transport_label(const struct transport *t)
{
	return t->label;
}

bool
transport_set_error(const struct transport *t, int code, GError **error, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(error, PF_ERROR, code, "%s: %s", t->label, text);
	g_free(text);
	return false;
}

bool
transport_lost(const struct transport *t, GError **error)
{
	if (t->error == NULL)
		return transport_set_error(t, PF_ERROR_TEMPORARY, error, "the server closed the connection");
	if (error != NULL)
		*error = g_error_copy(t->error);
	return false;
}

bool
transport_write(struct transport *t, const char *bytes, size_t len)
{
	mailstream *stream = transport_stream(t);

	while (len > 0) {
		ssize_t n = mailstream_write(stream, bytes, len);

		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

int
transport_fd(const struct transport *t)
{
	return t->fd;
}

bool
transport_has_buffered(const struct transport *t)
{
	return t->raw_start < t->raw_end || t->out_start < t->out->len ||
	       (t->ssl != NULL && SSL_pending(t->ssl) > 0) ||
	       (t->deflate != NULL && deflate_has_more(t->deflate)) ||
	       (t->stream != NULL &&
		   t->stream->read_buffer_len > 0);
}

void
transport_turn(struct transport *t, bool is_new)
{
	if (t->peer_spoke && is_new) {
		t->spoke_at = g_get_monotonic_time();
		t->turns++;
	}
	t->peer_spoke = false;
}

void
transport_counters(const struct transport *t, guint64 *sent_out, guint64 *received_out,
    guint64 *turns_out)
{
	*sent_out = t->sent;
	*received_out = t->received;
	*turns_out = t->turns;
}

void
transport_forget(struct transport *t)
{
	if (t->ssl != NULL)
		SSL_set_quiet_shutdown(t->ssl, 1);
}

void
transport_free(struct transport *t)
{
	if (t == NULL)
		return;
	if (t->ssl != NULL && t->tls_name != NULL && t->error == NULL)
		(void)SSL_shutdown(t->ssl); /* a courtesy: the peer may be gone */
	transport_cancel(t);
	if (t->stream != NULL)
		mailstream_close(t->stream);
	deflate_free(t->deflate);
	SSL_free(t->ssl);
	ERR_clear_error();
	if (t->fd >= 0)
		close(t->fd);
	g_byte_array_unref(t->out);
	g_clear_error(&t->error);
	g_free(t->tls_name);
	g_free(t->host);
	g_free(t->ca_file);
	g_free(t->cert);
	g_free(t->key);
	g_free(t->pins);
	g_free(t->label);
	g_free(t);
}
