/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/backoff.h"

/* Each failure waits twice as long, up to the interval; a refused log-in longer than that. */
static void
test_seconds(void)
{
	static const struct {
		unsigned failures;
		gint64 interval;
		bool is_refused;
		gint64 expected;
	} cases[] = {
	    {0, 300, false, 300}, {0, 0, false, 0}, {0, -1, false, 0},
	    {1, 300, false, 30}, {2, 300, false, 60}, {3, 300, false, 120}, {4, 300, false, 240},
	    {5, 300, false, 300}, {4000000000u, 300, false, 300},
	    {1, 10, false, 10}, {1, 0, false, 30}, {7, 0, false, 1800}, {4000000000u, 0, false, 1800},
	    {1, 300, true, 30}, {5, 300, true, 480}, {7, 300, true, 1800}, {8, 300, true, 1800},
	    {1, 10, true, 30},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(backoff_seconds(cases[i].failures, cases[i].interval, cases[i].is_refused), ==,
		    cases[i].expected);
}

/* Never more than a tenth off, in both directions as often, and all of it is used. */
static void
test_jitter(void)
{
	for (gint64 seconds = 0; seconds <= BACKOFF_LAST_S; seconds++) {
		gint64 tenth = seconds >= 10 ? seconds / 10 : 0, last = -1;

		for (int i = 0; i < 1000; i++) {
			gint64 got = backoff_jitter(seconds, i / 1000.0);

			g_assert_cmpint(got, >=, seconds - tenth);
			g_assert_cmpint(got, <=, seconds + tenth + 1);
			g_assert_cmpint(got, >=, last);
			last = got;
		}
		g_assert_cmpint(backoff_jitter(seconds, 0), ==, seconds - tenth);
		g_assert_cmpint(backoff_jitter(seconds, 0.9999999), >=, seconds + tenth);
		g_assert_cmpint(ABS(backoff_jitter(seconds, 0.5) - seconds), <=, 1);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backoff/seconds", test_seconds);
	g_test_add_func("/backoff/jitter", test_jitter);
	return g_test_run();
}
