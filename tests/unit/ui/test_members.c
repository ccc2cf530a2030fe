/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_members.c - the table of threads: what was put in is in it, and nothing else. */
#include "ui/members.h"

#include <glib.h>

static void
test_many(void)
{
	const guint n = 100000;
	struct members *m = members_new(n);
	char thread[20];
	for (guint i = 0; i < n; i++) {
		g_snprintf(thread, sizeof(thread), "%016x", i * 2);
		members_add(m, thread);
		members_add(m, thread);
	}
	for (guint i = 0; i < 2 * n; i++) {
		g_snprintf(thread, sizeof(thread), "%016x", i);
		g_assert_true(members_has(m, thread) == (i % 2 == 0));
	}
	members_free(m);
}

/* n is what was promised: at n it is full, and one more is not taken. */
static void
test_edge(void)
{
	struct members *m = members_new(2);
	members_add(m, "a");
	g_assert_false(members_has(m, "b"));
	members_add(m, "b");
	members_add(m, "c");
	g_assert_true(members_has(m, "a") && members_has(m, "b"));
	g_assert_false(members_has(m, "c"));
	members_free(m);
	m = members_new(0);
	members_add(m, "a");
	g_assert_false(members_has(m, "a"));
	members_free(m);
	members_free(NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/members/many", test_many);
	g_test_add_func("/members/edge", test_edge);
	return g_test_run();
}
