/* SPDX-License-Identifier: GPL-3.0-or-later */
/* By way of a proxy: reaching it, and the talk with it over the socket. */
#include "net/proxy.h"

#include "net/dial.h"
#include "net/proxy_talk.h"

#include "base/error.h"
#include "base/limits.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TICK_MS 500

struct trip {
	const struct proxy_way *way;
	int fd;
	gint64 deadline; /* monotonic microseconds */
};

/* Until the socket is ready for events. */
static bool
wait_ready(const struct trip *trip, short events, GError **error)
{
	for (;;) {
		struct pollfd poller = {.fd = trip->fd, .events = events};
		gint64 left_ms = (trip->deadline - g_get_monotonic_time()) / 1000;

		if (trip->way->is_cancelled != NULL && trip->way->is_cancelled(trip->way->user)) {
			g_set_error(error, PF_ERROR, PF_ERROR_CANCELLED, "cancelled");
			return false;
		}
		if (left_ms <= 0) {
			g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY, "it did not answer in time");
			return false;
		}
		if (poll(&poller, 1, (int)MIN(left_ms, TICK_MS)) > 0)
			return true;
	}
}

static bool
fail_errno(const char *what, GError **error)
{
	g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY, "%s: %s", what, g_strerror(errno));
	return false;
}

static bool
send_all(const struct trip *trip, GByteArray *out, GError **error)
{
	gsize sent = 0;

	while (sent < out->len) {
		ssize_t n = send(trip->fd, out->data + sent, out->len - sent, MSG_NOSIGNAL);

		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return fail_errno("it ended the connection", error);
		if (n > 0)
			sent += (gsize)n;
		else if (!wait_ready(trip, POLLOUT, error))
			return false;
	}
	g_byte_array_set_size(out, 0);
	return true;
}

static bool
take_byte(const struct trip *trip, guint8 *byte_out, GError **error)
{
	for (;;) {
		ssize_t n = recv(trip->fd, byte_out, 1, 0);

		if (n == 1)
			return true;
		if (n == 0) {
			g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY, "it ended the connection");
			return false;
		}
		if (errno != EAGAIN && errno != EINTR)
			return fail_errno("it ended the connection", error);
		if (!wait_ready(trip, POLLIN, error))
			return false;
	}
}

static bool
converse(const struct trip *trip, struct proxy_talk *talk, GError **error)
{
	GByteArray *out = g_byte_array_new();
	bool is_open = false, is_good = proxy_talk_begin(talk, out, error);

	while (is_good && !is_open) {
		guint8 byte;

		is_good = send_all(trip, out, error) && take_byte(trip, &byte, error) &&
			  proxy_talk_feed(talk, byte, out, &is_open, error);
	}
	g_byte_array_unref(out);
	return is_good;
}

/* One connection to the proxy, and from there to host. */
static int
reach(const struct proxy_way *way, const struct rc_url *proxy, const char *host, gint64 deadline,
    GError **error)
{
	struct trip trip = {.way = way, .deadline = deadline};
	struct proxy_talk talk = {.proxy = proxy, .host = host, .port = way->port};
	gint64 left_ms = MAX((deadline - g_get_monotonic_time()) / 1000, 1);
	bool is_good;

	trip.fd = dial(proxy->host, proxy->port, (unsigned)left_ms, way->is_cancelled, way->user, error);
	if (trip.fd < 0)
		return -1;
	is_good = converse(&trip, &talk, error);
	proxy_talk_end(&talk);
	if (is_good)
		return trip.fd;
	close(trip.fd);
	return -1;
}

/* socks5: is told addresses, which the resolver here knows. NULL-terminated text, owned. */
static char **
look_up(const char *host, GError **error)
{
	const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	GPtrArray *found = g_ptr_array_new();
	struct addrinfo *list = NULL;
	int code = getaddrinfo(host, NULL, &hints, &list);
	char text[NI_MAXHOST];

	if (code != 0)
		g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY, "the name %s was not found: %s", host,
		    code == EAI_SYSTEM ? g_strerror(errno) : gai_strerror(code));
	for (const struct addrinfo *ai = list; ai != NULL; ai = ai->ai_next)
		if (getnameinfo(ai->ai_addr, ai->ai_addrlen, text, sizeof(text), NULL, 0,
			NI_NUMERICHOST) == 0)
			g_ptr_array_add(found, g_strdup(text));
	if (list != NULL)
		freeaddrinfo(list);
	g_ptr_array_add(found, NULL);
	return (char **)g_ptr_array_free(found, FALSE);
}

static int
reach_any(const struct proxy_way *way, const struct rc_url *proxy, const char *const *hosts,
    GError **error)
{
	gint64 deadline = g_get_monotonic_time() + (gint64)way->timeout_ms * 1000;
	GError *why = NULL;
	int fd = -1;

	for (size_t i = 0; fd < 0 && hosts[i] != NULL && i < LIMIT_PROXY_ADDRESSES; i++) {
		if (i > 0 && g_get_monotonic_time() >= deadline)
			break;
		g_clear_error(&why);
		fd = reach(way, proxy, hosts[i], deadline, &why);
		if (g_error_matches(why, PF_ERROR, PF_ERROR_CANCELLED))
			break;
	}
	if (fd < 0 && why == NULL)
		g_set_error(&why, PF_ERROR, PF_ERROR_TEMPORARY, "the host has no address");
	if (why != NULL && fd < 0)
		g_propagate_error(error, why);
	return fd;
}

int
proxy_dial(const struct proxy_way *way, GError **error)
{
	const char *const name[] = {way->host, NULL};
	const char *const *hosts = way->addresses != NULL ? way->addresses : name;
	char **found = NULL;
	struct rc_url proxy;
	GError *why = NULL;
	int fd = -1;

	if (!rc_value_url(way->proxy, RC_PROXY_SCHEMES, &proxy, error))
		return -1;
	if (way->addresses == NULL && strcmp(proxy.scheme, "socks5") == 0)
		hosts = (const char *const *)(found = look_up(way->host, &why));
	if (why == NULL)
		fd = reach_any(way, &proxy, hosts, &why);
	if (fd < 0) {
		g_set_error(error, PF_ERROR, why->code,
		    "by the proxy %s://%s:%u: %s; the account's proxy, or net.proxy, of the rc file names it",
		    proxy.scheme, proxy.host, proxy.port, why->message);
		g_error_free(why);
	}
	g_strfreev(found);
	rc_value_url_clear(&proxy);
	return fd;
}
