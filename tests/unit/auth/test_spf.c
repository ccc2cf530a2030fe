/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPF: the macros of RFC 7208 section 7.4, what a record may say, and the limits of section 4.6.4 at n and
 * n+1. The command's test runs the whole public suite where it is at hand. */
#include "auth_test.h"

#include "auth/spf.h"
#include "auth/spf_macro.h"
#include "auth/spf_record.h"

static char *
no_name(void *state, const char *domain)
{
	(void)state;
	(void)domain;
	return g_strdup("unknown");
}

static const struct spf_macros macros = {.sender = "strong-bad@email.example.com",
    .local = "strong-bad",
    .o = "email.example.com",
    .domain = "email.example.com",
    .helo = "mx.example.org",
    .i = "192.0.2.3",
    .v = "in-addr",
    .c = "192.0.2.3",
    .r = "here.example",
    .now = 1795304500,
    .name_of = no_name};

static void
test_macros(void)
{
	static const struct {
		const char *text, *expanded;
	} cases[] = {
	    {"%{s}", "strong-bad@email.example.com"},
	    {"%{o}", "email.example.com"},
	    {"%{d4}", "email.example.com"},
	    {"%{d2}", "example.com"},
	    {"%{d1}", "com"},
	    {"%{dr}", "com.example.email"},
	    {"%{d2r}", "example.email"},
	    {"%{l-}", "strong.bad"},
	    {"%{lr-}", "bad.strong"},
	    {"%{l1r-}", "strong"},
	    {"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
	    {"%{lr-}.lp.%{ir}.%{v}._spf.%{d2}",
		"bad.strong.lp.3.2.0.192.in-addr._spf.example.com"},
	    {"%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"},
	    {"%%%_%-", "% %20"},
	    {"%{S}", "strong-bad%40email.example.com"},
	    {"%{p}", "unknown"},
	    {"%{h}", "mx.example.org"},
	    {"%{t} %{r} %{c}", "1795304500 here.example 192.0.2.3"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *expanded = spf_macro_expand(cases[i].text, &macros);
		g_assert_cmpstr(expanded, ==, cases[i].expanded);
		g_assert_true(
		    spf_macro_is_valid(cases[i].text, strlen(cases[i].text), false));
		g_free(expanded);
	}
}

static void
test_long_names(void)
{
	GString *spec = g_string_new("x");
	for (int i = 0; i < 40; i++)
		g_string_append(spec, ".eightlet");
	char *name = spf_macro_domain(spec->str, &macros);

	g_assert_cmpuint(strlen(name), <=, 253);
	g_assert_true(g_str_has_suffix(spec->str, name));
	g_assert_true(g_str_has_prefix(name, "eightlet."));
	g_free(name);
	g_string_free(spec, TRUE);
}

static void
test_syntax(void)
{
	static const struct {
		const char *record;
		bool is_ok;
	} cases[] = {
	    {"v=spf1", true},
	    {"v=spf1 -all", true},
	    {"V=SPF1 +A:x.example -ALL", true},
	    {"v=spf10 -all", false},
	    {"v=spf1 a/24 mx//64 a:x.example/24//64 -all", true},
	    {"v=spf1 a/33 -all", false},
	    {"v=spf1 a//129 -all", false},
	    {"v=spf1 a/024 -all", false},
	    {"v=spf1 a:/24 -all", false},
	    {"v=spf1 ip4:192.0.2.1/32 ip6:2001:db8::/32 -all", true},
	    {"v=spf1 ip4:192.0.2 -all", false},
	    {"v=spf1 ip4 -all", false},
	    {"v=spf1 include -all", false},
	    {"v=spf1 include:x.example/24 -all", false},
	    {"v=spf1 exists:%{ir}.x.example -all", true},
	    {"v=spf1 exists:%{c}.x.example -all", false},
	    {"v=spf1 exists:%{d0} -all", false},
	    {"v=spf1 exists:%{q} -all", false},
	    {"v=spf1 a:example -all", false},
	    {"v=spf1 a:x.123 -all", false},
	    {"v=spf1 redirect=x.example exp=y.example", true},
	    {"v=spf1 redirect=x.example redirect=y.example", false},
	    {"v=spf1 redirect:x.example", false},
	    {"v=spf1 new-thing=%{d}/x", true},
	    {"v=spf1 new-thing=%", false},
	    {"v=spf1 -all:x", false},
	    {"v=spf1\t-all", false},
	    {"v=spf1 -all\x01", false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct spf_record *record = spf_record_new(cases[i].record, NULL);
		g_test_message("%s", cases[i].record);
		g_assert_true((record != NULL) == cases[i].is_ok);
		spf_record_free(record);
	}
}

/* Check ip for a@DOMAIN in a zone. Owned. */
static struct spf *
check(const char *zone, const char *ip, const char *from)
{
	struct dns *dns = test_zone(zone);
	struct dns_session *session = dns_session_new(dns);
	const struct spf_query query = {.ip = ip, .helo = "mx.example.org", .from = from};
	struct spf *spf = spf_new(&query, session);

	dns_session_free(session);
	dns_free(dns);
	return spf;
}

static void
assert_spf(const char *zone, const char *ip, enum spf_result result, const char *problem)
{
	struct spf *spf = check(zone, ip, "a@x.example");

	g_test_message("%.60s", zone);
	g_assert_cmpstr(spf_result_name(spf->result), ==, spf_result_name(result));
	if (strstr(spf->problem, problem) == NULL)
		g_error("\"%s\" does not say \"%s\"", spf->problem, problem);
	spf_free(spf);
}

/* A record of n such terms, and whatever else the zone holds. */
static char *
repeated(const char *term, int n, const char *rest)
{
	GString *zone = g_string_new("{'x.example':{'TXT':['v=spf1");

	for (int i = 0; i < n; i++) {
		g_string_append_c(zone, ' ');
		g_string_append(zone, term);
	}
	g_string_append_printf(zone, " +all']}%s}", rest);
	return g_string_free(zone, FALSE);
}

static void
test_limits(void)
{
	static const struct {
		const char *term, *rest, *problem;
		int n;
		enum spf_result result;
	} cases[] = {
	    {"-a:y.example", ",'y.example':{'A':['192.0.2.1']}", "", 10, SPF_PASS},
	    {"-a:y.example", ",'y.example':{'A':['192.0.2.1']}", "ten terms", 11,
		SPF_PERMERROR},
	    {"-a:n.example", "", "", 2, SPF_PASS},
	    {"-a:n.example", "", "find nothing", 3, SPF_PERMERROR},
	    {"-ip4:192.0.2.1", "", "", 256 - 1, SPF_PASS},
	    {"-ip4:192.0.2.1", "", "too many terms", 256, SPF_PERMERROR},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *zone = repeated(cases[i].term, cases[i].n, cases[i].rest);
		assert_spf(zone, "203.0.113.1", cases[i].result, cases[i].problem);
		g_free(zone);
	}
}

static void
test_mx_limit(void)
{
	for (int n = 10; n <= 11; n++) {
		GString *zone = g_string_new(
		    "{'x.example':{'TXT':['v=spf1 mx -all'],'MX':[");
		for (int i = 0; i < n; i++)
			g_string_append_printf(zone,
			    "%s{'exchange':'m.example','priority':%d}", i == 0 ? "" : ",",
			    i);
		g_string_append(zone, "]},'m.example':{'A':['192.0.2.1']}}");
		assert_spf(zone->str, "203.0.113.1", n == 10 ? SPF_FAIL : SPF_PERMERROR,
		    n == 10 ? "" : "ten MX");
		g_string_free(zone, TRUE);
	}
}

static void
test_loops(void)
{
	assert_spf("{'x.example':{'TXT':['v=spf1 include:x.example -all']}}", "192.0.2.1",
	    SPF_PERMERROR, "ten terms");
	assert_spf("{'x.example':{'TXT':['v=spf1 redirect=x.example']}}", "192.0.2.1",
	    SPF_PERMERROR, "ten terms");
	assert_spf("{'x.example':{'TXT':['v=spf1 include:y.example -all']}}", "192.0.2.1",
	    SPF_PERMERROR, "y.example has no SPF record");
	assert_spf("{'x.example':{'TXT':['v=spf1 -all','v=spf1 +all']}}", "192.0.2.1",
	    SPF_PERMERROR, "several");
	assert_spf("{'x.example':'SERVFAIL'}", "192.0.2.1", SPF_TEMPERROR, "no answer");
	assert_spf("{}", "192.0.2.1", SPF_NONE, "no SPF record");
	assert_spf("{}", "somewhere", SPF_NONE, "no IP address");
}

/* The explanation is the outermost record's, and only in plain ASCII. */
static void
test_explanation(void)
{
	static const char zone[] =
	    "{'x.example':{'TXT':['v=spf1 include:y.example -all exp=e.example']},"
	    "'y.example':{'TXT':['v=spf1 ip4:192.0.2.1 -all exp=f.example']},"
	    "'e.example':{'TXT':['%{i} of %{d} (%{s})']},'f.example':{'TXT':['inner']},"
	    "'z.example':{'TXT':['v=spf1 -all exp=g.example']},"
	    "'g.example':{'TXT':['gr\xc3\xbc\xc3\x9f']}}";
	struct spf *spf = check(zone, "203.0.113.1", "a@x.example");

	g_assert_cmpstr(spf->explanation, ==, "203.0.113.1 of x.example (a@x.example)");
	g_assert_cmpint(spf->lookups, ==, 1);
	spf_free(spf);
	spf = check(zone, "203.0.113.1", "a@z.example");
	g_assert_cmpstr(spf->explanation, ==, "");
	spf_free(spf);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/auth/spf/macros", test_macros);
	g_test_add_func("/auth/spf/long-names", test_long_names);
	g_test_add_func("/auth/spf/syntax", test_syntax);
	g_test_add_func("/auth/spf/limits", test_limits);
	g_test_add_func("/auth/spf/mx-limit", test_mx_limit);
	g_test_add_func("/auth/spf/loops", test_loops);
	g_test_add_func("/auth/spf/explanation", test_explanation);
	return g_test_run();
}
