/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_mbox.c - the line before a message, and the lines that get one ">" more (RFC 4155, mboxrd). */
#include "base/mbox.h"

#include <stdlib.h>
#include <string.h>

static void
test_from_line(void)
{
	static const struct {
		const char *address;
		gint64 date;
		const char *line;
	} cases[] = {
	    {"ann@example.org", 1795860000, "From ann@example.org Sat Nov 28 10:00:00 2026\n"},
	    {"a b\nFrom x@y", 0, "From a-b-From-x@y Thu Jan  1 00:00:00 1970\n"},
	    {"\033[31m@x", 0, "From -[31m@x Thu Jan  1 00:00:00 1970\n"},
	    {"", 0, "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n"},
	    {NULL, G_MAXINT64, "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *line = mbox_from_line(cases[i].address, cases[i].date);
		g_assert_cmpstr(line, ==, cases[i].line);
		g_free(line);
	}
}

static void
test_lines(void)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
	    {"From here\n", ">From here\n"},
	    {">From\n", ">From\n"},
	    {">>From x\n", ">>>From x\n"},
	    {"from here\n", "from here\n"},
	    {" From here\n", " From here\n"},
	    {"", ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *text = NULL;
		size_t len = 0;
		FILE *f = open_memstream(&text, &len);
		mbox_put_line(f, cases[i].in, strlen(cases[i].in));
		mbox_put_end(f, i % 2 == 0);
		fclose(f);
		char *expect = g_strconcat(cases[i].out, i % 2 == 0 ? "\n" : "\n\n", NULL);
		g_assert_cmpstr(text, ==, expect);
		g_free(expect);
		free(text);
	}
}

static void
test_separators(void)
{
	static const struct {
		const char *line;
		bool is_dated;
	} cases[] = {
	    {"From ann@x.example Mon Jan  5 10:00:00 2004\n", true},
	    {"From - Mon Jan 05 10:00:00 2004\r\n", true},
	    {"From bo Mon, 5 Jan 2004 10:00:00 +0100\n", true},
	    {"From MAILER_DAEMON Mon Jan  5 10:00 2004\n", true},
	    {"From \n", false},
	    {"From here on, at 10:00\n", false},
	    {"From Jan to May\n", false},
	    {">From ann@x.example Mon Jan  5 10:00:00 2004\n", false},
	    {":00 Jan From ", false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(mbox_is_dated(cases[i].line), ==, cases[i].is_dated);
	g_assert_true(mbox_is_field("Subject: x"));
	g_assert_true(mbox_is_field("\xef\xbb\xbfX-A :"));
	g_assert_false(mbox_is_field(": x"));
	g_assert_false(mbox_is_field("two words: x"));
}

static void
test_flags(void)
{
	static const struct {
		const char *message, *flags;
		bool is_removed;
	} cases[] = {
	    {"Subject: x\n\nStatus: R\n", NULL, false},
	    {"Status: RO\n\n", "S", false},
	    {"status:\tO\n", "", false},
	    {"Status: R\r\nX-Status: AFDT\r\n\r\n", "SRFTD", false},
	    {"X-Mozilla-Status: 1007\nX-Mozilla-Status2: 00000000\n", "SRFP", false},
	    {"X-Mozilla-Status: 0009", "S", true},
	    {"X-Mozilla-Status: zzzz\n", "", false},
	    {"", NULL, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		bool is_removed = !cases[i].is_removed;
		char *exact = g_memdup2(cases[i].message, strlen(cases[i].message)); /* no byte behind it */
		char *flags = mbox_flags(exact, strlen(cases[i].message), &is_removed);

		g_assert_cmpstr(flags, ==, cases[i].flags);
		g_assert_cmpint(is_removed, ==, cases[i].is_removed);
		g_free(flags);
		g_free(exact);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mbox/from-line", test_from_line);
	g_test_add_func("/mbox/lines", test_lines);
	g_test_add_func("/mbox/separators", test_separators);
	g_test_add_func("/mbox/flags", test_flags);
	return g_test_run();
}
