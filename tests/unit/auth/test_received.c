/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/received.h"

#include <string.h>

static void
test_clauses(void)
{
	static const struct {
		const char *text, *from, *info, *by, *with;
		gint64 time;
	} cases[] = {
	    {" from a.example (b.example [192.0.2.1])\r\n\tby MX.example.org (Postfix) "
	     "with ESMTPS "
	     "id 1\r\n\tfor <x@example.org>; Sat, 21 Nov 2026 20:00:00 +0000",
		"a.example", "(b.example [192.0.2.1])", "mx.example.org", "esmtps",
		1795291200},
	    {"by 2002:a05:6a10::1 with SMTP id q; Thu, 1 Jan 1970 00:00:01 +0000", NULL,
		NULL, "2002:a05:6a10::1", "smtp", 1},
	    {"from a by b", "a", NULL, "b", NULL, -1},
	    {"from a(c) by b;", "a", "(c)", "b", NULL, -1},
	    {"(qmail 1 invoked by uid 0); 1 Jan 1970 00:00:02 +0000", NULL, NULL, NULL,
		NULL, 2},
	    {"from a ((nested) by evil) by b", "a", "((nested) by evil)", "b", NULL, -1},
	    {"from a (unclosed by b", "a", "(unclosed by b", NULL, NULL, -1},
	    {"", NULL, NULL, NULL, NULL, -1},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct received r;
		received_init(&r, cases[i].text, strlen(cases[i].text));
		g_assert_cmpstr(r.from, ==, cases[i].from);
		g_assert_cmpstr(r.from_info, ==, cases[i].info);
		g_assert_cmpstr(r.by, ==, cases[i].by);
		g_assert_cmpstr(r.with, ==, cases[i].with);
		g_assert_cmpint(r.time, ==, cases[i].time);
		received_fini(&r);
	}
}

static void
test_private(void)
{
	static const struct {
		const char *text;
		bool has_address, is_private;
	} cases[] = {
	    {"from a (localhost [127.0.0.1]) by b", true, true},
	    {"from a ([10.1.2.3]) by b", true, true},
	    {"from a (x [IPv6:fd00::1]) by b", true, true},
	    {"from a (x [IPv6:2001:db8::1]) by b", true, false},
	    {"from a (x [192.0.2.1]) by b", true, false},
	    {"from a ([10.0.0.1] x [192.0.2.1]) by b", true, false},
	    {"from a (helo=10.0.0.1 [192.0.2.1]) by b", true, false},
	    {"from a (x) by b", false, false},
	    {"from a by b", false, false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct received r;
		bool has_address;
		received_init(&r, cases[i].text, strlen(cases[i].text));
		g_assert_cmpint(
		    received_is_private(&r, &has_address), ==, cases[i].is_private);
		g_assert_cmpint(has_address, ==, cases[i].has_address);
		received_fini(&r);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/received/clauses", test_clauses);
	g_test_add_func("/received/private", test_private);
	return g_test_run();
}
