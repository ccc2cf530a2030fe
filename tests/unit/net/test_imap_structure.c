/* SPDX-License-Identifier: GPL-3.0-or-later */
/* BODYSTRUCTURE as lines: a flat letter, nested parts, names, and what makes no sense. */
#include "net/imap_structure.h"

#include <string.h>

static void
test_lines(void)
{
	static const struct {
		const char *structure, *text;
	} cases[] = {
	    {"(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"utf-8\") NIL NIL \"7BIT\" 2279 48)",
		"    TEXT/PLAIN, 3 kB\n"},
	    {"((\"text\" \"plain\" NIL NIL NIL \"7bit\" 15 1 NIL NIL NIL NIL)(\"image\" \"png\" (\"name\" "
	     "\"a.png\") NIL NIL \"base64\" 51300 NIL (\"attachment\" (\"filename\" \"b.png\")) NIL NIL) "
	     "\"mixed\" (\"boundary\" \"xx\") NIL NIL NIL)",
		"    text/plain, 1 kB\n    image/png  b.png, 52 kB\n"},
	    {"((\"image\" \"png\" (\"name\" \"a\\nb\") NIL NIL \"base64\" 9 NIL NIL NIL NIL) \"mixed\")",
		"    image/png  a?b, 1 kB\n"},
	    {"(((\"a\" \"b\" NIL NIL NIL \"7bit\" 1 1)(\"c\" \"d\" NIL NIL NIL \"7bit\" 1 1) \"alternative\") "
	     "\"mixed\")",
		"    a/b, 1 kB\n    c/d, 1 kB\n"},
	    {"(NIL)", ""},
	    {"()", ""},
	    {"((((()))))", ""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct imap_tokens tokens;
		char *bytes = g_strdup(cases[i].structure), *text;

		imap_tokens_init(&tokens);
		g_assert_true(imap_tokens_parse(&tokens, bytes, strlen(bytes)));
		text = imap_structure_text(&tokens, 0);
		if (strchr(cases[i].text, '?') == NULL)
			g_assert_cmpstr(text, ==, cases[i].text);
		else /* nothing but one line */
			g_assert_true(strchr(text, '\n') == text + strlen(text) - 1);
		g_free(text);
		imap_tokens_clear(&tokens);
		g_free(bytes);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/imap-structure/lines", test_lines);
	return g_test_run();
}
