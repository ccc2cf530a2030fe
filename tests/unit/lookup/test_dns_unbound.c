/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libunbound against a name server of our own: a child process that answers a few names
 * over UDP. */
#include "lookup_test.h"

#include "lookup/dns_unbound.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PACKET_MAX = 1500, HEADER = 12 };

/* Appends a resource record with the question's name (a pointer to offset 12). */
static size_t
add_record(unsigned char *out, size_t at, unsigned type, const void *data, size_t len)
{
	const unsigned char head[] = {0xc0, HEADER, (unsigned char)(type >> 8),
	    (unsigned char)type, 0, 1, 0, 0, 0, 60, (unsigned char)(len >> 8),
	    (unsigned char)len};

	memcpy(out + at, head, sizeof head);
	memcpy(out + at + sizeof head, data, len);
	return at + sizeof head + len;
}

/* Names begin with a letter: t has a TXT of two strings, m an MX, f fails, n does not
 * exist, s is never answered, all others have nothing. Returns the answer's length, 0 for
 * none. */
static size_t
answer(unsigned char *p, size_t len)
{
	static const char txt[] = "\3one\4 two", mx[] = "\0\12\2mx\7example\0";
	size_t at = HEADER;
	unsigned char first = p[HEADER + 1];
	bool is_short = p[HEADER] == 1; /* a one-letter label */

	while (at < len && p[at] != 0)
		at += (size_t)p[at] + 1;
	unsigned type = (unsigned)(p[at + 1] << 8 | p[at + 2]);
	at += 5;
	p[2] = 0x84;
	p[3] = 0x80;
	memset(p + 6, 0, 6);
	if (!is_short)
		return at;
	if (first == 's')
		return 0;
	if (first == 'f')
		p[3] |= 2;
	else if (first == 'n')
		p[3] |= 3;
	else if (first == 't' && type == DNS_TXT)
		at = add_record(p, at, type, txt, sizeof txt - 1);
	else if (first == 'm' && type == DNS_MX)
		at = add_record(p, at, type, mx, sizeof mx - 1);
	else
		return at;
	p[7] = (p[3] & 15) == 0 ? 1 : 0;
	return at;
}

static void
serve(int fd)
{
	unsigned char packet[PACKET_MAX];
	struct sockaddr_in from;
	socklen_t from_len = sizeof from;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* no server without its test */
	for (;;) {
		ssize_t n = recvfrom(
		    fd, packet, PACKET_MAX / 2, 0, (struct sockaddr *)&from, &from_len);
		size_t len = n > HEADER + 5 ? answer(packet, (size_t)n) : 0;
		if (len > 0)
			(void)sendto(
			    fd, packet, len, 0, (struct sockaddr *)&from, from_len);
	}
}

/* The server's "address@port"; its process id through pid_out. */
static char *
start_server(pid_t *pid_out)
{
	struct sockaddr_in at = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(bind(fd, (struct sockaddr *)&at, len), ==, 0);
	g_assert_cmpint(getsockname(fd, (struct sockaddr *)&at, &len), ==, 0);
	*pid_out = fork();
	g_assert_cmpint(*pid_out, >=, 0);
	if (*pid_out == 0)
		serve(fd);
	close(fd);
	return g_strdup_printf("127.0.0.1@%u", ntohs(at.sin_port));
}

static void
stop_server(pid_t pid)
{
	g_assert_cmpint(kill(pid, SIGKILL), ==, 0);
	g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
}

static void
test_answers(void)
{
	static const struct {
		const char *name;
		enum dns_type type;
		enum dns_status status;
		const char *text;
	} cases[] = {
	    {"t.example", DNS_TXT, DNS_OK, "one two"},
	    {"t.test", DNS_TXT, DNS_OK,
		"one two"}, /* not answered by the library itself */
	    {"m.example", DNS_MX, DNS_OK, "10 mx.example"},
	    {"t.example", DNS_A, DNS_NODATA, NULL},
	    {"n.example", DNS_TXT, DNS_NXDOMAIN, NULL},
	    {"f.example", DNS_TXT, DNS_SERVFAIL, NULL},
	};
	pid_t pid;
	char *server = start_server(&pid);
	GError *error = NULL;
	struct dns *dns = dns_unbound_open(server, NULL, &error);

	g_assert_no_error(error);
	struct dns_session *session = dns_session_new(dns);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		dns_prefetch(session, cases[i].name, cases[i].type);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct dns_answer *a =
		    dns_ask(session, cases[i].name, cases[i].type);
		g_assert_cmpint(a->status, ==, cases[i].status);
		g_assert_false(a->is_secure);
		if (cases[i].text != NULL)
			g_assert_cmpstr(
			    g_ptr_array_index(a->strings, 0), ==, cases[i].text);
	}
	dns_session_free(session);
	dns_free(dns);
	stop_server(pid);
	g_free(server);
}

/* A silent server costs the deadline, not more; what was begun and never asked for does
 * no harm. */
static void
test_timeout(void)
{
	pid_t pid;
	char *server = start_server(&pid);
	struct dns *dns = dns_unbound_open(server, NULL, NULL);
	struct dns_session *session = dns_session_new(dns);

	dns_session_hurry(session, 300);
	dns_prefetch(session, "s.other", DNS_TXT);
	gint64 before = g_get_monotonic_time();
	g_assert_true(dns_is_temporary(dns_ask(session, "s.example", DNS_TXT)->status));
	g_assert_cmpint(g_get_monotonic_time() - before, <, 5 * G_TIME_SPAN_SECOND);
	dns_session_free(session);
	dns_free(dns);
	stop_server(pid);
	g_free(server);
}

/* Work that does not wait: it is short of an answer until that is there, and told when. */
static void
test_impatience(void)
{
	pid_t pid;
	char *server = start_server(&pid);
	struct dns *dns = dns_unbound_open(server, NULL, NULL);
	struct dns_session *session = dns_session_new(dns);

	dns_session_set_impatient(session);
	g_assert_true(dns_is_temporary(dns_ask(session, "t.example", DNS_TXT)->status));
	g_assert_true(dns_session_is_short(session));
	g_assert_cmpuint(dns_session_missing(session)->len, ==, 1);
	const char *missing = g_ptr_array_index(dns_session_missing(session), 0);
	g_assert_cmpstr(missing, ==, "t.example TXT");
	gint64 end = g_get_monotonic_time() + 20 * G_TIME_SPAN_SECOND;
	while (!dns_is_ready(dns, missing) && g_get_monotonic_time() < end)
		dns_wait(dns, 50);
	struct dns_session *second = dns_session_new(dns);
	dns_session_set_impatient(second);
	g_assert_cmpint(dns_ask(second, "t.example", DNS_TXT)->status, ==, DNS_OK);
	g_assert_false(dns_session_is_short(second));
	g_assert_true(dns_is_ready(dns, missing));	   /* remembered */
	g_assert_true(dns_is_ready(dns, "q.example TXT")); /* never begun: to be asked */
	dns_session_free(second);
	dns_session_free(session);
	dns_free(dns);
	stop_server(pid);
	g_free(server);
}

/* What can be no name is not there, and no question of it is left behind. */
static void
test_no_names(void)
{
	char *label = g_strnfill(64, 'x'), *longest = g_strnfill(63, 'x');
	char *names[] = {g_strconcat(label, ".example", NULL), g_strdup("t..example"), g_strdup("\\999.example"),
	    g_strjoin(".", longest, longest, longest, longest, "example", NULL)};
	pid_t pid;
	char *server = start_server(&pid);
	struct dns *dns = dns_unbound_open(server, NULL, NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		struct dns_session *session = dns_session_new(dns);

		dns_prefetch(session, names[i], DNS_A);
		g_assert_cmpint(dns_ask(session, names[i], DNS_TXT)->status, ==, DNS_NXDOMAIN);
		dns_session_free(session);
		g_free(names[i]);
	}
	dns_free(dns);
	stop_server(pid);
	g_free(server);
	g_free(longest);
	g_free(label);
}

static void
test_configuration(void)
{
	GError *error = NULL;

	g_assert_null(dns_unbound_open("not an address", NULL, &error));
	g_assert_nonnull(error);
	g_assert_nonnull(strstr(error->message, "not an address"));
	g_clear_error(&error);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dns-unbound/answers", test_answers);
	g_test_add_func("/dns-unbound/timeout", test_timeout);
	g_test_add_func("/dns-unbound/impatience", test_impatience);
	g_test_add_func("/dns-unbound/no-names", test_no_names);
	g_test_add_func("/dns-unbound/configuration", test_configuration);
	return g_test_run();
}
