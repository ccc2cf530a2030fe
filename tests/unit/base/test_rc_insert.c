/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line more in an rc file, and not one byte else. */
#include "base/rc_insert.h"

#include <string.h>

static void
test_text(void)
{
	static const struct {
		const char *before, *after; /* NULL: the section is not there */
	} cases[] = {
		{ "[account \"a\"]\nx = 1\n", "[account \"a\"]\nx = 1\nk = v\n" },
		{ "[account \"a\"]\nx = 1", "[account \"a\"]\nx = 1\nk = v\n" },
		{ "[account \"a\"]", "[account \"a\"]\nk = v\n" },
		{ "[account \"a\"] # mine\n\n# next\n[b]\n", "[account \"a\"] # mine\nk = v\n\n# next\n[b]\n" },
		{ "[account \"b\"]\ny = 2\n[account \"a\"]\nx = 1\n\n\n[c]\n",
		    "[account \"b\"]\ny = 2\n[account \"a\"]\nx = 1\nk = v\n\n\n[c]\n" },
		{ "[account \"b\"]\n", NULL },
		{ "", NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *text = rc_insert_text(cases[i].before, "account", "a", "k = v");

		g_assert_cmpstr(text, ==, cases[i].after);
		g_free(text);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rc-insert/text", test_text);
	return g_test_run();
}
