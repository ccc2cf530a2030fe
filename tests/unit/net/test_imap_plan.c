/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions of synchronisation: what to fetch, what has gone, and what lying servers must not cause. */
#include "net/imap_plan.h"

#include <string.h>

static GArray *
uids_of(const char *set)
{
	GArray *uids = g_array_new(FALSE, FALSE, sizeof(guint32));

	g_assert_true(imap_reply_set(set, strlen(set), G_MAXUINT32, uids));
	return uids;
}

struct plan_case {
	const char *name;
	struct imap_known known;
	const char *uids;
	struct imap_mailbox box;
	bool condstore, qresync;
	enum imap_action action;
	enum imap_changes changes;
	guint32 first, last;
};

#define BOX_OF(n, next, validity, seq)                                                       \
	{.delimiter = '/',                                                               \
	    .is_selectable = true,                                                       \
	    .has_status = true,                                                          \
	    .messages = n,                                                               \
	    .uidnext = next,                                                             \
	    .uidvalidity = validity,                                                     \
	    .modseq = seq}
#define BOX(n, next, modseq) BOX_OF(n, next, 7, modseq)
#define KNOWN(validity, next, seq, n)                                                    \
	{.uidvalidity = validity, .uidnext = next, .modseq = seq, .messages = n}

static const struct plan_case plan_cases[] = {
    {"first sight", KNOWN(0, 0, 0, 0), "", BOX(10, 11, 5), true, true, IMAP_ACTION_UPDATE,
	IMAP_CHANGES_NONE, 1, 10},
    {"first sight, empty", KNOWN(0, 0, 0, 0), "", BOX(0, 1, 5), true, true, IMAP_ACTION_NOTHING,
	IMAP_CHANGES_NONE, 1, 0},
    {"nothing new", KNOWN(7, 11, 5, 10), "1:10", BOX(10, 11, 5), true, true, IMAP_ACTION_NOTHING,
	IMAP_CHANGES_NONE, 11, 10},
    {"a flag", KNOWN(7, 11, 5, 10), "1:10", BOX(10, 11, 6), true, true, IMAP_ACTION_UPDATE,
	IMAP_CHANGES_QRESYNC, 11, 10},
    {"a flag, CONDSTORE only", KNOWN(7, 11, 5, 10), "1:10", BOX(10, 11, 6), true, false,
	IMAP_ACTION_UPDATE, IMAP_CHANGES_CONDSTORE, 11, 10},
    {"an expunge that left MODSEQ alone", KNOWN(7, 11, 5, 10), "1:10", BOX(9, 11, 5), true, false,
	IMAP_ACTION_UPDATE, IMAP_CHANGES_CONDSTORE, 11, 10},
    {"no MODSEQ", KNOWN(7, 11, 0, 10), "1:10", BOX(10, 11, 0), false, false, IMAP_ACTION_UPDATE,
	IMAP_CHANGES_FULL, 11, 10},
    {"new mail", KNOWN(7, 11, 5, 10), "1:10", BOX(13, 14, 8), true, true, IMAP_ACTION_UPDATE,
	IMAP_CHANGES_QRESYNC, 11, 13},
    {"interrupted first run", KNOWN(7, 0, 0, 0), "6:10", BOX(10, 11, 5), true, true,
	IMAP_ACTION_UPDATE, IMAP_CHANGES_FULL, 1, 10},
    {"renumbered", KNOWN(7, 11, 5, 10), "1:10",
	BOX_OF(10, 11, 8, 5), true, true, IMAP_ACTION_REMATCH,
	IMAP_CHANGES_NONE, 1, 0},
    {"UIDNEXT not told", KNOWN(7, 11, 5, 10), "1:10", BOX(12, 0, 8), true, true,
	IMAP_ACTION_UPDATE, IMAP_CHANGES_QRESYNC, 11, G_MAXUINT32},
    {"UIDNEXT fell back", KNOWN(7, 11, 5, 10), "1:10", BOX(10, 3, 5), true, true,
	IMAP_ACTION_NOTHING, IMAP_CHANGES_NONE, 11, 2},
};

static void
test_folder(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(plan_cases); i++) {
		const struct plan_case *c = &plan_cases[i];
		struct imap_known known = c->known;
		struct imap_abilities can = {c->condstore, c->qresync};
		struct imap_plan plan;

		g_test_message("%s", c->name);
		known.uids = uids_of(c->uids);
		imap_plan_folder(&known, &c->box, &can, &plan);
		g_assert_cmpint(plan.action, ==, c->action);
		g_assert_cmpint(plan.changes, ==, c->changes);
		g_assert_cmpuint(plan.first, ==, c->first);
		g_assert_cmpuint(plan.last, ==, c->last);
		g_array_unref(known.uids);
	}
}

static char *
sets_of(const char *known, guint32 first, guint32 last, guint32 estimate, guint32 batch, size_t max)
{
	GArray *uids = uids_of(known);
	GPtrArray *sets = imap_plan_sets(uids, first, last, estimate, batch, max);
	char *joined;

	g_ptr_array_add(sets, NULL);
	joined = g_strjoinv(" ", (char **)sets->pdata);
	g_array_unref(uids);
	g_ptr_array_unref(sets);
	return joined;
}

static void
test_sets(void)
{
	static const struct {
		const char *known;
		guint32 first, last, estimate, batch;
		size_t max;
		const char *sets;
	} cases[] = {
	    {"", 1, 0, 5, 10, 900, ""},
	    {"", 1, 1, 1, 10, 900, "1"},
	    {"", 1, 20, 20, 10, 900, "19:20 9:18 1:8"},
	    {"20", 1, 20, 20, 10, 900, "19 9:18 1:8"},
	    {"1:20", 1, 20, 1, 10, 900, ""},
	    {"3,5,7", 1, 9, 6, 100, 900, "1:2,4,6,8:9"},
	    {"", 5, G_MAXUINT32, 1, 10, 900, "5:*"},
	    {"7", 5, G_MAXUINT32, 1, 10, 900, "5:6,8:*"},
	    {"", 1, G_MAXUINT32 - 1, 1, 10, 900, "3221225472:4294967294 1:3221225471"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *got = sets_of(cases[i].known, cases[i].first, cases[i].last, cases[i].estimate,
		    cases[i].batch, cases[i].max);
		g_assert_cmpstr(got, ==, cases[i].sets);
		g_free(got);
	}
}

/* Every UID that is not known is asked for exactly once, no known one is, and no set is too long. */
static void
test_sets_cover(void)
{
	GRand *rand = g_rand_new_with_seed(4);

	for (int round = 0; round < 300; round++) {
		guint32 last = (guint32)g_rand_int_range(rand, 1, 2000);
		guint32 first = (guint32)g_rand_int_range(rand, 1, (gint32)last + 1);
		GArray *known = g_array_new(FALSE, FALSE, sizeof(guint32));
		GArray *asked = g_array_new(FALSE, FALSE, sizeof(guint32));
		GPtrArray *sets;
		guint expected = 0;

		for (guint32 uid = 1; uid <= last + 5; uid++)
			if (g_rand_int_range(rand, 0, 100) < round % 100)
				g_array_append_val(known, uid);
		sets = imap_plan_sets(known, first, last,
		    (guint32)g_rand_int_range(rand, 0, 3000), (guint32)g_rand_int_range(rand, 1, 300),
		    120);
		for (guint i = 0; i < sets->len; i++) {
			const char *set = g_ptr_array_index(sets, i);
			g_assert_cmpuint(strlen(set), <=, 120);
			g_assert_true(imap_reply_set(set, strlen(set), G_MAXUINT32, asked));
		}
		imap_plan_sort(asked);
		for (guint32 uid = first; uid <= last; uid++) {
			bool is_known = false;
			for (guint k = 0; k < known->len; k++)
				is_known = is_known || g_array_index(known, guint32, k) == uid;
			if (!is_known)
				g_assert_cmpuint(g_array_index(asked, guint32, expected++), ==, uid);
		}
		g_assert_cmpuint(expected, ==, asked->len);
		g_ptr_array_unref(sets);
		g_array_unref(known);
		g_array_unref(asked);
	}
	g_rand_free(rand);
}

/* A server that claims four thousand million messages costs little memory. */
static void
test_sets_of_a_liar(void)
{
	GArray *known = uids_of("");
	GPtrArray *sets =
	    imap_plan_sets(known, 1, G_MAXUINT32 - 1, G_MAXUINT32, 200, 900);

	g_assert_cmpuint(sets->len, <=, 6000);
	g_ptr_array_unref(sets);
	g_array_unref(known);
}

static void
test_missing(void)
{
	static const struct {
		const char *known, *present, *missing;
	} cases[] = {
	    {"1:5", "1:5", ""},
	    {"1:5", "2,4", "1,3,5"},
	    {"1:3", "", "1:3"},
	    {"", "1:3", ""},
	    {"4:6", "1:9", ""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GArray *known = uids_of(cases[i].known), *present = uids_of(cases[i].present);
		GArray *expected = uids_of(cases[i].missing);
		GArray *got = imap_plan_missing(known, present);

		g_assert_cmpuint(got->len, ==, expected->len);
		for (guint k = 0; k < got->len; k++)
			g_assert_cmpuint(g_array_index(got, guint32, k), ==,
			    g_array_index(expected, guint32, k));
		g_array_unref(known);
		g_array_unref(present);
		g_array_unref(expected);
		g_array_unref(got);
	}
}

static void
test_take_set(void)
{
	GArray *uids = uids_of("1:3,7,9:10,4000000000:4000000002");
	guint at = 0;
	char *whole = imap_plan_take_set(uids, &at, 900);
	char *none = imap_plan_take_set(uids, &at, 900);
	char *first, *second;

	g_assert_cmpstr(whole, ==, "1:3,7,9:10,4000000000:4000000002");
	g_assert_cmpstr(none, ==, "");
	at = 0;
	first = imap_plan_take_set(uids, &at, 24);
	g_assert_cmpstr(first, ==, "1:3");
	g_assert_cmpuint(at, ==, 3);
	second = imap_plan_take_set(uids, &at, 26);
	g_assert_cmpstr(second, ==, "7,9:10");
	g_assert_cmpuint(at, ==, 6);
	g_free(second);
	g_free(first);
	g_free(none);
	g_free(whole);
	g_array_unref(uids);
}

static void
test_held(void)
{
	g_assert_false(imap_plan_is_held(0, 0));
	g_assert_false(imap_plan_is_held(1, 5));
	g_assert_true(imap_plan_is_held(2, 9));
	g_assert_false(imap_plan_is_held(50, 250));
	g_assert_true(imap_plan_is_held(51, 1000));
	g_assert_true(imap_plan_is_held(G_MAXUINT32, G_MAXUINT32));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/imap-plan/folder", test_folder);
	g_test_add_func("/imap-plan/sets", test_sets);
	g_test_add_func("/imap-plan/sets-cover", test_sets_cover);
	g_test_add_func("/imap-plan/sets-of-a-liar", test_sets_of_a_liar);
	g_test_add_func("/imap-plan/missing", test_missing);
	g_test_add_func("/imap-plan/take-set", test_take_set);
	g_test_add_func("/imap-plan/held", test_held);
	return g_test_run();
}
