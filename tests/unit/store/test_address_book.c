/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of an alias file as mutt has them. */
#include "store/address_book.h"

static void
test_alias(void)
{
	static const struct {
		const char *line, *key, *people;
	} cases[] = {
	    {"alias boss Bo Example <bo@b.example>", "boss", "Bo Example <bo@b.example>"},
	    {"alias -group work -group all team a@x.example, \"B # b\" <b@x.example> # both", "team",
		"a@x.example, \"B # b\" <b@x.example>"},
	    {"  alias\tx  y@z.example", "x", "y@z.example"},
	    {"alias empty", NULL, NULL},
	    {"alias", NULL, NULL},
	    {"# alias a b@c", NULL, NULL},
	    {"unalias x", NULL, NULL},
	    {"", NULL, NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *key = NULL, *people = NULL;
		bool is_alias = address_book_alias(cases[i].line, &key, &people);
		g_assert_cmpint(is_alias, ==, cases[i].key != NULL);
		if (!is_alias)
			continue;
		g_assert_cmpstr(key, ==, cases[i].key);
		g_assert_cmpstr(people, ==, cases[i].people);
		g_free(key);
		g_free(people);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/address-book/alias", test_alias);
	return g_test_run();
}
