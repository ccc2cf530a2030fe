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

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mbox/from-line", test_from_line);
	g_test_add_func("/mbox/lines", test_lines);
	return g_test_run();
}
