/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_later.c - times that people name, in a zone with summer time, and tags that carry them. */
#include "base/later.h"

#include <stdlib.h>
#include <time.h>

#define NOW 1795766400 /* Fri 27 Nov 2026 09:00 CET, 08:00 UTC */

static char *
local(gint64 when)
{
	GDateTime *at = g_date_time_new_from_unix_local(when);
	char *text = g_date_time_format(at, "%Y-%m-%d %H:%M");
	g_date_time_unref(at);
	return text;
}

static void
test_parse(void)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
	    {"18:00", "2026-11-27 18:00"},
	    {"8:30", "2026-11-28 08:30"}, /* over today */
	    {"9.15", "2026-11-27 09:15"},
	    {"tonight", "2026-11-27 18:00"},
	    {"tomorrow", "2026-11-28 08:00"},
	    {"Tomorrow at 14:30", "2026-11-28 14:30"},
	    {"mon", "2026-11-30 08:00"},
	    {"on Friday", "2026-12-04 08:00"},
	    {"next friday 9:30", "2026-12-04 09:30"},
	    {"weekend", "2026-11-28 08:00"},
	    {"next week", "2026-11-30 08:00"},
	    {"next month", "2026-12-27 08:00"},
	    {"3d", "2026-11-30 08:00"},
	    {"in 3 days", "2026-11-30 08:00"},
	    {"2 weeks", "2026-12-11 08:00"},
	    {"2h", "2026-11-27 11:00"},
	    {"90 min", "2026-11-27 10:30"},
	    {"24 dec", "2026-12-24 08:00"},
	    {"dec 24 17:00", "2026-12-24 17:00"},
	    {"1 jan", "2027-01-01 08:00"},
	    {"27 nov 8:00", NULL}, /* over */
	    {"2026-12-24", "2026-12-24 08:00"},
	    {"2027-03-28 14:00", "2027-03-28 14:00"},
	    {"2020-01-01", NULL},
	    {"31 feb", NULL},
	    /* what when_parse() reads */
	    {"9am", "2026-11-28 09:00"},
	    {"+2h", "2026-11-27 11:00"},
	    {"24.12. 17:00", "2026-12-24 17:00"},
	    {"9:00 10:00", NULL},
	    {"soon", NULL},
	    {"", NULL},
	    {"25:00", NULL},
	    {"tomorrow maybe", NULL},
	    {"99999d", NULL},
	    {"9999 years", NULL},
	    {"@9223372036854775807", NULL}, /* no tag could name it */
	    {"@32503680000", NULL},	    /* the year 3000 */
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		gint64 when = -1;
		GError *error = NULL;
		bool ok = later_parse(cases[i].text, NOW, &when, &error);
		char *got = ok ? local(when) : NULL;
		g_assert_cmpstr(got, ==, cases[i].wanted);
		g_assert_true(ok == (error == NULL));
		g_clear_error(&error);
		g_free(got);
	}
}

static void
test_tags(void)
{
	char *tag = later_tag(LATER_SNOOZE, NOW);
	g_assert_cmpstr(tag, ==, "snooze/2026-11-27T08:00Z");
	g_assert_cmpint(later_tag_time(tag, LATER_SNOOZE), ==, NOW);
	g_assert_cmpint(later_tag_time(tag, LATER_REPLY_BY), ==, -1);
	g_assert_cmpint(later_tag_time("snooze/2026-11-27T08:00Zz", LATER_SNOOZE), ==, -1);
	g_assert_cmpint(later_tag_time("snooze/2026-13-27T08:00Z", LATER_SNOOZE), ==, -1);
	g_assert_cmpint(later_tag_time("snooze/", LATER_SNOOZE), ==, -1);
	g_assert_cmpint(
	    later_of_tags("inbox snooze/x snooze/2026-11-27T08:00Z snooze/2026-11-20T08:00Z z", LATER_SNOOZE), ==, NOW);
	g_assert_cmpint(later_of_tags("unsnooze/2026-11-27T08:00Z", LATER_SNOOZE), ==, -1);
	g_assert_true(later_sleeps("a snooze/2026-11-27T08:00Z snoozed", NOW - 1));
	g_assert_false(later_sleeps("a snooze/2026-11-27T08:00Z snoozed", NOW));
	g_assert_false(later_sleeps("snoozed", NOW));
	g_free(tag);
}

int
main(int argc, char **argv)
{
	g_setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", TRUE);
	tzset();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/later/parse", test_parse);
	g_test_add_func("/later/tags", test_tags);
	return g_test_run();
}
