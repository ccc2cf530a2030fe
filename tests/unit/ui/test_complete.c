/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_complete.c - which word of a line is completed, and how places are told apart. */
#include "ui/complete.h"
#include "ui/place.h"

#include <string.h>

static void
test_word_start(void)
{
	static const struct {
		enum prompt_kind kind;
		const char *text; /* the cursor stands at its end */
		const char *word;
	} cases[] = {
	    {PROMPT_ADDRESSES, "", ""},
	    {PROMPT_ADDRESSES, "ann", "ann"},
	    {PROMPT_ADDRESSES, "a@b, bo", "bo"},
	    {PROMPT_ADDRESSES, "a@b,bo li", "bo li"},
	    {PROMPT_TAGS, "+to", "to"},
	    {PROMPT_TAGS, "+todo -in", "in"},
	    {PROMPT_TAGS, "+", ""},
	    {PROMPT_QUERY, "from:ann and (tag:in", "tag:in"},
	    {PROMPT_PATH, "/tmp/a b", "/tmp/a b"},
	    {PROMPT_FOLDER, "work/L", "work/L"},
	    {PROMPT_COMMAND, "arch", "arch"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *text = cases[i].text;
		size_t start = complete_word_start(cases[i].kind, text, strlen(text));
		g_assert_cmpstr(text + start, ==, cases[i].word);
	}
}

static void
test_places(void)
{
	static const struct row_folder inbox = {"work", "INBOX", "inbox", 0, 0};
	static const struct row_folder lists = {"work", "Lists", "", 0, 0};
	struct place *role = place_role("inbox");
	struct place *folder = place_folder("work", "Lists", "");
	struct place *other = place_folder("home", "Lists", "");
	struct place *copy = place_copy(folder);
	g_assert_true(place_has_folder(role, &inbox));
	g_assert_false(place_has_folder(role, &lists));
	g_assert_true(place_has_folder(folder, &lists));
	g_assert_false(place_has_folder(other, &lists));
	g_assert_true(place_equal(folder, copy));
	g_assert_false(place_equal(folder, other));
	g_assert_false(place_equal(folder, NULL));
	g_assert_cmpstr(role->name, ==, "Inbox");
	g_assert_cmpstr(folder->name, ==, "work/Lists");
	place_free(role);
	place_free(folder);
	place_free(other);
	place_free(copy);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/complete/word-start", test_word_start);
	g_test_add_func("/place/folders", test_places);
	return g_test_run();
}
