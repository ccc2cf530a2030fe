/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_hyperlink.c - which URLs a terminal may be given, and which of them name their host. */
#include "ui/hyperlink.h"

#include <string.h>

static void
test_clean(void)
{
	static const struct {
		const char *url, *want;
	} cases[] = {
	    {"https://a.example/b?c#d", "https://a.example/b?c#d"},
	    {"HTTP://a.example/", "HTTP://a.example/"},
	    {"mailto:a@b.example", "mailto:a@b.example"},
	    {"https://a.example/\xC3\xB6 x", "https://a.example/%C3%B6%20x"},
	    {"https://a.example/\033\\", NULL},
	    {"https://a.example/\a", NULL},
	    {"https://a.example/\x7f", NULL},
	    {"file:///etc/passwd", NULL},
	    {"javascript:alert(1)", NULL},
	    {"//a.example/", NULL},
	    {"", NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *got = hyperlink_clean(cases[i].url);
		g_assert_cmpstr(got, ==, cases[i].want);
		g_free(got);
	}
	for (size_t len = 1999; len <= 2001; len++) {
		GString *url = g_string_new("https://a.example/");
		while (url->len < len)
			g_string_append_c(url, 'x');
		char *got = hyperlink_clean(url->str);
		g_assert_cmpint(got != NULL, ==, len <= 2000);
		g_free(got);
		g_string_free(url, TRUE);
	}
}

static void
test_host(void)
{
	static const struct {
		const char *url, *host;
		bool want;
	} cases[] = {
	    {"https://a.example", "a.example", true},
	    {"https://A.Example/x", "a.example", true},
	    {"https://a.example:8443/x", "a.example", true},
	    {"https://a.example?x", "a.example", true},
	    {"https://a.example@evil.example/", "evil.example", false},
	    {"https://evil.example@evil.example/", "evil.example", false},
	    {"https://evil.example:80@evil.example/", "evil.example", false},
	    {"https://evil.example:x@evil.example/", "evil.example", false},
	    {"https://evil.example\\@evil.example/", "evil.example", false},
	    {"https://a.example.evil.example/", "a.example", false},
	    {"https:///a.example/", "a.example", false},
	    {"https://a.example/", "", false},
	    {"https://a.example/", NULL, false},
	    {"mailto:a@b.example", "b.example", false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		if (hyperlink_names_host(cases[i].url, cases[i].host) != cases[i].want)
			g_error("%s", cases[i].url);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/hyperlink/clean", test_clean);
	g_test_add_func("/hyperlink/host", test_host);
	return g_test_run();
}
