/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run against a server in a child process that drips: it ends in time and in good order. */
#include "net/pop3_sync.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MESSAGES 60
#define DRIP_MS	 25 /* before each message */

static void
say_list(FILE *out, const char *before)
{
	fputs("+OK\r\n", out);
	for (int i = 1; i <= MESSAGES; i++)
		fprintf(out, "%d %s%d\r\n", i, before, i);
	fputs(".\r\n", out);
}

/* Exits with 0 after QUIT, with 1 when the line ends without. */
static void
child(int listener)
{
	int fd = accept(listener, NULL, NULL);
	FILE *in = fdopen(fd, "r"), *out = fdopen(dup(fd), "w");
	char line[600];

	fputs("+OK ready\r\n", out);
	while (fflush(out) == 0 && fgets(line, sizeof(line), in) != NULL) {
		if (strncmp(line, "CAPA", 4) == 0)
			fputs("+OK\r\nUIDL\r\nUSER\r\n.\r\n", out);
		else if (strncmp(line, "UIDL", 4) == 0)
			say_list(out, "id");
		else if (strncmp(line, "LIST", 4) == 0)
			say_list(out, "2");
		else if (strncmp(line, "RETR", 4) == 0) {
			g_usleep(DRIP_MS * 1000);
			fputs("+OK\r\nSubject: x\r\n\r\ny\r\n.\r\n", out);
		} else
			fputs("+OK\r\n", out);
		if (strncmp(line, "QUIT", 4) == 0)
			_exit(fflush(out));
	}
	_exit(1);
}

struct seen {
	guint n, n_committed;
	char *told;
};

static bool
plan(void *user, const GPtrArray *items, bool is_all, GError **error)
{
	(void)user;
	(void)items;
	(void)is_all;
	(void)error;
	return true;
}

static bool
begin(void *user, GError **error)
{
	(void)user;
	(void)error;
	return true;
}

static bool
bytes(void *user, const char *text, size_t len, GError **error)
{
	(void)user;
	(void)text;
	(void)len;
	(void)error;
	return true;
}

static bool
end(void *user, const struct pop3_item *item, GError **error)
{
	(void)item;
	(void)error;
	((struct seen *)user)->n++;
	return true;
}

static bool
commit(void *user, GError **error)
{
	struct seen *s = user;

	(void)error;
	s->n_committed = s->n;
	return true;
}

static bool
deleted(void *user, const GPtrArray *items, GError **error)
{
	(void)user;
	(void)items;
	(void)error;
	return true;
}

static void
nothing(void *user)
{
	(void)user;
}

static void
broken(void *user, const struct pop3_item *item, bool is_hopeless)
{
	(void)user;
	(void)item;
	(void)is_hopeless;
}

static void
counted(void *user, guint a, guint b)
{
	(void)user;
	(void)a;
	(void)b;
}

static void
progress(void *user, guint64 a, guint64 b)
{
	(void)user;
	(void)a;
	(void)b;
}

static void
on_error(void *user, const char *text)
{
	struct seen *s = user;

	g_free(s->told);
	s->told = g_strdup(text);
}

static int
listen_on(uint16_t *port_out)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(addr);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_assert_cmpint(bind(listener, (struct sockaddr *)&addr, len), ==, 0);
	g_assert_cmpint(listen(listener, 1), ==, 0);
	g_assert_cmpint(getsockname(listener, (struct sockaddr *)&addr, &len), ==, 0);
	*port_out = ntohs(addr.sin_port);
	return listener;
}

/* Run with a limit; whether the run was good, the child's exit code in *code_out. */
static bool
run(unsigned session_ms, struct seen *seen, int *code_out, GError **error)
{
	struct pop3_sink sink = {.user = seen, .plan = plan, .begin = begin, .bytes = bytes, .end = end,
	    .abort = nothing, .broken = broken, .commit = commit, .deleted = deleted,
	    .on_listed = counted, .on_progress = progress, .on_error = on_error};
	struct secret *secret = secret_new("pw", 2);
	struct rc_server server = {"pop3", "u", "127.0.0.1", 0, RC_TLS_NONE, NULL};
	int listener = listen_on(&server.port), status;
	struct session_opts opts = {.server = &server, .account = "work", .auth = "auto",
	    .password = secret, .session_ms = session_ms};
	pid_t pid = fork();
	struct pop3 *pop3;
	bool is_good;

	if (pid == 0)
		child(listener);
	close(listener);
	pop3 = pop3_open(&opts, error);
	is_good = pop3 != NULL && pop3_sync_run(pop3, &sink, error);
	pop3_free(pop3);
	secret_free(secret);
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	*code_out = WEXITSTATUS(status);
	return is_good;
}

static void
test_late(void)
{
	struct seen seen = {0};
	GError *error = NULL;
	int code = -1;

	g_assert_true(run(1000, &seen, &code, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(seen.n, >, 0);
	g_assert_cmpuint(seen.n, <, MESSAGES);
	g_assert_cmpuint(seen.n_committed, ==, seen.n);
	g_assert_nonnull(strstr(seen.told, "left for the next run"));
	g_assert_cmpint(code, ==, 0); /* by QUIT */
	g_free(seen.told);
}

static void
test_in_time(void)
{
	struct seen seen = {0};
	GError *error = NULL;
	int code = -1;

	g_assert_true(run(0, &seen, &code, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(seen.n_committed, ==, MESSAGES);
	g_assert_null(seen.told);
	g_assert_cmpint(code, ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pop3_sync/late", test_late);
	g_test_add_func("/pop3_sync/in_time", test_in_time);
	return g_test_run();
}
