/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection, against a peer in a child process: reading, writing, the end, deadlines, cancelling,
 * and TLS that is refused. */
#include "net/transport.h"

#include "base/error.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct peer {
	struct rc_server server;
	pid_t pid;
};

/* A child that accepts one connection, says text, and then echoes until the end (or says nothing more). */
static void
child(int listener, const char *text, bool echoes)
{
	char buf[4096];
	int fd = accept(listener, NULL, NULL);
	ssize_t n = send(fd, text, strlen(text), MSG_NOSIGNAL);

	while (n >= 0 && (n = recv(fd, buf, sizeof(buf), 0)) > 0)
		if (echoes && send(fd, buf, (size_t)n, MSG_NOSIGNAL) < 0)
			break;
	_exit(0);
}

static void
peer_start(struct peer *p, enum rc_tls tls, const char *text, bool echoes)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(addr);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_assert_cmpint(bind(listener, (struct sockaddr *)&addr, len), ==, 0);
	g_assert_cmpint(listen(listener, 1), ==, 0);
	g_assert_cmpint(getsockname(listener, (struct sockaddr *)&addr, &len), ==, 0);
	p->server = (struct rc_server){"imap", "u", "127.0.0.1", ntohs(addr.sin_port), tls, NULL};
	p->pid = fork();
	g_assert_cmpint(p->pid, >=, 0);
	if (p->pid == 0)
		child(listener, text, echoes);
	close(listener);
}

static void
peer_stop(struct peer *p)
{
	kill(p->pid, SIGKILL);
	g_assert_cmpint(waitpid(p->pid, NULL, 0), ==, p->pid);
}

static struct transport *
open_to(const struct peer *p, const struct transport_filter *filter, unsigned io_ms, GError **error)
{
	struct transport_opts opts = {.server = &p->server, .account = "work", .io_ms = io_ms};

	if (filter != NULL)
		opts.filter = *filter;
	return transport_open(&opts, error);
}

static void
test_echo(void)
{
	struct peer p;
	struct transport *t;
	char buf[16];
	guint64 sent, received, turns;

	peer_start(&p, RC_TLS_NONE, "hi", true);
	t = open_to(&p, NULL, 0, NULL);
	g_assert_nonnull(t);
	g_assert_false(transport_is_encrypted(t));
	g_assert_cmpint(mailstream_read(transport_stream(t), buf, 2), ==, 2);
	for (int i = 0; i < 3; i++) {
		g_assert_cmpint(mailstream_write(transport_stream(t), "abc", 3), ==, 3);
		g_assert_cmpint(mailstream_flush(transport_stream(t)), ==, 0);
		g_assert_cmpint(mailstream_read(transport_stream(t), buf, 3), ==, 3);
		g_assert_true(memcmp(buf, "abc", 3) == 0);
	}
	transport_counters(t, &sent, &received, &turns);
	g_assert_cmpuint(sent, ==, 9);
	g_assert_cmpuint(received, ==, 11);
	g_assert_cmpuint(turns, ==, 3);
	transport_free(t);
	peer_stop(&p);
}

static void
test_end_is_an_error(void)
{
	struct peer p;
	struct transport *t;
	char buf[16];

	peer_start(&p, RC_TLS_NONE, "", false);
	t = open_to(&p, NULL, 0, NULL);
	kill(p.pid, SIGKILL);
	g_assert_cmpint(mailstream_read(transport_stream(t), buf, 1), ==, -1); /* libetpan spins on 0 */
	g_assert_error(transport_error(t), PF_ERROR, PF_ERROR_TEMPORARY);
	g_assert_nonnull(strstr(transport_error(t)->message, "account \"work\": 127.0.0.1:"));
	transport_free(t);
	g_assert_cmpint(waitpid(p.pid, NULL, 0), ==, p.pid);
}

static void
test_silence(void)
{
	struct peer p;
	struct transport *t;
	char buf[16];

	peer_start(&p, RC_TLS_NONE, "", false);
	t = open_to(&p, NULL, 50, NULL);
	g_assert_cmpint(mailstream_read(transport_stream(t), buf, 1), ==, -1);
	g_assert_error(transport_error(t), PF_ERROR, PF_ERROR_TIMEOUT);
	transport_free(t);
	t = NULL;
	peer_stop(&p);

	peer_start(&p, RC_TLS_NONE, "", false);
	t = open_to(&p, NULL, 60000, NULL);
	transport_set_deadline(t, 50);
	g_assert_cmpint(mailstream_read(transport_stream(t), buf, 1), ==, -1);
	g_assert_error(transport_error(t), PF_ERROR, PF_ERROR_TIMEOUT);
	transport_free(t);
	peer_stop(&p);
}

static void
test_cancel_is_sticky(void)
{
	struct peer p;
	struct transport *t;
	char buf[16];

	peer_start(&p, RC_TLS_NONE, "hello", true);
	t = open_to(&p, NULL, 0, NULL);
	transport_cancel(t);
	g_assert_cmpint(mailstream_read(transport_stream(t), buf, 1), ==, -1);
	g_assert_cmpint(mailstream_write(transport_stream(t), "x", 1) == 1
		? mailstream_flush(transport_stream(t)) : -1, ==, -1);
	transport_free(t);
	peer_stop(&p);
}

/* A filter that lets "x" through and stops behind each. */
static bool
only_x(void *state, const char *in, size_t len, size_t *used_out, GByteArray *out, GError **error)
{
	guint *calls = state;

	(*calls)++;
	for (*used_out = 0; *used_out < len && out->len == 0; (*used_out)++) {
		if (in[*used_out] == '!') {
			g_set_error(error, PF_ERROR, PF_ERROR_LIMIT, "enough");
			return false;
		}
		if (in[*used_out] == 'x')
			g_byte_array_append(out, (const guint8 *)"x", 1);
	}
	return true;
}

static void
test_filter(void)
{
	guint calls = 0;
	struct transport_filter filter = {only_x, &calls};
	struct peer p;
	struct transport *t;
	char buf[16];

	peer_start(&p, RC_TLS_NONE, "abxcdxx!x", false);
	t = open_to(&p, &filter, 0, NULL);
	g_assert_cmpint(mailstream_read(transport_stream(t), buf, 1), ==, 1);
	g_assert_cmpuint(calls, ==, 1);
	g_assert_true(transport_has_buffered(t));
	g_assert_cmpint(mailstream_read(transport_stream(t), buf, 1), ==, 1);
	g_assert_cmpint(mailstream_read(transport_stream(t), buf, 1), ==, 1);
	g_assert_cmpint(mailstream_read(transport_stream(t), buf, 1), ==, -1);
	g_assert_error(transport_error(t), PF_ERROR, PF_ERROR_LIMIT);
	transport_free(t);
	peer_stop(&p);
}

static void
test_starttls_with_bytes(void)
{
	guint calls = 0;
	struct transport_filter filter = {only_x, &calls};
	struct peer p;
	struct transport *t;
	GError *error = NULL;
	char buf[16];

	peer_start(&p, RC_TLS_STARTTLS, "xinjected", true);
	t = open_to(&p, &filter, 0, NULL);
	g_assert_cmpint(mailstream_read(transport_stream(t), buf, 1), ==, 1);
	g_assert_false(transport_starttls(t, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_TLS);
	g_assert_false(transport_is_encrypted(t));
	g_assert_cmpint(mailstream_read(transport_stream(t), buf, 1), ==, -1);
	g_clear_error(&error);
	transport_free(t);
	peer_stop(&p);
}

static void
test_no_tls_there(void)
{
	GError *error = NULL;
	struct peer p;

	peer_start(&p, RC_TLS_IMPLICIT, "* OK in clear\r\n", false);
	g_assert_null(open_to(&p, NULL, 0, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_TLS);
	g_assert_nonnull(strstr(error->message, "nothing was sent"));
	g_clear_error(&error);
	peer_stop(&p);
}

static void
test_refused(void)
{
	GError *error = NULL;
	struct peer p;

	peer_start(&p, RC_TLS_NONE, "", false);
	peer_stop(&p); /* the port is free again */
	g_assert_null(open_to(&p, NULL, 0, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_TEMPORARY);
	g_assert_nonnull(strstr(error->message, "account \"work\": 127.0.0.1:"));
	g_clear_error(&error);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/transport/echo", test_echo);
	g_test_add_func("/transport/end-is-an-error", test_end_is_an_error);
	g_test_add_func("/transport/silence", test_silence);
	g_test_add_func("/transport/cancel-is-sticky", test_cancel_is_sticky);
	g_test_add_func("/transport/filter", test_filter);
	g_test_add_func("/transport/starttls-with-bytes", test_starttls_with_bytes);
	g_test_add_func("/transport/no-tls-there", test_no_tls_there);
	g_test_add_func("/transport/refused", test_refused);
	return g_test_run();
}
