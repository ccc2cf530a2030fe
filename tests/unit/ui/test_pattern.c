/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_pattern.c - mutt's patterns as notmuch queries; notmuch's own stay as they are. */
#include "ui/pattern.h"

#include <glib.h>

static void
test_patterns(void)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
	    {"from:bob and subject:x", "from:bob and subject:x"},
	    {"plain words", "plain words"},
	    {"~f bob", "from:bob"},
	    {"~f bob ~s \"spring term\"", "from:bob subject:\"spring term\""},
	    {"!~N ~F", "not tag:unread tag:flagged"},
	    {"~f bob | ~t bob", "from:bob or to:bob"},
	    {"(~s a) ~U", "(subject:a) tag:unread"},
	    {"~d <3d", "date:3days.."},
	    {"~d >2w", "date:..2weeks"},
	    {"~d 1/1/2020", "~d 1/1/2020"},
	    {"~L ann", "(from:ann or to:ann)"},
	    {"~A", "*"},
	    {"! ~A", "not path:**"},
	    {"~A ~N", "path:** tag:unread"},
	    {"~q", "~q"},
	    {"~", "~"},
	    {"a~f b", "a~f b"},
	    {"path:~x", "path:~x"},
	    {"~f", "from:"},
	    {"~s \"open", "subject:\"open"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *got = pattern_to_query(cases[i].text);
		g_assert_cmpstr(got, ==, cases[i].wanted);
		g_free(got);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pattern/queries", test_patterns);
	return g_test_run();
}
