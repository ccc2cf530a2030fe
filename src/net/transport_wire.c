/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes of a connection: a non-blocking socket with poll and deadlines, TLS, compression
 * and the filter, and the mailstream driver through which libetpan reads and writes.
 *
 * End of stream is told to libetpan as -1: on 0 it waits for ever inside a literal. */
#include "net/transport_private.h"

#include "base/error.h"

#include <errno.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define SLICE_MS 400 /* how often is_cancelled is asked */

/* Keep the first error: what follows it is its echo. */
void
transport_fail(struct transport *t, int code, const char *text)
{
	if (t->error == NULL)
		t->error = g_error_new(PF_ERROR, code, "%s: %s", t->label, text);
}

/* Wait until the socket is ready for events, at most limit_ms. False with t->error set.
 */
bool
transport_wait_ready(struct transport *t, short events, unsigned limit_ms)
{
	gint64 end = g_get_monotonic_time() + (gint64)limit_ms * 1000;
	bool is_bound = t->deadline != 0 && t->deadline < end;

	if (is_bound)
		end = t->deadline;
	if (t->last_end != 0 && t->last_end < end) {
		is_bound = true;
		end = t->last_end;
	}
	for (;;) {
		struct pollfd p = {.fd = t->fd, .events = events};
		gint64 now = g_get_monotonic_time();

		if (t->opts.is_cancelled != NULL &&
		    t->opts.is_cancelled(t->opts.cancel_user)) {
			transport_fail(t, PF_ERROR_CANCELLED, "cancelled");
			return false;
		}
		if (now >= end) {
			transport_fail(t, PF_ERROR_TIMEOUT,
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

bool
transport_is_retry(const struct transport *t, ssize_t n, short *events_out)
{
	return is_retry(ssl_result(t, n, events_out));
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

/* As try_read(), of what the peer compressed. */
static ssize_t
try_read_plain(struct transport *t, char *buf, size_t len, short *events_out)
{
	char wire[4096];
	ssize_t n;

	if (t->deflate == NULL)
		return try_read(t, buf, len, events_out);
	for (;;) {
		n = deflate_take(t->deflate, buf, len);
		if (n != 0)
			return n;
		n = try_read(t, wire, sizeof(wire), events_out);
		if (n <= 0)
			return n;
		deflate_give(t->deflate, wire, (size_t)n);
	}
}

/* The peer has said something. */
static void
note_answer(struct transport *t, size_t n)
{
	gint64 took = g_get_monotonic_time() - t->spoke_at;

	t->received += n;
	if (!t->peer_spoke && t->spoke_at != 0)
		t->round_trip = t->round_trip != 0 ? MIN(t->round_trip, took) : took;
	t->peer_spoke = true;
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

	while ((n = try_read_plain(t, buf, len, &events)) == -2)
		if (!transport_wait_ready(t, events, t->opts.io_ms))
			return -1;
	if (n < 0)
		transport_fail(t, PF_ERROR_TEMPORARY,
		    "the connection broke; will be tried again later");
	if (n > 0)
		note_answer(t, (size_t)n);
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
		transport_fail(t, error->code, error->message);
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
			transport_fail(t, PF_ERROR_TEMPORARY, "the server closed the connection");
			return -1;
		}
		t->fed_eof = t->at_eof;
		if (!run_filter(t))
			return -1;
	}
	return take_out(t, buf, len);
}

bool
transport_pump(struct transport *t)
{
	short events;

	while (is_usable(t) && t->out->len == t->out_start) {
		if (t->raw_start == t->raw_end) {
			ssize_t n = try_read_plain(t, t->raw, sizeof(t->raw), &events);
			if (n == -2)
				return true;
			t->raw_start = 0;
			t->raw_end = n > 0 ? (size_t)n : 0;
			if (n <= 0)
				transport_fail(t, PF_ERROR_TEMPORARY, "the server closed the connection");
			else
				note_answer(t, (size_t)n);
		}
		if (is_usable(t) && !run_filter(t))
			return false;
	}
	return is_usable(t);
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
		transport_fail(t, PF_ERROR_TEMPORARY, "the server closed the connection");
	return n > 0 ? n : -1;
}

/* Bytes onto the wire; false with t->error. */
static ssize_t
wire_write(struct transport *t, const char *buf, size_t len)
{
	short events;
	ssize_t n;

	while ((n = try_write(t, buf, len, &events)) == -2)
		if (!transport_wait_ready(t, events, t->opts.io_ms))
			return -1;
	if (n <= 0) {
		transport_fail(t, PF_ERROR_TEMPORARY,
		    "the connection broke; will be tried again later");
		return -1;
	}
	t->sent += (guint64)n;
	return n;
}

/* Compressed, it goes out whole. */
static ssize_t
write_deflated(struct transport *t, const char *buf, size_t len)
{
	const GByteArray *out = deflate_pack(t->deflate, buf, len);

	for (size_t at = 0; at < out->len;) {
		ssize_t n = wire_write(t, (const char *)out->data + at, out->len - at);
		if (n < 0)
			return -1;
		at += (size_t)n;
	}
	return (ssize_t)len;
}

static ssize_t
driver_write(mailstream_low *low, const void *buf, size_t len)
{
	struct transport *t = low->data;

	if (!is_usable(t))
		return -1;
	if (len == 0)
		return 0;
	if (t->peer_spoke)
		t->spoke_at = g_get_monotonic_time();
	t->turns += t->peer_spoke;
	t->peer_spoke = false;
	return t->deflate != NULL ? write_deflated(t, buf, len) : wire_write(t, buf, len);
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

const mailstream_low_driver transport_driver = {
    .mailstream_read = driver_read,
    .mailstream_write = driver_write,
    .mailstream_close = driver_close,
    .mailstream_get_fd = driver_get_fd,
    .mailstream_free = driver_free,
};
