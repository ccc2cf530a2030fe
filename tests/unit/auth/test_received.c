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
	    /* glued on, a comment is part of what the client called itself */
	    {"from a(c) by b;", "a", NULL, "b", NULL, -1},
	    {"from a(c) (d) by b;", "a", "(d)", "b", NULL, -1},
	    {"from unknown (HELO evil) (192.0.2.66) by b", "unknown", "(192.0.2.66)", "b", NULL, -1},
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
	    /* what the client calls itself is no address of it */
	    {"from [192.0.2.1] (helo=[127.0.0.1]) by b", true, false},
	    {"from [192.0.2.1] (port=25 helo=10.0.0.1) by b", true, false},
	    {"from unknown (HELO [10.0.0.1]) (192.0.2.1) by b", true, false},
	    {"from unknown (HELO x) (10.0.0.1) by b", true, true},
	    {"from 192.0.2.1 (EHLO [10.0.0.1]) by b", true, false},
	    {"from mta (LHLO mta) (10.0.0.1) by b with LMTP", true, true},
	    {"from [10.0.0.1] (unknown [192.0.2.1]) by b", true, false},
	    {"from x([10.0.0.1]) by b", false, false},
	    {"from [10.0.0.1] by b", false, false},
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

/* The client of a hop: what the server saw of it, and its HELO. */
static void
test_client(void)
{
	static const struct {
		const char *text, *ip, *helo; /* NULL: none is known */
	} cases[] = {
	    {"from a.example (b.example [192.0.2.1]) by b", "192.0.2.1", "a.example"},
	    {"from a.example ([192.0.2.1] helo=c.example) by b", "192.0.2.1", "c.example"},
	    {"from [192.0.2.1] (helo=c.example) by b", "192.0.2.1", "c.example"},
	    {"from a.example (2001:db8::1) by b", "2001:db8::1", "a.example"},
	    {"from unknown (HELO c.example) (192.0.2.1) by b", "192.0.2.1", "c.example"},
	    {"from unknown (HELO [198.51.100.1]) (192.0.2.1) by b", "192.0.2.1", "[198.51.100.1]"},
	    {"from 192.0.2.1 (EHLO c.example) by b", "192.0.2.1", "c.example"},
	    {"from x([198.51.100.1]) (unknown [192.0.2.1]) by b", "192.0.2.1", "x"},
	    {"from a (b [192.0.2.1]) (Client CN \"[198.51.100.1]\") by b", "192.0.2.1", "a"},
	    {"from a (x[198.51.100.1] [192.0.2.1]) by b", "192.0.2.1", "a"},
	    {"from a (x [192.0.2.1] (may be forged)) by b", "192.0.2.1", "a"},
	    {"from a ([192.0.2.1] helo=c[198.51.100.1] ident=[198.51.100.2]) by b", "192.0.2.1", "c[198.51.100.1]"},
	    {"from a by b", NULL, NULL},
	    {"by b", NULL, NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct received r;
		char *ip, *helo;
		received_init(&r, cases[i].text, strlen(cases[i].text));
		g_assert_cmpint(received_client(&r, &ip, &helo), ==, cases[i].ip != NULL);
		g_assert_cmpstr(ip, ==, cases[i].ip);
		g_assert_cmpstr(helo, ==, cases[i].helo);
		g_free(ip);
		g_free(helo);
		received_fini(&r);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/received/clauses", test_clauses);
	g_test_add_func("/received/private", test_private);
	g_test_add_func("/received/client", test_client);
	return g_test_run();
}
