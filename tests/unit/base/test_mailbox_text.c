/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_mailbox_text.c - which names stand in quotes (RFC 5322 3.2.3 and 3.2.4). */
#include "base/mailbox_text.h"

#include <glib.h>

static void
test_text(void)
{
	static const struct {
		const char *name, *text;
	} cases[] = {
	    {"Ann Example", "Ann Example <ann@example.org>"},
	    {"Än", "Än <ann@example.org>"},
	    {"Doe, Ann", "\"Doe, Ann\" <ann@example.org>"},
	    {"A. Example", "\"A. Example\" <ann@example.org>"},
	    {"Ann \"A\\\" E", "\"Ann \\\"A\\\\\\\" E\" <ann@example.org>"},
	    {"x <y@z>", "\"x <y@z>\" <ann@example.org>"},
	    {"Ann\r\nBcc: x", "\"Ann  Bcc: x\" <ann@example.org>"},
	    {"Ann\nExample", "Ann Example <ann@example.org>"},
	    {"ann@example.org", "ann@example.org"},
	    {"", "ann@example.org"},
	    {NULL, "ann@example.org"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *text = mailbox_text(cases[i].name, "ann@example.org");
		g_assert_cmpstr(text, ==, cases[i].text);
		g_free(text);
	}
}

/* Who writes escapes into his name is to be seen doing it. */
static void
test_as_came(void)
{
	char *text = mailbox_text_as_came("Ann \033[31m", "ann@example.org");

	g_assert_cmpstr(text, ==, "\"Ann \033[31m\" <ann@example.org>");
	g_free(text);
	text = mailbox_text("Ann \033[31m", "ann@example.org");
	g_assert_cmpstr(text, ==, "\"Ann  [31m\" <ann@example.org>");
	g_free(text);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mailbox_text/quotes", test_text);
	g_test_add_func("/mailbox_text/as-came", test_as_came);
	return g_test_run();
}
