/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_queue_state.c - the life of a letter as a table: single transitions, and laws over
 * all of them. */
#include "store/queue_state.h"

static void
test_table(void)
{
	static const struct {
		enum queue_state from;
		enum queue_event event;
		int to; /* -1: does not apply */
	} cases[] = {
	    {QUEUE_READY, QUEUE_ON_CLAIM, QUEUE_SENDING},
	    {QUEUE_SCHEDULED, QUEUE_ON_CLAIM, QUEUE_SENDING},
	    {QUEUE_DEFERRED, QUEUE_ON_CLAIM, QUEUE_SENDING},
	    {QUEUE_HELD, QUEUE_ON_CLAIM, QUEUE_SENDING}, /* the ledger knows which */
	    {QUEUE_HELD, QUEUE_ON_HOLD, QUEUE_HELD},
	    {QUEUE_READY, QUEUE_ON_PACE, QUEUE_SCHEDULED},
	    {QUEUE_SENDING, QUEUE_ON_PACE, -1},
	    {QUEUE_UNCERTAIN, QUEUE_ON_FOUND, QUEUE_SENT},
	    {QUEUE_UNCERTAIN, QUEUE_ON_ARRIVED, QUEUE_SENT},
	    {QUEUE_DEFERRED, QUEUE_ON_FOUND, -1},
	    {QUEUE_FAILED, QUEUE_ON_ARRIVED, -1},
	    {QUEUE_SENT, QUEUE_ON_CLAIM, -1},
	    {QUEUE_UNCERTAIN, QUEUE_ON_CLAIM, -1},
	    {QUEUE_CANCELLED, QUEUE_ON_CLAIM, -1},
	    {QUEUE_FAILED, QUEUE_ON_CLAIM, -1},
	    {QUEUE_SENDING, QUEUE_ON_CLAIM, -1},
	    {QUEUE_SENDING, QUEUE_ON_DOT, QUEUE_DOT},
	    {QUEUE_CANCELLED, QUEUE_ON_DOT, -1},
	    {QUEUE_HELD, QUEUE_ON_DOT, -1},
	    {QUEUE_SENDING, QUEUE_ON_CRASH, QUEUE_READY},
	    {QUEUE_DOT, QUEUE_ON_CRASH, QUEUE_UNCERTAIN},
	    {QUEUE_DOT, QUEUE_ON_LOST, QUEUE_UNCERTAIN},
	    {QUEUE_SENDING, QUEUE_ON_LOST, -1},
	    {QUEUE_DOT, QUEUE_ON_CANCEL, -1},
	    {QUEUE_DOT, QUEUE_ON_HOLD, -1},
	    {QUEUE_DOT, QUEUE_ON_RETRY, -1},
	    {QUEUE_SENDING, QUEUE_ON_CANCEL, QUEUE_CANCELLED},
	    {QUEUE_UNCERTAIN, QUEUE_ON_RETRY, QUEUE_READY},
	    {QUEUE_UNCERTAIN, QUEUE_ON_RELEASE, -1},
	    {QUEUE_FAILED, QUEUE_ON_RETRY, QUEUE_READY},
	    {QUEUE_SENT, QUEUE_ON_RETRY, -1},
	    {QUEUE_SENT, QUEUE_ON_CANCEL, -1},
	    {QUEUE_CANCELLED, QUEUE_ON_RETRY, -1},
	    {QUEUE_HELD, QUEUE_ON_RELEASE, QUEUE_READY},
	    {QUEUE_SCHEDULED, QUEUE_ON_RELEASE, QUEUE_READY},
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		enum queue_state next = QUEUE_N_STATES;
		bool applies = queue_state_next(cases[i].from, cases[i].event, &next);

		g_assert_cmpint(applies ? (int)next : -1, ==, cases[i].to);
	}
}

/* Whatever happens: nothing leaves "sent" and "cancelled", only the user and
 * the server's own copy leave "uncertain", and nothing gets to "sent" but from there,
 * from "sending" and from "dot". */
static void
test_table_laws(void)
{
	int s, e;

	for (s = 0; s < QUEUE_N_STATES; s++) {
		for (e = 0; e < QUEUE_N_EVENTS; e++) {
			enum queue_state next;

			if (!queue_state_next(
				(enum queue_state)s, (enum queue_event)e, &next))
				continue;
			g_assert_cmpint(s, !=, QUEUE_SENT);
			g_assert_cmpint(s, !=, QUEUE_CANCELLED);
			g_assert_true(s != QUEUE_UNCERTAIN || e == QUEUE_ON_CANCEL ||
				      e == QUEUE_ON_RETRY || e == QUEUE_ON_FOUND ||
				      e == QUEUE_ON_ARRIVED);
			g_assert_true(next != QUEUE_SENT || s == QUEUE_SENDING ||
				      s == QUEUE_DOT || s == QUEUE_UNCERTAIN);
			g_assert_true(next != QUEUE_DOT || s == QUEUE_SENDING);
		}
	}
}

static void
test_names(void)
{
	int s;

	for (s = 0; s < QUEUE_N_STATES; s++)
		g_assert_cmpint(
		    queue_state_from_name(queue_state_name((enum queue_state)s)), ==, s);
	for (s = 0; s <= QUEUE_FATE_UNCERTAIN; s++)
		g_assert_cmpint(
		    queue_fate_from_name(queue_fate_name((enum queue_fate)s)), ==, s);
	g_assert_cmpint(queue_state_from_name("nonsense"), ==, -1);
	g_assert_cmpint(queue_state_from_name(NULL), ==, -1);
}

static void
test_outcome(void)
{
	static const struct {
		enum queue_fate fates[3];
		enum queue_event want;
	} cases[] = {
	    {{QUEUE_FATE_SENT, QUEUE_FATE_SENT, QUEUE_FATE_SENT}, QUEUE_ON_ALL_SENT},
	    {{QUEUE_FATE_SENT, QUEUE_FATE_FAILED, QUEUE_FATE_SENT}, QUEUE_ON_SOME_FAIL},
	    {{QUEUE_FATE_SENT, QUEUE_FATE_FAILED, QUEUE_FATE_DEFERRED},
		QUEUE_ON_SOME_WAIT},
	    {{QUEUE_PENDING, QUEUE_FATE_SENT, QUEUE_FATE_SENT}, QUEUE_ON_SOME_WAIT},
	    {{QUEUE_FATE_DEFERRED, QUEUE_FATE_UNCERTAIN, QUEUE_FATE_SENT}, QUEUE_ON_LOST},
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(
		    queue_state_outcome(cases[i].fates, 3), ==, cases[i].want);
}

static void
test_pause(void)
{
	static const struct {
		unsigned attempts;
		gint64 first;
		double random;
		gint64 want;
	} cases[] = {
	    {1, 300, 0.5, 300},
	    {2, 300, 0.5, 600},
	    {3, 300, 0.5, 1200},
	    {1, 300, 0.0, 240},
	    {1, 300, 1.0, 360},
	    {50, 300, 0.5, 14400},
	    {4000000000u, 300, 0.5, 14400},
	    {1, 0, 0.0, 1},
	    {0, 300, 0.5, 300},
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(
		    queue_state_pause(cases[i].attempts, cases[i].first, cases[i].random),
		    ==, cases[i].want);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/queue/table", test_table);
	g_test_add_func("/queue/table-laws", test_table_laws);
	g_test_add_func("/queue/names", test_names);
	g_test_add_func("/queue/outcome", test_outcome);
	g_test_add_func("/queue/pause", test_pause);
	return g_test_run();
}
