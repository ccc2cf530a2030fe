/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/rfc_date.h"

#include <string.h>

static void
test_dates(void)
{
	static const struct {
		const char *text;
		gint64 seconds; /* -1: refused */
	} cases[] = {
	    {"Thu, 1 Jan 1970 00:00:00 +0000", 0},
	    {"Fri, 11 Jul 2003 21:00:37 -0700 (PDT)", 1057982437},
	    {"11 Jul 2003 21:00:37 -0700", 1057982437},
	    {" Sat,\r\n\t21 Nov 2026 23:59:59 +0100", 1795301999},
	    {"29 Feb 2024 12:00 GMT", 1709208000},
	    {"21 Nov 97 09:55:06 -0600", 880127706},
	    {"1 Jan 2000 00:00:00 EST", 946702800},
	    {"1 Jan 2000 00:00:60 +0000", 946684860},
	    {"1 Jan 2000", -1},
	    {"1 Foo 2000 00:00:00", -1},
	    {"0 Jan 2000 00:00:00", -1},
	    {"32 Jan 2000 00:00:00", -1},
	    {"1 Jan 2000 24:00:00", -1},
	    {"1 Jan 2000 00:00:00:00", -1},
	    {"1 Jan 99999 00:00:00", -1},
	    {"", -1},
	    {",,,,", -1},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		gint64 out = -1;
		bool is_ok = rfc_date_parse(cases[i].text, strlen(cases[i].text), &out);
		g_assert_cmpint(is_ok, ==, cases[i].seconds >= 0);
		g_assert_cmpint(out, ==, cases[i].seconds);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rfc-date/dates", test_dates);
	return g_test_run();
}
