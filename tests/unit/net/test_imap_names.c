/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Namespaces (RFC 2342): prefixes left out, mailboxes of others known, no two in one folder. */
#include "net/imap_names.h"

#include <string.h>

static struct imap_names
names_of(const char *response)
{
	struct imap_names n = {0};
	struct imap_tokens tokens;
	char *bytes = g_strdup(response);

	imap_tokens_init(&tokens);
	g_assert_true(imap_tokens_parse(&tokens, bytes, strlen(bytes)));
	g_assert_true(imap_names_read(&n, &tokens));
	imap_tokens_clear(&tokens);
	g_free(bytes);
	return n;
}

static void
test_prefix(void)
{
	struct imap_names n =
	    names_of("NAMESPACE ((\"INBOX.\" \".\")) ((\"user.\" \".\")) ((\"\" \".\"))");
	static const struct {
		const char *wire, *folder;
		bool is_foreign;
	} cases[] = {{"INBOX", "INBOX", false}, {"INBOX.Sent", "Sent", false},
	    {"INBOX.a.b", "a/b", false}, {"INBOX.INBOX", "INBOX/INBOX", false},
	    {"INBOX.INBOX.x", "INBOX/INBOX/x", false}, {"INBOX.~x", "INBOX/~x", false},
	    {"user.bob", "~user/bob", true}, {"Lists", "~Lists", true}, {"~x", "~~x", true}};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *folder = imap_names_folder(&n, cases[i].wire, '.');
		char *wire = imap_names_wire(&n, folder, '.');

		g_assert_cmpstr(folder, ==, cases[i].folder);
		g_assert_cmpstr(wire, ==, cases[i].wire);
		g_assert_cmpint(
		    imap_names_is_foreign(&n, cases[i].wire), ==, cases[i].is_foreign);
		g_free(wire);
		g_free(folder);
	}
	imap_names_clear(&n);
}

static void
test_no_prefix(void)
{
	struct imap_names n =
	    names_of("NAMESPACE ((\"\" \"/\")) ((\"Other Users/\" \"/\")) ((\"#shared/\" \"/\"))");

	g_assert_false(imap_names_is_foreign(&n, "Sent"));
	g_assert_true(imap_names_is_foreign(&n, "Other Users/bob"));
	g_assert_true(imap_names_is_foreign(&n, "#shared/news"));
	imap_names_clear(&n);
	n = names_of("NAMESPACE NIL NIL NIL");
	g_assert_false(imap_names_is_foreign(&n, "Sent"));
	imap_names_clear(&n);
	n = names_of("NAMESPACE");
	imap_names_clear(&n);
}

/* Names over a nasty alphabet, below a prefix and beside it: each comes back, none share a
 * folder. */
static void
test_injective(void)
{
	static const char *const parts[] = {"INBOX", "inbox", ".", "~", "/", "x", "%2F"};
	static const char *const prefixes[] = {"INBOX.", "mail.", "~", "/", "x"};
	const guint base = G_N_ELEMENTS(parts);

	for (size_t p = 0; p < G_N_ELEMENTS(prefixes); p++) {
		struct imap_names n = {.prefix = g_strdup(prefixes[p])};
		GHashTable *seen =
		    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

		for (guint k = 1; k < base * base * base * base; k++) {
			GString *wire = g_string_new(NULL);
			const char *other;
			char *folder;

			for (guint rest = k; rest > 0; rest /= base)
				g_string_append(wire, parts[rest % base]);
			folder = imap_names_folder(&n, wire->str, '.');
			other = g_hash_table_lookup(seen, folder);
			/* INBOX is one in any case (RFC 3501 5.1) */
			if (other != NULL)
				g_assert_true(g_ascii_strcasecmp(other, wire->str) == 0);
			g_hash_table_insert(seen, folder, g_string_free(wire, FALSE));
		}
		g_hash_table_unref(seen);
		imap_names_clear(&n);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/imap-names/prefix", test_prefix);
	g_test_add_func("/imap-names/no-prefix", test_no_prefix);
	g_test_add_func("/imap-names/injective", test_injective);
	return g_test_run();
}
