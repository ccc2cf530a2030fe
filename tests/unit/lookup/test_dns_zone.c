/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The zone file, and with it the session: limits, memory, log. */
#include "lookup_test.h"

#include "base/error.h"
#include "base/limits.h"

#include <glib/gstdio.h>

static const char zone[] =
    "{'Example.ORG.': {'TXT': ['one', ['two ', 'joined']], 'A': ['192.0.2.1'],"
    "  'MX': [{'exchange': 'MX.example.org.', 'priority': 10}]},"
    " 'alias.example': {'CNAME': 'example.org'}, 'loop.example': {'CNAME': "
    "'loop.example'},"
    " 'slow.example': 'TIMEOUT', 'bad.example': {'TXT': 'SERVFAIL'},"
    " '1.2.0.192.in-addr.arpa': {'PTR': ['host.example']}}";

static void
test_answers(void)
{
	static const struct {
		const char *name;
		enum dns_type type;
		enum dns_status status;
		const char *last; /* of the strings */
	} cases[] = {
	    {"example.org", DNS_TXT, DNS_OK, "two joined"},
	    {"example.org", DNS_A, DNS_OK, "192.0.2.1"},
	    {"example.org", DNS_MX, DNS_OK, "10 mx.example.org"},
	    {"example.org", DNS_AAAA, DNS_NODATA, NULL},
	    {"1.2.0.192.in-addr.arpa", DNS_PTR, DNS_OK, "host.example"},
	    {"alias.example", DNS_TXT, DNS_OK, "two joined"},
	    {"loop.example", DNS_TXT, DNS_SERVFAIL, NULL},
	    {"missing.example", DNS_TXT, DNS_NXDOMAIN, NULL},
	    {"slow.example", DNS_TXT, DNS_TIMEOUT, NULL},
	    {"bad.example", DNS_TXT, DNS_SERVFAIL, NULL},
	    {"bad.example", DNS_A, DNS_NODATA, NULL},
	};
	struct dns *dns = test_zone(zone);
	struct dns_session *session = dns_session_new(dns);

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct dns_answer *a =
		    dns_ask(session, cases[i].name, cases[i].type);
		g_assert_cmpint(a->status, ==, cases[i].status);
		g_assert_cmpstr(
		    a->strings->len == 0
			? NULL
			: (char *)g_ptr_array_index(a->strings, a->strings->len - 1),
		    ==, cases[i].last);
	}
	g_assert_cmpuint(dns_session_log(session)->len, ==, G_N_ELEMENTS(cases));
	dns_session_free(session);
	dns_free(dns);
}

/* Asked twice, sent once; after the limit every answer is a failure, and nothing is sent.
 */
static void
test_session(void)
{
	struct dns *dns = test_zone(zone);
	struct dns_session *session = dns_session_new(dns);
	const struct dns_answer *first = dns_ask(session, "example.org", DNS_TXT);

	g_assert_true(dns_ask(session, "example.org", DNS_TXT) == first);
	g_assert_cmpuint(dns_session_log(session)->len, ==, 1);
	g_assert_cmpstr(
	    g_ptr_array_index(dns_session_log(session), 0), ==, "example.org TXT");
	for (int i = 1; i <= LIMIT_DNS_QUERIES; i++) {
		char *name = g_strdup_printf("n%d.example", i);
		const struct dns_answer *a = dns_ask(session, name, DNS_TXT);
		g_assert_cmpint(
		    a->status, ==, i < LIMIT_DNS_QUERIES ? DNS_NXDOMAIN : DNS_TIMEOUT);
		g_free(name);
	}
	g_assert_cmpuint(dns_session_log(session)->len, ==, LIMIT_DNS_QUERIES);
	g_assert_true(dns_ask(session, "example.org", DNS_TXT) == first);
	dns_session_free(session);
	dns_free(dns);
}

static void
test_offline(void)
{
	struct dns_session *session = dns_session_new(NULL);

	g_assert_cmpint(
	    dns_ask(session, "example.org", DNS_TXT)->status, ==, DNS_TIMEOUT);
	g_assert_cmpuint(dns_session_log(session)->len, ==, 0);
	dns_prefetch(session, "example.org", DNS_TXT);
	dns_session_free(session);
}

static void
test_file(void)
{
	static const struct {
		const char *text, *problem; /* NULL: it loads */
	} cases[] = {{"{}", NULL}, {"[]", "not an object"}, {"{", "line 1"}, {"", "line"},
	    {"{\"a\": {}, \"a\": {}}", "duplicate"},
	    {"{\"a.example\": {\"TXT\": [\"x\", [\"a\", \"b\"], \"TIMEOUT\"], \"A\": [\"192.0.2.1\"], \"AAAA\": \"2001:db8::1\","
	     " \"MX\": [{\"exchange\": \"m.example\", \"priority\": 5}], \"SRV\": [], \"PTR\": [\"x.example\"], \"TLSA\": \"SERVFAIL\","
	     " \"CNAME\": \"b.example\", \"SECURE\": true}, \"b.example\": \"timeout\", \"c.example\": {}}",
		NULL},
	    {"{\n\"a.example\": [\"v=spf1\"]}", "line 2: \"a.example\" is neither"},
	    {"{\"a.example\": {},\n\n\"b.example\": \"x\"}", "line 3"},
	    {"{\"x\": {\"TXT\": [\"{\\\"a.example\\\": \"]},\n \"a.example\": {\"A\": [],\n  \"TXT\": [1]}}", "line 3: \"a.example\", TXT"},
	    {"{\"a.example\": {\"TXT\": [[\"a\", 1]]}}", "a TXT record is"},
	    {"{\"a.example\": {\"txt\": [\"a\"]}}", "not a type of record"},
	    {"{\"a.example\": {\"A\": [\"192.0.2\"]}}", "an A record is"},
	    {"{\"a.example\": {\"A\": [\"2001:db8::1\"]}}", "an A record is"},
	    {"{\"a.example\": {\"AAAA\": [\"192.0.2.1\"]}}", "an AAAA record is"},
	    {"{\"a.example\": {\"MX\": [\"10 m.example\"]}}", "an MX record is"},
	    {"{\"a.example\": {\"MX\": [{\"exchange\": \"m.example\", \"priority\": \"10\"}]}}", "an MX record is"},
	    {"{\"a.example\": {\"SRV\": [{\"exchange\": \"m.example\"}]}}", "an SRV record is"},
	    {"{\"a.example\": {\"CNAME\": [\"b.example\"]}}", "CNAME is one name"},
	    {"{\"a.example\": {\"SECURE\": 1}}", "SECURE is true or false"}};
	char *path = g_build_filename(g_get_tmp_dir(), "pf-zone-XXXXXX", NULL);
	int fd = g_mkstemp(path);

	g_assert_cmpint(fd, >=, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		g_assert_true(g_file_set_contents(path, cases[i].text, -1, NULL));
		struct dns *dns = dns_zone_open(path, &error);
		g_assert_cmpint(dns != NULL, ==, cases[i].problem == NULL);
		if (dns == NULL) {
			g_assert_error(error, PF_ERROR, PF_ERROR_CONFIG);
			g_assert_nonnull(strstr(error->message, cases[i].problem));
			g_assert_nonnull(strstr(error->message, path));
		}
		g_clear_error(&error);
		dns_free(dns);
	}
	g_assert_cmpint(g_unlink(path), ==, 0);
	g_assert_null(dns_zone_open(path, NULL));
	g_close(fd, NULL);
	g_free(path);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dns-zone/answers", test_answers);
	g_test_add_func("/dns-zone/session", test_session);
	g_test_add_func("/dns-zone/offline", test_offline);
	g_test_add_func("/dns-zone/file", test_file);
	return g_test_run();
}
