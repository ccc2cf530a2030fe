/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All messages and some of them. */
#include "base/query.h"

#include <glib.h>

static void
test_and(void)
{
	static const struct {
		const char *a, *b, *both;
	} cases[] = {
		{ "tag:x", "from:a or from:b", "(tag:x) and (from:a or from:b)" },
		{ "*", "tag:x", "tag:x" },
		{ "tag:x", " * ", "tag:x" },
		{ NULL, "tag:x", "tag:x" },
		{ "", "*", "*" },
		{ "a*", "*b", "(a*) and (*b)" },
		{ "**", NULL, "**" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *both = query_and(cases[i].a, cases[i].b);

		g_assert_cmpstr(both, ==, cases[i].both);
		g_free(both);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/query/and", test_and);
	return g_test_run();
}
