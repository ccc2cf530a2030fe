/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/domain.h"

#include <glib.h>

static void
test_ascii(void)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
	    {"Example.ORG", "example.org"},
	    {"example.org.", "example.org"},
	    {"_dmarc.example.org", "_dmarc.example.org"},
	    {"B\xc3\xbc"
	     "cher.example",
		"xn--bcher-kva.example"},
	    {"stra\xc3\x9f"
	     "e.example",
		"xn--strae-oqa.example"}, /* non-transitional */
	    {"xn--bcher-kva.example", "xn--bcher-kva.example"},
	    {"", NULL},
	    {".", NULL},
	    {"a..b", NULL},
	    {".a", NULL},
	    {"a b", NULL},
	    {"[192.0.2.1]", NULL},
	    {"a\xff.example", NULL},
	    {"a\x01.example", NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *out = domain_ascii(cases[i].in, -1);
		g_assert_cmpstr(out, ==, cases[i].out);
		g_free(out);
	}
}

static void
test_limits(void)
{
	char *label63 = g_strnfill(63, 'a'), *label64 = g_strnfill(64, 'a');
	char *name253 =
	    g_strdup_printf("%s.%s.%s.%.61s", label63, label63, label63, label63);
	char *name254 =
	    g_strdup_printf("%s.%s.%s.%.62s", label63, label63, label63, label63);
	char *out = domain_ascii(label63, -1);

	g_assert_cmpstr(out, ==, label63);
	g_free(out);
	g_assert_null(domain_ascii(label64, -1));
	out = domain_ascii(name253, -1);
	g_assert_cmpstr(out, ==, name253);
	g_free(out);
	g_assert_null(domain_ascii(name254, -1));
	g_assert_null(domain_ascii("a\0b", 3));
	g_free(label63);
	g_free(label64);
	g_free(name253);
	g_free(name254);
}

static void
test_within(void)
{
	g_assert_true(domain_is_within("example.org", "example.org"));
	g_assert_true(domain_is_within("mail.example.org", "example.org"));
	g_assert_false(domain_is_within("notexample.org", "example.org"));
	g_assert_false(domain_is_within("example.org", "mail.example.org"));
	g_assert_false(domain_is_within("example.org.evil.net", "example.org"));
	g_assert_false(domain_is_within("example.org", ""));
	g_assert_cmpuint(domain_labels("a.b.c"), ==, 3);
	g_assert_cmpuint(domain_labels(""), ==, 0);
	g_assert_cmpstr(domain_parent("a.b.c"), ==, "b.c");
	g_assert_null(domain_parent("c"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/domain/ascii", test_ascii);
	g_test_add_func("/domain/limits", test_limits);
	g_test_add_func("/domain/within", test_within);
	return g_test_run();
}
