/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_format.c - numbers for people. */
#include "ui/format.h"

#include <string.h>

static void
assert_owned(char *got, const char *want)
{
	g_assert_cmpstr(got, ==, want);
	g_free(got);
}

/* Noon on Saturday, 21 November 2026, UTC. */
#define NOW G_GINT64_CONSTANT(1795262400)
#define HOUR 3600
#define DAY  (24 * HOUR)

static void
test_date_short(void)
{
	static const struct {
		gint64 t;
		const char *want;
	} cases[] = {
	    {NOW, "12:00"},
	    {NOW - 12 * HOUR, "00:00"},		 /* today's first minute */
	    {NOW - 12 * HOUR - 60, "Fri"},	 /* yesterday, more than twelve hours ago */
	    {NOW - 5 * DAY, "Mon"},
	    {NOW - 6 * DAY, "15 Nov"},
	    {NOW - 20 * DAY, "1 Nov"},
	    {NOW - 300 * DAY, "25 Jan"},
	    {NOW - 400 * DAY, "10/25"},
	    {0, "01/70"},
	    {NOW + 400 * DAY, "12/27"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_owned(format_date_short(cases[i].t, NOW), cases[i].want);
	/* just after midnight: last evening still has its hour */
	assert_owned(format_date_short(NOW - 13 * HOUR, NOW - 12 * HOUR + 60), "23:00");
	assert_owned(format_date_short(G_MAXINT64, NOW), "");
}

static void
test_coming(void)
{
	static const struct {
		gint64 after;
		const char *want;
	} cases[] = {
	    {-1, "now"},
	    {0, "in 0 s"},
	    {99, "in 99 s"},
	    {100, "at 12:01"},
	    {DAY - 60, "at 11:59"}, /* of tomorrow, and nobody asks whose */
	    {DAY, "22 Nov"},
	    {329 * DAY, "16 Oct"},
	    {330 * DAY, "10/27"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_owned(format_coming(NOW + cases[i].after, NOW), cases[i].want);
}

static void
test_parse_date(void)
{
	g_assert_cmpint(format_parse_date("2026-11-21T12:00:00Z"), ==, NOW);
	g_assert_cmpint(format_parse_date("2026-11-21T13:00:00+01:00"), ==, NOW);
	g_assert_cmpint(format_parse_date("1795262400"), ==, NOW);
	g_assert_cmpint(format_parse_date("yesterday"), ==, -1);
	g_assert_cmpint(format_parse_date(NULL), ==, -1);
}

static void
test_size(void)
{
	static const struct {
		guint64 n;
		const char *want;
	} cases[] = {
	    {0, "0"},
	    {999, "999"},
	    {1000, "1.0k"},
	    {4200, "4.1k"},
	    {12345, "12k"},
	    {1022976, "999k"},
	    {1023500, "1.0M"},
	    {25 << 20, "25M"},
	    {G_MAXUINT64, "16E"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *got = format_size(cases[i].n);
		g_assert_cmpuint(strlen(got), <=, 5);
		assert_owned(got, cases[i].want);
	}
}

static void
test_count(void)
{
	assert_owned(format_count(0), "0");
	assert_owned(format_count(9310), "9310");
	assert_owned(format_count(12345), "12 345");
	assert_owned(format_count(1234567), "1 234 567");
}

static void
test_duration(void)
{
	assert_owned(format_duration(-5), "0 s");
	assert_owned(format_duration(12), "12 s");
	assert_owned(format_duration(240), "4 min");
	assert_owned(format_duration(3 * HOUR), "3 h");
	assert_owned(format_duration(3 * DAY), "3 d");
}

int
main(int argc, char **argv)
{
	g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/format/date-short", test_date_short);
	g_test_add_func("/format/coming", test_coming);
	g_test_add_func("/format/parse-date", test_parse_date);
	g_test_add_func("/format/size", test_size);
	g_test_add_func("/format/count", test_count);
	g_test_add_func("/format/duration", test_duration);
	return g_test_run();
}
