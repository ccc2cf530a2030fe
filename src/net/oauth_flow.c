/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two ways to a first token. */
#define _GNU_SOURCE /* accept4() */

#include "net/oauth_flow.h"

#include "base/error.h"
#include "net/sasl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SLICE_MS	400
#define BROWSER_SECONDS 600   /* for a person to log in */
#define REQUEST_MAX	16384 /* bytes of the browser's request */
#define REQUEST_MS	5000

static gint64
now_seconds(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

static bool
is_cancelled(const struct oauth_flow_opts *opts, GError **error)
{
	if (opts->is_cancelled == NULL || !opts->is_cancelled(opts->user_data))
		return false;
	g_set_error(error, PF_ERROR, PF_ERROR_CANCELLED, "cancelled");
	return true;
}

static bool
lacks(const char *what, GError **error)
{
	g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE,
	    "this provider has no address for the way by %s", what);
	return false;
}

/* --- device --- */

static bool
begin_device(const struct oauth_client *c, struct oauth_device *d, GError **error)
{
	const char *const pairs[] = {"client_id", c->id, "scope",
	    c->service.scope != NULL ? c->service.scope : "", NULL};
	GBytes *body = NULL;
	const char *bytes;
	gsize len;
	bool is_good;

	if (!oauth_post(c, c->service.device, pairs, &body, error))
		return false;
	bytes = g_bytes_get_data(body, &len);
	is_good = oauth_read_device(bytes, len, now_seconds(), d, error);
	g_bytes_unref(body);
	return is_good;
}

/* Wait for so many seconds of the monotonic clock. False when cancelled. */
static bool
pause_for(const struct oauth_flow_opts *opts, unsigned seconds, GError **error)
{
	gint64 end = g_get_monotonic_time() + (gint64)seconds * G_USEC_PER_SEC;

	while (g_get_monotonic_time() < end) {
		if (is_cancelled(opts, error))
			return false;
		(void)poll(NULL, 0, SLICE_MS);
	}
	return true;
}

/* One question. False without error: not yet; *interval may have grown. */
static bool
poll_device(const struct oauth_client *c, struct oauth_device *d, struct oauth_token *out,
    GError **error)
{
	const char *const pairs[] = {"grant_type",
	    "urn:ietf:params:oauth:grant-type:device_code", "device_code", d->device_code,
	    "client_id", c->id, c->secret != NULL ? "client_secret" : NULL, c->secret,
	    NULL};
	GBytes *body = NULL;
	GError *why = NULL;
	const char *bytes;
	char *code = NULL;
	gsize len;
	bool is_good;

	if (!oauth_post(c, c->service.token, pairs, &body, &why)) {
		if (!g_error_matches(why, PF_ERROR, PF_ERROR_TEMPORARY) &&
		    !g_error_matches(why, PF_ERROR, PF_ERROR_TIMEOUT)) {
			g_propagate_error(error, why);
			return false;
		}
		/* RFC 8628 3.5: a lost connection is no answer; ask less often */
		d->interval *= 2;
		g_error_free(why);
		return false;
	}
	bytes = g_bytes_get_data(body, &len);
	is_good = oauth_read_token(bytes, len, now_seconds(), out, &code, &why);
	g_bytes_unref(body);
	if (g_strcmp0(code, "slow_down") == 0)
		d->interval += 5;
	if (why != NULL && g_strcmp0(code, "slow_down") != 0 &&
	    g_strcmp0(code, "authorization_pending") != 0)
		g_propagate_error(error, g_steal_pointer(&why));
	g_clear_error(&why);
	g_free(code);
	return is_good;
}

bool
oauth_flow_device(
    const struct oauth_flow_opts *opts, struct oauth_token *out, GError **error)
{
	struct oauth_device d = {0};
	GError *why = NULL;
	bool has_token = false;

	if (opts->client->service.device == NULL)
		return lacks("a code", error);
	if (!begin_device(opts->client, &d, error))
		return false;
	opts->on_visit(opts->user_data, d.url, d.user_code, d.expires);
	while (!has_token && why == NULL && now_seconds() < d.expires)
		has_token = pause_for(opts, d.interval, &why) &&
			    poll_device(opts->client, &d, out, &why);
	oauth_device_clear(&d);
	if (has_token)
		return true;
	if (why != NULL)
		g_propagate_error(error, why);
	else
		g_set_error(error, PF_ERROR, PF_ERROR_AUTH,
		    "the code was not confirmed in time; try again");
	return false;
}

/* --- browser --- */

/* A socket that listens on a free port of 127.0.0.1; -1 with error. */
static int
listen_locally(unsigned *port_out, GError **error)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&address, len) == 0 &&
	    listen(fd, 4) == 0 &&
	    getsockname(fd, (struct sockaddr *)&address, &len) == 0) {
		*port_out = ntohs(address.sin_port);
		return fd;
	}
	g_set_error(error, PF_ERROR, PF_ERROR_IO,
	    "no port of this machine can be opened for the browser: %s",
	    g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/* The request's head, as far as it comes soon; owned. */
static char *
read_request(int fd)
{
	GString *text = g_string_new(NULL);
	gint64 end = g_get_monotonic_time() + (gint64)REQUEST_MS * 1000;

	while (text->len < REQUEST_MAX && strstr(text->str, "\r\n\r\n") == NULL) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		gint64 left = (end - g_get_monotonic_time()) / 1000;
		char bytes[1024];
		ssize_t n;

		if (left <= 0 || poll(&p, 1, (int)left) <= 0)
			break;
		n = recv(fd, bytes, sizeof(bytes), 0);
		if (n <= 0)
			break;
		g_string_append_len(text, bytes, n);
	}
	text->str[strcspn(text->str, "\r\n")] = '\0';
	return g_string_free(text, FALSE);
}

static void
answer_browser(int fd, bool is_it, bool is_good)
{
	const char *page =
	    !is_it    ? "Not here."
	    : is_good ? "Penfold has the permission. You may close this window."
		      : "Penfold did not get the permission. You may close this window.";
	char *text =
	    g_strdup_printf("HTTP/1.1 %s\r\nContent-Type: text/plain; charset=utf-8\r\n"
			    "Content-Length: %zu\r\nCache-Control: no-store\r\n"
			    "Connection: close\r\n\r\n%s",
		is_it ? "200 OK" : "404 Not Found", strlen(page), page);

	(void)send(fd, text, strlen(text),
	    MSG_NOSIGNAL); /* a browser that has left needs none */
	(void)shutdown(fd, SHUT_WR);
	g_free(text);
}

/* One visitor: the code, or NULL; error only when the redirect said no. */
static char *
take_visitor(int listener, const char *state, GError **error)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	GError *why = NULL;
	char *line, *code;

	if (fd < 0)
		return NULL;
	line = read_request(fd);
	code = oauth_read_redirect(line, state, &why);
	answer_browser(fd, code != NULL || why != NULL, code != NULL);
	sasl_wipe(line);
	close(fd);
	if (why != NULL)
		g_propagate_error(error, why);
	return code;
}

static char *
wait_for_code(
    const struct oauth_flow_opts *opts, int listener, const char *state, GError **error)
{
	gint64 end = g_get_monotonic_time() + (gint64)BROWSER_SECONDS * G_USEC_PER_SEC;
	GError *why = NULL;
	char *code = NULL;

	while (code == NULL && why == NULL && g_get_monotonic_time() < end) {
		struct pollfd p = {.fd = listener, .events = POLLIN};

		if (!is_cancelled(opts, &why) && poll(&p, 1, SLICE_MS) > 0)
			code = take_visitor(listener, state, &why);
	}
	if (why != NULL)
		g_propagate_error(error, why);
	else if (code == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_AUTH,
		    "the browser did not come back in time; try again");
	return code;
}

static bool
exchange(const struct oauth_client *c, const char *code, const char *verifier,
    const char *redirect, struct oauth_token *out, GError **error)
{
	const char *const pairs[] = {"grant_type", "authorization_code", "code", code,
	    "redirect_uri", redirect, "client_id", c->id, "code_verifier", verifier,
	    c->secret != NULL ? "client_secret" : NULL, c->secret, NULL};
	GBytes *body = NULL;
	const char *bytes;
	gsize len;
	bool is_good;

	if (!oauth_post(c, c->service.token, pairs, &body, error))
		return false;
	bytes = g_bytes_get_data(body, &len);
	is_good = oauth_read_token(bytes, len, now_seconds(), out, NULL, error);
	g_bytes_unref(body);
	return is_good;
}

bool
oauth_flow_browser(
    const struct oauth_flow_opts *opts, struct oauth_token *out, GError **error)
{
	const struct oauth_client *c = opts->client;
	char *verifier = oauth_random(), *state = oauth_random();
	char *challenge = oauth_challenge(verifier), *redirect = NULL, *url, *code = NULL;
	unsigned port = 0;
	int listener = -1;
	bool is_good = false;

	if (c->service.authorize == NULL)
		(void)lacks("a browser", error);
	else
		listener = listen_locally(&port, error);
	if (listener >= 0) {
		redirect = g_strdup_printf("%s:%u/",
		    c->service.redirect != NULL ? c->service.redirect
						: "http://127.0.0.1",
		    port);
		url = oauth_authorize_url(c, redirect, state, challenge, opts->user);
		opts->on_visit(
		    opts->user_data, url, NULL, now_seconds() + BROWSER_SECONDS);
		g_free(url);
		code = wait_for_code(opts, listener, state, error);
		close(listener);
	}
	if (code != NULL)
		is_good = exchange(c, code, verifier, redirect, out, error);
	sasl_wipe(code);
	sasl_wipe(verifier);
	g_free(challenge);
	g_free(redirect);
	g_free(state);
	return is_good;
}
