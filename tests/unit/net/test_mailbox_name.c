/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mailbox names: modified UTF-7, hierarchy, and no two names in one folder. */
#include "net/mailbox_name.h"

static void
test_names(void)
{
	static const struct {
		const char *wire;
		char delimiter;
		const char *folder; /* NULL: cannot be used */
	} cases[] = {
	    {"INBOX", '/', "INBOX"},
	    {"inbox", '/', "INBOX"},
	    {"Inbox.a", '.', "INBOX/a"},
	    {"InboxA", '.', "InboxA"},
	    {"a/b", '/', "a/b"},
	    {"a.b/c", '.', "a/b%2Fc"},
	    {"a%2Fb", '/', "a%252Fb"},
	    {"100%", '/', "100%"},
	    /* RFC 3501 section 5.1.3 */
	    {"~peter/mail/&U,BTFw-/&ZeVnLIqe-", '/',
		"~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"},
	    {"Entw&APw-rfe", '/', "Entw\xc3\xbcrfe"},
	    {"&-", '/', "&"},
	    {"a&-b", '/', "a&b"},
	    {"&2D3cAA-", '/', "\xf0\x9f\x90\x80"}, /* a surrogate pair */
	    /* not in their one form: bytes stay, "&" is escaped */
	    {"&Jjo!", '/', "%26Jjo!"},
	    {"&U,BTFw-&ZeVnLIqe-", '/', "%26U,BTFw-%26ZeVnLIqe-"}, /* superfluous shift */
	    {"&AGE-", '/', "%26AGE-"},			       /* "a" needs no shift */
	    {"&2D0-", '/', "%262D0-"},			       /* half a surrogate pair */
	    {"&", '/', "%26"},
	    {"..\x1b", '/', "..%1B"}, /* "&ABs-" is its one form */
	    {"..&ABs-", '/', "..\x1b"},
	    {"a\tb\x7f", '/', "a%09b%7F"},
	    {"a%1B", '/', "a%251B"},
	    {"a%1b%1", '/', "a%1b%1"},
	    {"a\x1b&AGE-", '/', "a%1B%26AGE-"},
	    {"a\x1b" "b&ABs-", '\x1b', "a%1Bb%26ABs-"}, /* what cannot be told apart separates nothing */
	    {"a&b&-c", '&', "a%26b%26-c"},
	    {"", '/', NULL},
	    {"a\r\nb", '/', NULL},
	    {"\xc3\xbc", '/', NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *folder = mailbox_name_to_folder(cases[i].wire, cases[i].delimiter, MAILBOX_UTF7);
		char *back = folder != NULL ? mailbox_name_from_folder(folder, cases[i].delimiter, MAILBOX_UTF7) : NULL;

		g_assert_cmpstr(folder, ==, cases[i].folder);
		if (folder != NULL && g_ascii_strncasecmp(cases[i].wire, "inbox", 5) != 0)
			g_assert_cmpstr(back, ==, cases[i].wire);
		g_free(folder);
		g_free(back);
	}
}

/* Short names over a nasty alphabet: each comes back, none share a folder. */
static void
check_injective(char delimiter)
{
	static const char alphabet[] = "&-A%2F56/.a,\x1b" "B";
	GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	const guint base = sizeof(alphabet) - 1;

	for (guint n = 1; n < base * base * base * base; n++) {
		char wire[8];
		guint len = 0;
		char *folder, *back;

		for (guint rest = n; rest > 0; rest /= base)
			wire[len++] = alphabet[rest % base];
		wire[len] = '\0';
		folder = mailbox_name_to_folder(wire, delimiter, MAILBOX_UTF7);
		back = mailbox_name_from_folder(folder, delimiter, MAILBOX_UTF7);
		g_assert_cmpstr(back, ==, wire);
		if (g_hash_table_contains(seen, folder))
			g_assert_cmpstr(g_hash_table_lookup(seen, folder), ==, wire);
		g_hash_table_insert(seen, folder, g_strdup(wire));
		g_free(back);
	}
	g_hash_table_unref(seen);
}

static void
test_injective(void)
{
	static const char delimiters[] = {'.', '&', '\x1b', '%', '-', '\0'};

	for (size_t i = 0; i < G_N_ELEMENTS(delimiters); i++)
		check_injective(delimiters[i]);
}

/* One mailbox, one folder, however the server writes it. */
static void
test_utf8(void)
{
	static const char *const wires[] = {"INBOX", "inbox.a", "Entw&APw-rfe", "a&-b", "&-",
	    "a%2Fb", "100%", "&2D3cAA-", "~peter.&U,BTFw-"};

	for (size_t i = 0; i < G_N_ELEMENTS(wires); i++) {
		char *folder = mailbox_name_to_folder(wires[i], '.', MAILBOX_UTF7);
		char *wire = mailbox_name_from_folder(folder, '.', MAILBOX_UTF8);
		char *again = mailbox_name_to_folder(wire, '.', MAILBOX_UTF8);
		char *seven = mailbox_name_from_folder(folder, '.', MAILBOX_UTF7);

		g_assert_cmpstr(again, ==, folder);
		if (g_ascii_strncasecmp(wires[i], "inbox", 5) != 0)
			g_assert_cmpstr(seven, ==, wires[i]);
		g_free(seven);
		g_free(again);
		g_free(wire);
		g_free(folder);
	}
	g_assert_null(mailbox_name_to_folder("\xff", '/', MAILBOX_UTF8));
	g_assert_null(mailbox_name_to_folder("a\nb", '/', MAILBOX_UTF8));
	g_assert_null(mailbox_name_from_folder("%26Jjo!", '/', MAILBOX_UTF8));
}

static void
test_quote(void)
{
	char *quoted = mailbox_name_quote("a \"b\" \\c");

	g_assert_cmpstr(quoted, ==, "\"a \\\"b\\\" \\\\c\"");
	g_free(quoted);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mailbox-name/names", test_names);
	g_test_add_func("/mailbox-name/injective", test_injective);
	g_test_add_func("/mailbox-name/utf8", test_utf8);
	g_test_add_func("/mailbox-name/quote", test_quote);
	return g_test_run();
}
