/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection: a non-blocking socket with poll and deadlines, TLS laid over it at once
 * or by STARTTLS, and the mailstream driver through which libetpan reads and writes.
 *
 * End of stream is told to libetpan as -1: on 0 it waits for ever inside a literal. */
#include "net/transport.h"

#include "net/dial.h"
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
#define SLICE_MS   400 /* how often is_cancelled is asked */
#define WIRE_BUFFER                                                                      \
	16384 /* one TLS record; libetpan moves the rest of its buffer for every line */

struct transport {
	struct transport_opts opts;
	char *host, *ca_file, *cert, *key, *label;
	int fd;
	SSL *ssl;
	char *tls_name;
	mailstream_low_driver driver; /* libetpan wants it writable */
	mailstream *stream;
	bool is_stream_released;
	bool is_cancelled, at_eof, fed_eof;
	gint64 deadline; /* monotonic microseconds, 0: none */
	GError *error;
	char raw[WIRE_BUFFER]; /* read, not yet through the filter */
	size_t raw_start, raw_end;
	GByteArray *out; /* through the filter, not yet read */
	size_t out_start;
	guint64 sent, received, turns;
	bool peer_spoke;
};

/* Keep the first error: what follows it is its echo. */
static void
fail(struct transport *t, int code, const char *text)
{
	if (t->error == NULL)
		t->error = g_error_new(PF_ERROR, code, "%s: %s", t->label, text);
}

/* Wait until the socket is ready for events, at most limit_ms. False with t->error set.
 */
static bool
wait_ready(struct transport *t, short events, unsigned limit_ms)
{
	gint64 end = g_get_monotonic_time() + (gint64)limit_ms * 1000;
	bool is_bound = t->deadline != 0 && t->deadline < end;

	if (is_bound)
		end = t->deadline;
	for (;;) {
		struct pollfd p = {.fd = t->fd, .events = events};
		gint64 now = g_get_monotonic_time();

		if (t->opts.is_cancelled != NULL &&
		    t->opts.is_cancelled(t->opts.cancel_user)) {
			fail(t, PF_ERROR_CANCELLED, "cancelled");
			return false;
		}
		if (now >= end) {
			fail(t, PF_ERROR_TIMEOUT,
			    is_bound
				? "the server takes too long; will be tried again later"
				: "the server does not answer; will be tried again "
				  "later");
			return false;
		}
		if (poll(&p, 1, (int)CLAMP((end - now + 999) / 1000, 1, SLICE_MS)) > 0)
			return true;
	}
}

/* After SSL_read(), SSL_write() or SSL_connect() gave n: SSL's own result, and what to
 * wait for when that is only WANT_READ or WANT_WRITE. */
static int
ssl_result(const struct transport *t, ssize_t n, short *events_out)
{
	int result = SSL_get_error(t->ssl, (int)n);

	*events_out = result == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN;
	return result;
}

static bool
is_retry(int result)
{
	return result == SSL_ERROR_WANT_READ || result == SSL_ERROR_WANT_WRITE;
}

/* One attempt; > 0 bytes, 0 end of stream, -1 failed, -2 wait for *events_out. */
static ssize_t
try_read(struct transport *t, char *buf, size_t len, short *events_out)
{
	ssize_t n;
	int result;

	*events_out = POLLIN;
	if (t->ssl == NULL) {
		n = recv(t->fd, buf, len, 0);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR ? -2 : -1;
		return n;
	}
	ERR_clear_error();
	n = SSL_read(t->ssl, buf, (int)len);
	if (n > 0)
		return n;
	result = ssl_result(t, n, events_out);
	if (is_retry(result))
		return -2;
	return result == SSL_ERROR_ZERO_RETURN ? 0 : -1;
}

static ssize_t
try_write(struct transport *t, const char *buf, size_t len, short *events_out)
{
	ssize_t n;

	*events_out = POLLOUT;
	if (t->ssl == NULL) {
		n = send(t->fd, buf, len, MSG_NOSIGNAL);
		return n < 0 && (errno == EAGAIN || errno == EINTR) ? -2 : n;
	}
	ERR_clear_error();
	n = SSL_write(t->ssl, buf, (int)MIN(len, (size_t)G_MAXINT));
	if (n > 0)
		return n;
	return is_retry(ssl_result(t, n, events_out)) ? -2 : -1;
}

static bool
is_usable(const struct transport *t)
{
	return t->fd >= 0 && !t->is_cancelled && t->error == NULL;
}

/* Bytes from the wire into buf; 0 at end of stream, -1 with t->error. */
static ssize_t
wire_read(struct transport *t, char *buf, size_t len)
{
	short events;
	ssize_t n;

	while ((n = try_read(t, buf, len, &events)) == -2)
		if (!wait_ready(t, events, t->opts.io_ms))
			return -1;
	if (n < 0)
		fail(t, PF_ERROR_TEMPORARY,
		    "the connection broke; will be tried again later");
	if (n > 0) {
		t->received += (guint64)n;
		t->peer_spoke = true;
	}
	return n;
}

static ssize_t
take_out(struct transport *t, char *buf, size_t len)
{
	size_t n = MIN(len, t->out->len - t->out_start);

	memcpy(buf, t->out->data + t->out_start, n);
	t->out_start += n;
	if (t->out_start == t->out->len) {
		g_byte_array_set_size(t->out, 0);
		t->out_start = 0;
	}
	return (ssize_t)n;
}

/* Give the filter what waits in raw (nothing at end of stream). */
static bool
run_filter(struct transport *t)
{
	const struct transport_filter *f = &t->opts.filter;
	size_t used = 0;
	GError *error = NULL;

	if (!f->feed(f->state, t->raw + t->raw_start, t->raw_end - t->raw_start, &used,
		t->out, &error)) {
		fail(t, error->code, error->message);
		g_error_free(error);
		return false;
	}
	t->raw_start += used;
	return true;
}

static bool
fill_raw(struct transport *t)
{
	ssize_t n = wire_read(t, t->raw, sizeof(t->raw));

	t->raw_start = 0;
	t->raw_end = n > 0 ? (size_t)n : 0;
	t->at_eof = n == 0;
	return n >= 0;
}

static ssize_t
filtered_read(struct transport *t, char *buf, size_t len)
{
	while (t->out->len == t->out_start) {
		if (t->raw_start == t->raw_end && !t->at_eof && !fill_raw(t))
			return -1;
		if (t->at_eof && t->fed_eof) {
			fail(t, PF_ERROR_TEMPORARY, "the server closed the connection");
			return -1;
		}
		t->fed_eof = t->at_eof;
		if (!run_filter(t))
			return -1;
	}
	return take_out(t, buf, len);
}

static ssize_t
driver_read(mailstream_low *low, void *buf, size_t len)
{
	struct transport *t = low->data;
	ssize_t n;

	if (!is_usable(t))
		return -1;
	if (t->opts.filter.feed != NULL)
		return filtered_read(t, buf, len);
	n = wire_read(t, buf, MIN(len, sizeof(t->raw)));
	if (n == 0)
		fail(t, PF_ERROR_TEMPORARY, "the server closed the connection");
	return n > 0 ? n : -1;
}

static ssize_t
driver_write(mailstream_low *low, const void *buf, size_t len)
{
	struct transport *t = low->data;
	short events;
	ssize_t n;

	if (len == 0 || !is_usable(t))
		return len == 0 ? 0 : -1;
	t->turns += t->peer_spoke;
	t->peer_spoke = false;
	while ((n = try_write(t, buf, len, &events)) == -2)
		if (!wait_ready(t, events, t->opts.io_ms))
			return -1;
	if (n <= 0) {
		fail(t, PF_ERROR_TEMPORARY,
		    "the connection broke; will be tried again later");
		return -1;
	}
	t->sent += (guint64)n;
	return n;
}

static int
driver_close(mailstream_low *low)
{
	transport_cancel(low->data);
	return 0;
}

static int
driver_get_fd(mailstream_low *low)
{
	const struct transport *t = low->data;

	return t->fd;
}

/* mailstream_low_free() frees only itself: the transport outlives its stream. */
static void
driver_free(mailstream_low *low)
{
	free(low); /* made by libetpan's malloc */
}

static const mailstream_low_driver driver = {
    .mailstream_read = driver_read,
    .mailstream_write = driver_write,
    .mailstream_close = driver_close,
    .mailstream_get_fd = driver_get_fd,
    .mailstream_free = driver_free,
};

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
		if (!is_retry(ssl_result(t, rc, &events)) ||
		    !wait_ready(t, events, t->opts.connect_ms))
			return false;
	}
}

/* Lay TLS over the connected socket. */
static bool
start_tls(struct transport *t, GError **error)
{
	char *why;

	t->ssl = tls_client_new(t->host, t->ca_file, t->fd, error);
	if (t->ssl == NULL ||
	    (t->cert != NULL && !tls_use_identity(t->ssl, t->cert, t->key, error))) {
		g_prefix_error(error, "%s: ", t->label);
		transport_cancel(t);
		return false;
	}
	if (handshake(t)) {
		t->tls_name = tls_describe(t->ssl);
		log_debug("tls", "host=%s with=%s", t->host, t->tls_name);
		return true;
	}
	why = tls_explain(t->ssl, t->host);
	fail(t, PF_ERROR_TLS, why); /* unless a timeout has been told already */
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
	t->label = g_strdup_printf(
	    "account \"%s\": %s:%u", opts->account, t->host, opts->server->port);
	t->driver = driver;
	t->fd = -1;
	t->out = g_byte_array_new();
	return t;
}

struct transport *
transport_open(const struct transport_opts *opts, GError **error)
{
	struct transport *t = transport_new(opts);
	mailstream_low *low;

	t->fd = dial(t->host, opts->server->port, t->opts.connect_ms, opts->is_cancelled,
	    opts->cancel_user, error);
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
	t->stream = low != NULL ? mailstream_new(low, WIRE_BUFFER) : NULL;
	if (t->stream == NULL)
		g_error("out of memory");
	return t;
}

bool
transport_starttls(struct transport *t, GError **error)
{
	if (transport_has_buffered(t) || t->ssl != NULL) {
		fail(t, PF_ERROR_TLS,
		    "bytes came in clear after the answer to STARTTLS, as an attacker "
		    "would send "
		    "them; the connection was closed and nothing was sent");
		g_propagate_error(error, g_error_copy(t->error));
		transport_cancel(t);
		return false;
	}
	return start_tls(t, error);
}

const char *
transport_tls_name(const struct transport *t)
{
	return t->tls_name;
}

const char *
transport_binding(struct transport *t, unsigned char data[TRANSPORT_BINDING_MAX],
    size_t *len_out)
{
	*len_out = 0;
	return t->tls_name != NULL ? tls_binding(t->ssl, data, len_out) : NULL;
}

mailstream *
transport_stream(struct transport *t)
{
	return t->stream;
}

void
transport_release_stream(struct transport *t)
{
	t->is_stream_released = true;
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
	       (!t->is_stream_released && t->stream != NULL &&
		   t->stream->read_buffer_len > 0);
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
transport_free(struct transport *t)
{
	if (t == NULL)
		return;
	if (t->ssl != NULL && t->tls_name != NULL && t->error == NULL)
		(void)SSL_shutdown(t->ssl); /* a courtesy: the peer may be gone */
	transport_cancel(t);
	if (t->stream != NULL && !t->is_stream_released)
		mailstream_close(t->stream);
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
	g_free(t->label);
	g_free(t);
}
