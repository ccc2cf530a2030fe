/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times as people write them, seen from Wednesday, 4 November 2026, 14:20:30 UTC+1. */
#include "base/error.h"
#include "base/when.h"

static const struct {
	const char *text, *want; /* NULL: refused */
} cases[] = {
    {"18:30", "2026-11-04T18:30:00+01"},
    {"9:00", "2026-11-05T09:00:00+01"},
    {"9am", "2026-11-05T09:00:00+01"},
    {"12am", "2026-11-05T00:00:00+01"},
    {"12pm", "2026-11-05T12:00:00+01"},
    {"today 15:00", "2026-11-04T15:00:00+01"},
    {"tomorrow", "2026-11-05T08:00:00+01"},
    {"Tomorrow at 9:05", "2026-11-05T09:05:00+01"},
    {"wed", "2026-11-11T08:00:00+01"},
    {"monday 7:00", "2026-11-09T07:00:00+01"},
    {"17:30 fri", "2026-11-06T17:30:00+01"},
    {"2026-12-24", "2026-12-24T08:00:00+01"},
    {"2026-12-24 18:00", "2026-12-24T18:00:00+01"},
    {"24.12. 18:00", "2026-12-24T18:00:00+01"},
    {"24.12.2027", "2027-12-24T08:00:00+01"},
    {"+2h", "2026-11-04T16:20:30+01"},
    {"+90 min", "2026-11-04T15:50:30+01"},
    {"in 3 days", "2026-11-07T14:20:30+01"},
    {"in 1h", "2026-11-04T15:20:30+01"},
    {"2026-12-24T18:00:00Z", "2026-12-24T19:00:00+01"},
    {"@1800000000", "2027-01-15T09:00:00+01"},
    /* what later_parse() reads; these in hours, whose zone does not matter */
    {"2h", "2026-11-04T16:20:30+01"},
    {"90 min", "2026-11-04T15:50:30+01"},
    {"", NULL},
    {"soon", NULL},
    {"9", NULL},
    {"25:00", NULL},
    {"13pm", NULL},
    {"9:61", NULL},
    {"2026-02-30", NULL},
    {"2026-11-01", NULL},
    {"today 9:00", NULL},
    {"9:00 10:00", NULL},
    {"in two hours", NULL},
    {"in 2 hours now", NULL},
    {"@5", NULL},
    {"2099-01-01", NULL},
};

static void
test_cases(void)
{
	GTimeZone *zone = g_time_zone_new_offset(3600);
	GDateTime *now = g_date_time_new(zone, 2026, 11, 4, 14, 20, 30);

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		gint64 out;
		bool good = when_parse(cases[i].text, now, &out, &error);

		g_test_message("%s", cases[i].text);
		if (cases[i].want == NULL) {
			g_assert_false(good);
			g_assert_error(error, PF_ERROR, PF_ERROR_USAGE);
			g_error_free(error);
			continue;
		}
		g_assert_no_error(error);
		GDateTime *utc = g_date_time_new_from_unix_utc(out);
		GDateTime *t = g_date_time_to_timezone(utc, zone);
		char *text = g_date_time_format_iso8601(t);

		g_assert_cmpstr(text, ==, cases[i].want);
		g_free(text);
		g_date_time_unref(t);
		g_date_time_unref(utc);
	}
	g_date_time_unref(now);
	g_time_zone_unref(zone);
}

/* Other programs read it: no language of the user's. */
static void
test_date_field(void)
{
	static const struct {
		gint64 seconds;
		const char *field;
	} dates[] = {
	    {0, "Thu, 01 Jan 1970 00:00:00 +0000"},
	    {1795910400, "Sun, 29 Nov 2026 00:00:00 +0000"},
	    {-62135596800, "Mon, 01 Jan 0001 00:00:00 +0000"},
	    {G_MAXINT64, NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(dates); i++) {
		char *field = when_date_field(dates[i].seconds);

		g_assert_cmpstr(field, ==, dates[i].field);
		g_free(field);
	}
}

/* What when_json() writes comes back, and what is no time does not. */
static void
test_unix(void)
{
	static const struct {
		const char *text;
		gint64 seconds;
	} times[] = {{"2026-11-30T01:02:03Z", 1796000523}, {"2026-11-30T02:02:03+01:00", 1796000523},
	    {"2026-11-30T01:02:03", 1796000523}, {"1970-01-01T00:00:00Z", 0}, {"2026-11-30", -1}, {"soon", -1}, {"", -1},
	    {NULL, -1}};

	for (size_t i = 0; i < G_N_ELEMENTS(times); i++)
		g_assert_cmpint(when_unix(times[i].text), ==, times[i].seconds);
	for (gint64 t = 1; t < 4000000000; t += 399999999) {
		json_t *text = when_json(t);

		g_assert_cmpint(when_unix(json_string_value(text)), ==, t);
		json_decref(text);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/when/cases", test_cases);
	g_test_add_func("/when/date-field", test_date_field);
	g_test_add_func("/when/unix", test_unix);
	return g_test_run();
}
