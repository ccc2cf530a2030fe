/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/dkim_sig.h"

#include "base/limits.h"

#include <string.h>

#define HEAD "DKIM-Signature: "
#define GOOD "v=1; a=rsa-sha256; d=example.org; s=s1; h=from:to; bh=YWJj; b=YWJj"

static bool
parse(const char *tags, struct dkim_sig *sig, char **problem)
{
	char *raw = g_strconcat(HEAD, tags, NULL);
	GError *error = NULL;
	bool is_ok = dkim_sig_init(
	    sig, DKIM_SIGNATURE, raw, strlen(raw), strlen(HEAD) - 2, &error);

	*problem = error == NULL ? NULL : g_strdup(error->message);
	g_assert_cmpint(is_ok, ==, error == NULL);
	g_clear_error(&error);
	g_free(raw);
	return is_ok;
}

static void
test_valid(void)
{
	static const char tags[] = " v=1; a=RSA-SHA256; c=Relaxed/simple; d=Example.ORG; "
				   "s=s1.sub;\r\n\th=From : TO:\r\n\t"
				   "subject; i=user@mail.example.org; l=12; t=100; "
				   "x=200; q=dns/txt; z=From:x;\r\n\tbh=YW\r\n "
				   "Jj; b=ZG Vm; unknown=1;";
	struct dkim_sig sig;
	char *problem;

	g_assert_true(parse(tags, &sig, &problem));
	g_assert_cmpstr(sig.d, ==, "example.org");
	g_assert_cmpstr(sig.s, ==, "s1.sub");
	g_assert_cmpstr(sig.i_domain, ==, "mail.example.org");
	g_assert_cmpint(sig.algorithm, ==, DKIM_RSA_SHA256);
	g_assert_cmpstr(dkim_sig_canon_name(&sig), ==, "relaxed/simple");
	g_assert_cmpuint(sig.h->len, ==, 3);
	g_assert_cmpstr(g_ptr_array_index(sig.h, 2), ==, "subject");
	g_assert_cmpuint(sig.l, ==, 12);
	g_assert_cmpint(sig.t, ==, 100);
	g_assert_cmpint(sig.x, ==, 200);
	g_assert_cmpuint(g_bytes_get_size(sig.b), ==, 3);
	g_assert_cmpint(memcmp(g_bytes_get_data(sig.bh, NULL), "abc", 3), ==, 0);
	dkim_sig_fini(&sig);
}

/* The good list with one tag more or one replaced, and what is wrong with it; NULL:
 * nothing. */
static void
test_problems(void)
{
	static const struct {
		const char *tags, *problem;
	} cases[] = {
	    {GOOD, NULL},
	    {GOOD "; i=@example.org", NULL},
	    {GOOD "; i=@sub.example.org", NULL},
	    {GOOD "; i=@notexample.org", "i="},
	    {GOOD "; i=@org", "i="},
	    {GOOD "; i=nothing", "i="},
	    {GOOD "; c=relaxed", NULL},
	    {GOOD "; c=fancy/simple", "c="},
	    {GOOD "; c=simple/fancy", "c="},
	    {GOOD "; l=0", NULL},
	    {GOOD "; l=-1", "l="},
	    {GOOD "; l=1x", "l="},
	    {GOOD "; l=", "l="},
	    {GOOD "; l=99999999999999999999999", "l="},
	    {GOOD "; t=1; x=2", NULL},
	    {GOOD "; t=2; x=2", "x="},
	    {GOOD "; t=now", "t="},
	    {GOOD "; q=dns/txt:other", NULL},
	    {GOOD "; q=ldap", "q="},
	    {GOOD "; d=other.example", "twice"},
	    {"a=rsa-sha256; d=example.org; s=s1; h=from; bh=YWJj; b=YWJj", "v="},
	    {"v=2; a=rsa-sha256; d=example.org; s=s1; h=from; bh=YWJj; b=YWJj", "v="},
	    {"v=1; a=; d=example.org; s=s1; h=from; bh=YWJj; b=YWJj", "a="},
	    {"v=1; a=rsa-sha256; d=-.; s=s1; h=from; bh=YWJj; b=YWJj", NULL},
	    {"v=1; a=rsa-sha256; d=; s=s1; h=from; bh=YWJj; b=YWJj", "d="},
	    {"v=1; a=rsa-sha256; d=example.org; h=from; bh=YWJj; b=YWJj", "s="},
	    {"v=1; a=rsa-sha256; d=example.org; s=a..b; h=from; bh=YWJj; b=YWJj", "s="},
	    {"v=1; a=rsa-sha256; d=example.org; s=s1; bh=YWJj; b=YWJj", "h="},
	    {"v=1; a=rsa-sha256; d=example.org; s=s1; h=to; bh=YWJj; b=YWJj", "From"},
	    {"v=1; a=rsa-sha256; d=example.org; s=s1; h=from::to; bh=YWJj; b=YWJj", "h="},
	    {"v=1; a=rsa-sha256; d=example.org; s=s1; h=from; bh=YWJj; b=", "b="},
	    {"v=1; a=rsa-sha256; d=example.org; s=s1; h=from; bh=YWJj; b=YW*j", "b="},
	    {"v=1; a=rsa-sha256; d=example.org; s=s1; h=from; bh=YWJ; b=YWJj", "bh="},
	    {"v=1; a=rsa-sha256; d=example.org; s=s1; h=from; b=YWJj", "bh="},
	    {"v=1; a=rsa-sha256; d=; i=@x.example; s=s1; h=from; bh=YWJj; b=YWJj", "d="},
	    {"garbage", "="},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct dkim_sig sig;
		char *problem;
		(void)parse(cases[i].tags, &sig, &problem);
		if (cases[i].problem == NULL)
			g_assert_cmpstr(problem, ==, NULL);
		else
			g_assert_nonnull(strstr(
			    problem == NULL ? "no problem" : problem, cases[i].problem));
		g_free(problem);
		dkim_sig_fini(&sig);
	}
}

static void
test_header_limit(void)
{
	for (int n = LIMIT_DKIM_HEADERS - 1; n <= LIMIT_DKIM_HEADERS + 1; n++) {
		GString *tags = g_string_new(
		    "v=1; a=rsa-sha256; d=example.org; s=s1; bh=YWJj; b=YWJj; h=from");
		struct dkim_sig sig;
		char *problem;
		for (int i = 1; i < n; i++)
			g_string_append(tags, ":x");
		g_assert_cmpint(
		    parse(tags->str, &sig, &problem), ==, n <= LIMIT_DKIM_HEADERS);
		g_free(problem);
		dkim_sig_fini(&sig);
		g_string_free(tags, TRUE);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dkim-sig/valid", test_valid);
	g_test_add_func("/dkim-sig/problems", test_problems);
	g_test_add_func("/dkim-sig/header-limit", test_header_limit);
	return g_test_run();
}
