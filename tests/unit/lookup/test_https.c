/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The guard of https.c: which addresses are the world's, and what is refused before and after
 * a connection. A server of the test's own counts who came. */
#include "lookup/https.h"

#include "base/error.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
test_addresses(void)
{
	static const struct {
		const char *address;
		bool is_local;
	} cases[] = {
	    {"127.0.0.1", true}, {"127.255.0.9", true}, {"10.1.2.3", true}, {"9.255.255.255", false},
	    {"11.0.0.0", false}, {"100.63.255.255", false}, {"100.64.0.1", true},
	    {"100.127.255.255", true}, {"100.128.0.0", false}, {"169.254.169.254", true},
	    {"172.15.0.1", false}, {"172.16.0.1", true}, {"172.31.255.255", true},
	    {"172.32.0.1", false}, {"192.168.1.1", true}, {"192.169.0.1", false}, {"0.0.0.0", true},
	    {"224.0.0.1", true}, {"255.255.255.255", true}, {"8.8.8.8", false}, {"::1", true},
	    {"::", true}, {"::127.0.0.1", true}, {"::ffff:127.0.0.1", true},
	    {"::ffff:8.8.8.8", false}, {"64:ff9b::10.0.0.1", true}, {"64:ff9b::8.8.8.8", false},
	    {"2002:7f00:1::", true}, {"2002:808:808::", false}, {"fe80::1", true}, {"fd00::1", true},
	    {"ff02::1", true}, {"2001:db8::1", true}, {"2606:4700::1", false}, {"localhost", true},
	    {"", true}, {"127.1", true},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s", cases[i].address);
		g_assert_true(https_address_is_local(cases[i].address) == cases[i].is_local);
	}
}

/* A listening socket on loopback; its port through port_out. */
static int
listen_here(unsigned *port_out)
{
	struct sockaddr_in at = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	g_assert_cmpint(bind(fd, (struct sockaddr *)&at, len), ==, 0);
	g_assert_cmpint(listen(fd, 8), ==, 0);
	g_assert_cmpint(getsockname(fd, (struct sockaddr *)&at, &len), ==, 0);
	*port_out = ntohs(at.sin_port);
	return fd;
}

static void
expect_refused(const struct https_request *request, enum pf_error code)
{
	struct https_response response;
	GError *error = NULL;

	g_test_message("%s", request->url);
	g_assert_false(https_fetch(request, &response, &error));
	g_assert_error(error, PF_ERROR, (int)code);
	g_error_free(error);
}

/* Nobody connects to this machine, neither by its address nor by a name that leads here. */
static void
test_guard(void)
{
	static const char *const here[] = {"127.0.0.1", NULL};
	unsigned port;
	int fd = listen_here(&port);
	char *plain = g_strdup_printf("https://127.0.0.1:%u/", port);
	char *named = g_strdup_printf("https://logo.example:%u/x", port);

	expect_refused(&(struct https_request){.url = plain}, PF_ERROR_UNAVAILABLE);
	expect_refused(
	    &(struct https_request){.url = named, .addresses = here}, PF_ERROR_UNAVAILABLE);
	g_assert_cmpint(accept(fd, NULL, NULL), ==, -1);
	close(fd);
	g_free(plain);
	g_free(named);
}

/* By a proxy that takes the connection and says nothing: what may be the world's is asked of it, and nothing that
 * cannot be; the host itself hears nothing either way. */
static void
test_proxy(void)
{
	static const char *const worldly[] = {"logo.example", "8.8.8.8", "[2606:4700::1]", "a.b.c.example."};
	static const char *const own[] = {"127.0.0.1", "10.0.0.1", "[::1]", "[fe80::1%25lo]", "localhost", "printer",
	    "a.local", "a.localhost.", "A.LOCAL", "x.internal", "r.home.arpa", "127.1", "0x7f.1", "1.0x7f000001"};
	static const char *const there[] = {"10.0.0.1", "2606:4700::1", NULL}, *const here[] = {"10.0.0.1", NULL};
	unsigned port;
	int fd = listen_here(&port);
	char *proxy = g_strdup_printf("socks5h://127.0.0.1:%u", port);
	struct https_request request = {.proxy = proxy, .timeout_ms = 100};

	for (size_t i = 0; i < G_N_ELEMENTS(own); i++) {
		char *url = g_strdup_printf("https://%s/", own[i]);
		request.url = url;
		expect_refused(&request, PF_ERROR_UNAVAILABLE);
		g_free(url);
	}
	request.url = "https://logo.example/";
	request.addresses = here;
	expect_refused(&request, PF_ERROR_UNAVAILABLE);
	g_assert_cmpint(accept(fd, NULL, NULL), ==, -1);
	request.addresses = there;
	expect_refused(&request, PF_ERROR_TIMEOUT);
	request.addresses = NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(worldly); i++) {
		char *url = g_strdup_printf("https://%s/", worldly[i]);
		request.url = url;
		expect_refused(&request, PF_ERROR_TIMEOUT);
		g_free(url);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(worldly) + 1; i++) {
		int came = accept(fd, NULL, NULL);
		g_assert_cmpint(came, >=, 0);
		close(came);
	}
	close(fd);
	g_free(proxy);
}

static void
test_schemes(void)
{
	static const char *const urls[] = {"http://logo.example/", "file:///etc/passwd", "ftp://a.example/",
	    "gopher://a.example/", "https://", "", "logo", "https://a b/"};

	for (size_t i = 0; i < G_N_ELEMENTS(urls); i++)
		expect_refused(&(struct https_request){.url = urls[i]}, PF_ERROR_USAGE);
}

/* A server that accepts and says nothing costs no more than the deadline. */
static void
test_deadline(void)
{
	unsigned port;
	int fd = listen_here(&port);
	char *url = g_strdup_printf("https://127.0.0.1:%u/", port);
	gint64 start = g_get_monotonic_time();

	expect_refused(&(struct https_request){.url = url, .may_be_local = true, .timeout_ms = 200},
	    PF_ERROR_TIMEOUT);
	g_assert_cmpint(g_get_monotonic_time() - start, <, 5 * G_TIME_SPAN_SECOND);
	close(fd);
	g_free(url);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/https/addresses", test_addresses);
	g_test_add_func("/https/guard", test_guard);
	g_test_add_func("/https/proxy", test_proxy);
	g_test_add_func("/https/schemes", test_schemes);
	g_test_add_func("/https/deadline", test_deadline);
	return g_test_run();
}
