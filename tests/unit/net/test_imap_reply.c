/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Responses to plain values; numbers at and past their ranges. */
#include "net/imap_reply.h"

#include <string.h>

/* Tokens of text; buffer keeps the bytes they point into. */
static void
parse(struct imap_tokens *tokens, char **buffer, const char *text)
{
	*buffer = g_strdup(text);
	imap_tokens_init(tokens);
	g_assert_true(imap_tokens_parse(tokens, *buffer, strlen(*buffer)));
}

static void
done(struct imap_tokens *tokens, char *buffer)
{
	imap_tokens_clear(tokens);
	g_free(buffer);
}

static void
test_fetch(void)
{
	static const struct {
		const char *text;
		bool is_good;
		guint32 uid, size;
		const char *flags;
		gint64 date;
		const char *body;
	} cases[] = {
	    {"1 FETCH (UID 7 FLAGS (\\Seen \\ANSWERED $Forwarded x) RFC822.SIZE 12)", true, 7, 12, "PRS", 0,
		NULL},
	    {"1 FETCH (INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" UID 1)", true, 1, 0, "", 837596665, NULL},
	    {"1 FETCH (INTERNALDATE \" 1-Jan-1970 00:00:59 +0000\")", true, 0, 0, "", 59, NULL},
	    {"1 FETCH (INTERNALDATE \"31-Feb-1996 02:44:25 -0700\")", true, 0, 0, "", 0, NULL},
	    {"1 FETCH (INTERNALDATE \"xx-Jul-1996 02:44:25 -0700\")", true, 0, 0, "", 0, NULL},
	    {"1 FETCH (UID 4294967295 RFC822.SIZE 4294967295)", true, G_MAXUINT32, G_MAXUINT32, "", 0, NULL},
	    {"1 FETCH (UID 4294967296)", false, 0, 0, "", 0, NULL},
	    {"1 FETCH (UID 0)", false, 0, 0, "", 0, NULL},
	    {"1 FETCH (UID -1)", false, 0, 0, "", 0, NULL},
	    {"1 FETCH (UID \"7\")", false, 0, 0, "", 0, NULL},
	    {"1 FETCH (RFC822.SIZE 4294967296)", false, 0, 0, "", 0, NULL},
	    {"1 FETCH (UID)", false, 0, 0, "", 0, NULL},
	    {"1 FETCH (FLAGS \\Seen)", false, 0, 0, "", 0, NULL},
	    {"1 FETCH (BODY[] \"x\" MODSEQ (5) UID 3)", true, 3, 0, "", 0, "x"},
	    {"1 FETCH (BODY[] NIL UID 3)", true, 3, 0, "", 0, ""},
	    {"1 FETCH (BODYSTRUCTURE ((\"a\" (\"b\")) \"c\") UID 3)", true, 3, 0, "", 0, NULL},
	    {"1 FETCH (FLAGS (\\Draft \\Flagged \\Deleted \\Seen \\Answered $Forwarded) UID 9)", true, 9, 0,
		"DFPRST", 0, NULL},
	    {"1 EXISTS", false, 0, 0, "", 0, NULL},
	    {"1 FETCH 5", false, 0, 0, "", 0, NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct imap_tokens tokens;
		struct imap_fetched f;
		char *buffer;

		parse(&tokens, &buffer, cases[i].text);
		g_assert_true(imap_reply_fetch(&tokens, &f) == cases[i].is_good);
		if (cases[i].is_good) {
			g_assert_cmpuint(f.uid, ==, cases[i].uid);
			g_assert_cmpuint(f.size, ==, cases[i].size);
			g_assert_cmpstr(f.flags, ==, cases[i].flags);
			g_assert_cmpint(f.date, ==, cases[i].date);
			g_assert_true((f.body != NULL) == (cases[i].body != NULL));
			if (f.body != NULL)
				g_assert_true(f.body_len == strlen(cases[i].body) &&
				    strncmp(f.body, cases[i].body, f.body_len) == 0);
		}
		done(&tokens, buffer);
	}
}

static void
test_list_and_status(void)
{
	static const char *const lists[] = {"LIST (\\HasNoChildren \\Sent) \"/\" \"Sent Mail\"",
	    "LIST (\\Noselect) \".\" a", "LIST () NIL inbox"};
	GPtrArray *boxes = g_ptr_array_new_with_free_func((GDestroyNotify)imap_mailbox_free);
	struct imap_tokens tokens;
	struct imap_mailbox *box;
	char *buffer;

	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		parse(&tokens, &buffer, lists[i]);
		g_ptr_array_add(boxes, imap_reply_list(&tokens));
		done(&tokens, buffer);
	}
	box = g_ptr_array_index(boxes, 0);
	g_assert_cmpstr(box->wire, ==, "Sent Mail");
	g_assert_true(box->role == IMAP_ROLE_SENT && box->is_selectable && box->delimiter == '/');
	box = g_ptr_array_index(boxes, 1);
	g_assert_true(!box->is_selectable && box->delimiter == '.');
	box = g_ptr_array_index(boxes, 2);
	g_assert_true(box->role == IMAP_ROLE_INBOX && box->delimiter == '\0');

	parse(&tokens, &buffer,
	    "STATUS INBOX (MESSAGES 3 UIDNEXT 4294967295 UIDVALIDITY 9 HIGHESTMODSEQ 9223372036854775807)");
	g_assert_true(imap_reply_status(&tokens, boxes));
	g_assert_true(box->has_status && box->messages == 3 && box->uidnext == G_MAXUINT32 &&
	    box->uidvalidity == 9 && box->modseq == G_MAXINT64);
	done(&tokens, buffer);
	box->has_status = false;
	parse(&tokens, &buffer, "STATUS INBOX (UIDVALIDITY 4294967297)");
	g_assert_false(imap_reply_status(&tokens, boxes)); /* never wraps to 1 */
	g_assert_false(box->has_status);
	done(&tokens, buffer);
	parse(&tokens, &buffer, "LIST (\\A) \"/\"");
	g_assert_null(imap_reply_list(&tokens));
	done(&tokens, buffer);
	g_ptr_array_unref(boxes);
}

static void
test_uids(void)
{
	static const struct {
		const char *text;
		guint32 max;
		bool is_good;
		guint n, sum;
	} cases[] = {
	    {"SEARCH", 100, true, 0, 0},
	    {"SEARCH 1 2 3", 100, true, 3, 6},
	    {"ESEARCH (TAG \"A1\") UID ALL 1:3,9", 100, true, 4, 15},
	    {"ESEARCH (TAG \"A1\") UID", 100, true, 0, 0},
	    {"VANISHED (EARLIER) 3:1", 100, true, 3, 6},
	    {"VANISHED 1:4294967295", 5, true, 5, 15},
	    {"SEARCH 4294967296", 100, false, 0, 0},
	    {"VANISHED 1:2000001", 3000000, false, 0, 0},
	    {"SEARCH 1:x", 100, false, 0, 0},
	    {"EXISTS", 100, false, 0, 0},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GArray *uids = g_array_new(FALSE, FALSE, sizeof(guint32));
		struct imap_tokens tokens;
		guint sum = 0;
		char *buffer;

		parse(&tokens, &buffer, cases[i].text);
		g_assert_true(imap_reply_uids(&tokens, cases[i].max, uids) == cases[i].is_good);
		for (guint k = 0; k < uids->len; k++)
			sum += g_array_index(uids, guint32, k);
		if (cases[i].is_good) {
			g_assert_cmpuint(uids->len, ==, cases[i].n);
			g_assert_cmpuint(sum, ==, cases[i].sum);
		}
		done(&tokens, buffer);
		g_array_unref(uids);
	}
}

static void
test_flags_text(void)
{
	char *text = imap_flags_text("FSx", NULL);

	g_assert_cmpstr(text, ==, "\\Flagged \\Seen");
	g_free(text);
}

static char
first_letter(void *user, const char *label)
{
	g_string_append_printf(user, "%s;", label);
	return label[0];
}

/* X-GM-LABELS: atoms, strings, modified UTF-7; what is none of these is left out. */
static void
test_labels(void)
{
	static const struct {
		const char *text, *labels, *flags;
		enum mailbox_code code;
	} cases[] = {
	    {"1 FETCH (UID 4 FLAGS (\\Seen) X-GM-LABELS (Work \"\\\\Important\" \"a b\"))", "Work;\\Important;a b;", "SW\\a", MAILBOX_UTF7},
	    {"1 FETCH (X-GM-LABELS (\"Gr&APwA3w-e\" \"x&-y\" \"&bad\") FLAGS ())", "Gr\u00fc\u00dfe;x&y;", "Gx", MAILBOX_UTF7},
	    {"1 FETCH (X-GM-LABELS (\"Gr\u00fc\u00dfe\" \"x&-y\") FLAGS ())", "Gr\u00fc\u00dfe;x&-y;", "Gx", MAILBOX_UTF8},
	    {"1 FETCH (X-GM-LABELS () FLAGS (\\Seen))", "", "S", MAILBOX_UTF7},
	    {"1 FETCH (X-GM-LABELS NIL FLAGS (\\Seen))", "", "S", MAILBOX_UTF7},
	    {"1 FETCH (X-GM-LABELS ((a) b b) FLAGS (\\Seen))", "a;b;b;", "Sab", MAILBOX_UTF7},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GString *seen = g_string_new(NULL);
		struct imap_tokens tokens;
		struct imap_fetched f;
		char *buffer;

		parse(&tokens, &buffer, cases[i].text);
		g_assert_true(imap_reply_fetch(&tokens, &f));
		imap_reply_labels(&tokens, cases[i].code, first_letter, seen, &f);
		g_assert_cmpstr(seen->str, ==, cases[i].labels);
		g_assert_cmpstr(f.flags, ==, cases[i].flags);
		done(&tokens, buffer);
		g_string_free(seen, TRUE);
	}
}

/* RFC 4315 3, and what a server may get wrong. */
static void
test_copyuid(void)
{
	static const struct {
		const char *code;
		guint32 uidvalidity;
		guint n;
		guint32 first_from, first_to;
	} cases[] = {
	    {"COPYUID 38505 304,319:320 3956:3958", 38505, 3, 304, 3956},
	    {"copyuid 1 7 9", 1, 1, 7, 9},
	    {"COPYUID 1 7:9 9", 0, 0, 0, 0},
	    {"COPYUID 1 7", 0, 0, 0, 0},
	    {"COPYUID 1 7 (9)", 0, 0, 0, 0},
	    {"COPYUID 4294967296 7 9", 0, 0, 0, 0},
	    {"APPENDUID 1 7", 0, 0, 0, 0},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct imap_tokens tokens;
		char *text = g_strdup(cases[i].code);
		GArray *from = g_array_new(FALSE, FALSE, sizeof(guint32));
		GArray *to = g_array_new(FALSE, FALSE, sizeof(guint32));

		imap_tokens_init(&tokens);
		g_assert_true(imap_tokens_parse(&tokens, text, strlen(text)));
		g_assert_cmpuint(
		    imap_reply_copyuid(&tokens, from, to), ==, cases[i].uidvalidity);
		g_assert_cmpuint(from->len, ==, cases[i].n);
		g_assert_cmpuint(to->len, ==, cases[i].n);
		if (cases[i].n > 0) {
			g_assert_cmpuint(
			    g_array_index(from, guint32, 0), ==, cases[i].first_from);
			g_assert_cmpuint(
			    g_array_index(to, guint32, 0), ==, cases[i].first_to);
		}
		imap_tokens_clear(&tokens);
		g_array_unref(to);
		g_array_unref(from);
		g_free(text);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/imap-reply/fetch", test_fetch);
	g_test_add_func("/imap-reply/list-and-status", test_list_and_status);
	g_test_add_func("/imap-reply/uids", test_uids);
	g_test_add_func("/imap-reply/copyuid", test_copyuid);
	g_test_add_func("/imap-reply/flags-text", test_flags_text);
	g_test_add_func("/imap-reply/labels", test_labels);
	return g_test_run();
}
