/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_text_find.c - words in texts, whatever their case. */
#include "ui/text_find.h"

#include <glib.h>

static void
test_words(void)
{
	static const struct {
		const char *word, *text;
		bool wanted;
	} cases[] = {
	    {"bud", "The Budget", true},
	    {"BUD", "budget", true},
	    {"bud", "", false},
	    {"", "x", true},
	    {"bud", NULL, false},
	    {"budgets", "budget", false},
	    {"aab", "aaab", true},
	    {"ärger", "Viel ÄRGER hier", true},
	    {"ärger", "arger", false},
	    {"ger", "ÄRGER", true},
	    {"привет", "Re: ПРИВЕТ", true},
	    {"ß", "STRASSE", true},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct text_find *f = text_find_new(cases[i].word);
		g_assert_true(text_find_in(f, cases[i].text) == cases[i].wanted);
		text_find_free(f);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/text-find/words", test_words);
	return g_test_run();
}
