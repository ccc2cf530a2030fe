/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/authres.h"

#include "base/error.h"
#include "base/limits.h"

#include <string.h>

/* "id|method=result ptype.property=value ... reason;..." or "!" when refused. */
static char *
described(const char *text, size_t len)
{
	GError *error = NULL;
	struct authres *a = authres_new(text, len, &error);

	if (a == NULL) {
		g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
		g_error_free(error);
		return g_strdup("!");
	}
	GString *out = g_string_new(a->id);
	g_string_append(out, a->is_none ? "|none" : "|");
	for (guint i = 0; i < a->results->len; i++) {
		const struct authres_result *r = g_ptr_array_index(a->results, i);
		g_string_append_printf(
		    out, "%s%s=%s", i > 0 ? ";" : "", r->method, r->result);
		for (guint k = 0; k < r->properties->len; k++) {
			const struct authres_property *p =
			    g_ptr_array_index(r->properties, k);
			g_string_append_printf(
			    out, " %s.%s=%s", p->ptype, p->property, p->value);
		}
		if (r->reason != NULL)
			g_string_append_printf(out, " [%s]", r->reason);
	}
	authres_free(a);
	return g_string_free(out, FALSE);
}

static void
test_fields(void)
{
	static const struct {
		const char *text, *out;
	} cases[] = {
	    /* RFC 8601 appendix B */
	    {" example.org 1; none", "example.org|none"},
	    {" example.com;\r\n          spf=pass smtp.mailfrom=example.net",
		"example.com|spf=pass smtp.mailfrom=example.net"},
	    {" example.com;\r\n auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n "
	     "spf=pass "
	     "smtp.mailfrom=example.net",
		"example.com|auth=pass smtp.auth=sender@example.net;spf=pass "
		"smtp.mailfrom=example.net"},
	    {" example.com; dkim=pass reason=\"good signature\" "
	     "header.i=@mail-router.example.net;\r\n"
	     " dkim=fail reason=\"bad signature\" header.i=@newyork.example.com",
		"example.com|dkim=pass header.i=@mail-router.example.net [good "
		"signature];"
		"dkim=fail header.i=@newyork.example.com [bad signature]"},
	    {" example.com; iprev=pass\r\n          policy.iprev=192.0.2.200",
		"example.com|iprev=pass policy.iprev=192.0.2.200"},
	    {" example.com;\r\n dkim=pass (good signature) header.d=example.com",
		"example.com|dkim=pass header.d=example.com"},
	    {" example.com;\r\n auth=pass (cram-md5) smtp.auth=sender@example.com;\r\n spf=fail "
	     "smtp.mailfrom=example.com",
		"example.com|auth=pass smtp.auth=sender@example.com;spf=fail smtp.mailfrom=example.com"},
	    {" example.net;\r\n dkim=pass (good signature) header.i=@newyork.example.com",
		"example.net|dkim=pass header.i=@newyork.example.com"},
	    /* comments wherever they may stand, appendix B.7 */
	    {" foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One "
	     "yay) = (wait "
	     "for it) fail\r\n policy (A dot can go here) . (like that) expired\r\n "
	     "(this surprised "
	     "me) = (as I wasn't expecting it) 1362471462",
		"foo.example.net|dkim=fail policy.expired=1362471462"},
	    {"a.example (one (two (three) \\) ) four); spf=none", "a.example|spf=none"},
	    {"a.example; dmarc=pass(p=REJECT) header.from=x.example;",
		"a.example|dmarc=pass header.from=x.example"},
	    {"a.example; dmarc=fail action=none header.from=x.example",
		"a.example|dmarc=fail .action=none header.from=x.example"},
	    {"a.example; dkim=pass header.b=\"aB+/=\" header.d=x.example",
		"a.example|dkim=pass header.b=aB+/= header.d=x.example"},
	    {"a.example; dkim=pass header.b=aB+/cD header.d=x.example",
		"a.example|dkim=pass header.b=aB+/cD header.d=x.example"},
	    {"a.example; spf=pass smtp.mailfrom=bounce+x=y@list.example",
		"a.example|spf=pass smtp.mailfrom=bounce+x=y@list.example"},
	    {"a.example; spf=pass smtp.mailfrom=\"odd local\"@x.example",
		"a.example|spf=pass smtp.mailfrom=odd local@x.example"},
	    {"a.example; spf=none smtp.mailfrom=<>", "a.example|spf=none smtp.mailfrom="},
	    {"a.example; spf=none smtp.mailfrom=", "a.example|spf=none smtp.mailfrom="},
	    {"a.example; X-New-Method=Odd foo.bar=baz",
		"a.example|x-new-method=odd foo.bar=baz"},
	    {"\"a b.example\"; spf=pass", "a b.example|spf=pass"},
	    {"b\xc3\xbc"
	     "cher.example; spf=pass",
		"b\xc3\xbc"
		"cher.example|spf=pass"},
	    /* what a careless server may copy from MAIL FROM cannot make a result of its
	       own */
	    {"a.example; spf=fail smtp.mailfrom=\"x; dkim=pass "
	     "header.d=bank.example\"@evil.example",
		"a.example|spf=fail smtp.mailfrom=x; dkim=pass "
		"header.d=bank.example@evil.example"},
	    {"a.example; spf=fail smtp.mailfrom=\"x\"; dkim=pass "
	     "header.d=bank.example\"@evil.example",
		"!"},
	    {"a.example; spf=fail (sender x); dkim=pass) smtp.mailfrom=x", "!"},
	    {"a.example; spf=fail reason=\"x\"y", "!"},
	    /* not by the grammar */
	    {"", "!"},
	    {" ", "!"},
	    {";", "!"},
	    {"; spf=pass", "!"},
	    {"a.example", "!"},
	    {"a.example;", "!"},
	    {"a.example; ;", "!"},
	    {"spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=x.example; dkim=none",
		"!"}, /* no id */
	    {"a.example 2; spf=pass", "!"},
	    {"a.example 1 1; spf=pass", "!"},
	    {"a.example; none; spf=pass", "!"},
	    {"a.example; spf", "!"},
	    {"a.example; spf=", "!"},
	    {"a.example; =pass", "!"},
	    {"a.example; spf/2=pass", "!"},
	    {"a.example; spf=pass smtp.=x", "!"},
	    {"a.example; spf=pass smtp.mailfrom", "!"},
	    {"a.example; spf=pass .mailfrom=x", "!"},
	    {"a.example; spf=pass (unclosed", "!"},
	    {"a.example; spf=pass reason=\"unclosed", "!"},
	    {"a.example, spf=pass", "!"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *out = described(cases[i].text, strlen(cases[i].text));
		g_assert_cmpstr(out, ==, cases[i].out);
		g_free(out);
	}
}

static void
test_limits(void)
{
	for (size_t n = LIMIT_COMMENT_DEPTH - 1; n <= LIMIT_COMMENT_DEPTH + 1; n++) {
		char *open = g_strnfill(n, '('), *close = g_strnfill(n, ')');
		char *text = g_strconcat("a.example; spf=pass ", open, close, NULL);
		char *out = described(text, strlen(text));
		g_assert_cmpint(strcmp(out, "!") == 0, ==, n > LIMIT_COMMENT_DEPTH);
		g_free(out);
		g_free(text);
		g_free(open);
		g_free(close);
	}
	for (size_t n = LIMIT_AUTHRES_RESULTS - 1; n <= LIMIT_AUTHRES_RESULTS + 1; n++) {
		GString *text = g_string_new("a.example");
		for (size_t i = 0; i < n; i++)
			g_string_append(text, "; dkim=none");
		char *out = described(text->str, text->len);
		g_assert_cmpint(strcmp(out, "!") == 0, ==, n > LIMIT_AUTHRES_RESULTS);
		g_free(out);
		g_string_free(text, TRUE);
	}
	for (size_t n = LIMIT_AUTHRES_FIELD - 1; n <= LIMIT_AUTHRES_FIELD + 1; n++) {
		GString *text = g_string_new("a.example; spf=pass (");
		while (text->len < n - 1)
			g_string_append_c(text, 'x');
		g_string_append_c(text, ')');
		char *out = described(text->str, text->len);
		g_assert_cmpint(strcmp(out, "!") == 0, ==, n > LIMIT_AUTHRES_FIELD);
		g_free(out);
		g_string_free(text, TRUE);
	}
}

static void
test_domains(void)
{
	static const struct {
		const char *text, *dkim, *spf;
	} cases[] = {
	    {"a.example; dkim=pass header.d=X.Example header.i=@y.example", "x.example",
		NULL},
	    {"a.example; dkim=pass header.i=u@y.example", "y.example", NULL},
	    {"a.example; dkim=pass", NULL, NULL},
	    {"a.example; spf=pass smtp.mailfrom=u@m.example smtp.helo=h.example", NULL,
		"m.example"},
	    {"a.example; spf=pass smtp.mailfrom=m.example", NULL, "m.example"},
	    {"a.example; spf=pass smtp.mailfrom=<> smtp.helo=h.example", NULL,
		"h.example"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct authres *a =
		    authres_new(cases[i].text, strlen(cases[i].text), NULL);
		const struct authres_result *r = g_ptr_array_index(a->results, 0);
		char *dkim = authres_dkim_domain(r), *spf = authres_spf_domain(r);
		g_assert_cmpstr(dkim, ==, cases[i].dkim);
		g_assert_cmpstr(spf, ==, cases[i].spf);
		g_free(dkim);
		g_free(spf);
		authres_free(a);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/authres/fields", test_fields);
	g_test_add_func("/authres/limits", test_limits);
	g_test_add_func("/authres/domains", test_domains);
	return g_test_run();
}
