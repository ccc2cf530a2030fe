/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_msa_check.c - a table of letters, each with the codes that must be found in it,
 * and no others. */
#include "base/jsonl.h"
#include "mime/draft.h"
#include "net/msa_check.h"

#include <string.h>

#define NOW G_GINT64_CONSTANT(1790000000) /* Mon, 21 Sep 2026 14:13:20 +0000 */
#define HEAD                                                                             \
	"From: Ann <ann@example.org>\r\nTo: bob@example.net\r\nSubject: s\r\n"           \
	"Date: Mon, 21 Sep 2026 14:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n"
#define LETTER(more, body) HEAD more "\r\n" body

static const char *const own[] = {"ann@example.org", "a2@example.org", NULL};
static const char *const bob[] = {"bob@example.net", NULL};

struct test_case {
	const char *bytes;
	size_t len;		       /* 0: strlen */
	const char *codes;	       /* "code:level", space-separated, in order */
	const char *const *recipients; /* NULL: bob */
	bool is_local;
};

static const char *const nobody[] = {NULL};
static const char *const dotless[] = {"bob@mail", NULL};
static const char *const literal[] = {"bob@[192.0.2.1]", NULL};
static const char *const broken[] = {"bob@@example.net", NULL};
static const char *const twice[] = {
    "bob@example.net", "x@example.net", "bob@EXAMPLE.net", NULL};
static const char *const utf8[] = {"jörg@example.net", NULL};

/* clang-format off */
static const struct test_case cases[] = {
	{ LETTER("", "text\r\n"), 0, "", NULL, false },
	{ "To: bob@example.net\r\nSubject: s\r\nDate: Mon, 21 Sep 2026 14:00:00 +0000\r\n"
	  "Message-ID: <1@example.org>\r\n\r\ntext\r\n", 0, "from-missing:error", NULL, false },
	{ "From: ann@example.org\r\nTo: bob@example.net\r\nSubject: s\r\n\r\ntext\r\n", 0,
	  "date-missing:fix message-id-missing:fix", NULL, false },
	{ LETTER("From: a2@example.org\r\n", "text\r\n"), 0, "field-repeated:error", NULL, false },
	{ LETTER("sUBJECT: again\r\n", "text\r\n"), 0, "field-repeated:error", NULL, false },
	{ LETTER("no field here\r\n", "text\r\n"), 0, "field-syntax:error", NULL, false },
	{ LETTER("X-Space : x\r\n", "text\r\n"), 0, "field-syntax:error", NULL, false },
	{ LETTER("X-Fold: x\r\n  \r\n y\r\n", "text\r\n"), 0, "field-blank-fold:error", NULL, false },
	{ LETTER("X-Fold: x\r\n y\r\n", "text\r\n"), 0, "", NULL, false },
	{ LETTER("Cc: Bob bob@example.net\r\n", "text\r\n"), 0, "address-syntax:error", NULL, false },
	{ LETTER("Reply-To: a..b@example.net\r\n", "text\r\n"), 0, "address-syntax:error", NULL, false },
	{ LETTER("Cc: list: a@example.net, b@example.net;\r\n", "text\r\n"), 0, "", NULL, false },
	{ LETTER("", "text\r\n"), 0, "recipients-none:error", nobody, false },
	{ LETTER("", "text\r\n"), 0, "recipient-syntax:error", broken, false },
	{ LETTER("", "text\r\n"), 0, "domain-incomplete:error", dotless, false },
	{ LETTER("", "text\r\n"), 0, "", dotless, true },
	{ LETTER("", "text\r\n"), 0, "", literal, false },
	{ LETTER("", "text\r\n"), 0, "recipients-duplicate:fix", twice, false },
	{ LETTER("", "text\r\n"), 0, "recipient-utf8:warn", utf8, false },
	{ LETTER("Bcc: hidden@example.net\r\n", "text\r\n"), 0, "bcc-present:fix", NULL, false },
	{ LETTER("", "te\nxt\r\n"), 0, "line-ends:fix", NULL, false },
	{ LETTER("", "te\rxt\r\n"), 0, "line-ends:fix", NULL, false },
	{ LETTER("", "text"), 0, "line-ends:fix", NULL, false },
	{ HEAD "\r\nte\0xt\r\n", sizeof(HEAD "\r\nte\0xt\r\n") - 1, "nul-byte:error", NULL, false },
	{ LETTER("", "\xc3\xbc\r\n"), 0, "eight-bit:warn", NULL, false },
	{ LETTER("X-Name: \xc3\xbc\r\n", "text\r\n"), 0, "eight-bit:warn", NULL, false },
	{ LETTER("Content-Type: text/plain\r\n", "text\r\n"), 0, "mime-version-missing:fix", NULL, false },
	{ LETTER("", "\r\n"), 0, "body-empty:warn", NULL, false },
	{ LETTER("", "see the attached file\r\n"), 0, "attachment-forgotten:warn", NULL, false },
	{ LETTER("", "See the ATTACHMENT.\r\n"), 0, "attachment-forgotten:warn", NULL, false },
	{ LETTER("", "unattached, reattached\r\n"), 0, "", NULL, false },
	{ LETTER("", "> see the attached file\r\nno\r\n"), 0, "", NULL, false },
	{ LETTER("", "no\r\n-- \r\nall attached\r\n"), 0, "", NULL, false },
	{ LETTER("", "-----BEGIN OPENSSH PRIVATE KEY-----\r\nx\r\n"), 0, "private-key:warn", NULL, false },
	{ LETTER("", "-----BEGIN PGP PUBLIC KEY BLOCK-----\r\nPRIVATE KEY\r\n"), 0, "", NULL, false },
	{ LETTER("", "Dear {{name}}\r\n"), 0, "template-left:warn", NULL, false },
	{ "From: x@example.com\r\nTo: bob@example.net\r\nSubject: \r\nDate: yesterday\r\n"
	  "Message-ID: 1@example.org\r\n\r\ntext\r\n", 0,
	  "from-foreign:warn message-id-syntax:warn date-off:warn subject-empty:warn", NULL, false },
	{ "From: A2 <a2@EXAMPLE.org>\r\nTo: bob@example.net\r\nSubject: s\r\n"
	  "Date: Sun, 20 Sep 2026 14:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\ntext\r\n", 0,
	  "date-off:warn", NULL, false },
	{ "", 0, "from-missing:error line-ends:fix date-missing:fix message-id-missing:fix subject-empty:warn",
	  NULL, false },
};
/* clang-format on */

static GBytes *
bytes_of(const struct test_case *t)
{
	return g_bytes_new_static(t->bytes, t->len > 0 ? t->len : strlen(t->bytes));
}

static struct msa_envelope
envelope_of(const struct test_case *t)
{
	struct msa_envelope e = {"ann@example.org",
	    t->recipients != NULL ? t->recipients : bob, own, t->is_local, NOW};

	return e;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *
sorted(const char *words)
{
	char **list = g_strsplit(words, " ", -1), *joined;

	qsort(list, g_strv_length(list), sizeof(*list), compare);
	joined = g_strjoinv(" ", list);
	g_strfreev(list);
	return joined;
}

static char *
codes_of(const json_t *findings)
{
	GString *s = g_string_new(NULL);
	size_t i;

	for (i = 0; i < json_array_size(findings); i++) {
		const json_t *f = json_array_get(findings, i);

		g_string_append_printf(s, "%s%s:%s", i > 0 ? " " : "",
		    jsonl_string(f, "code"), jsonl_string(f, "level"));
		g_assert_nonnull(jsonl_string(f, "where"));
		g_assert_nonnull(jsonl_string(f, "text"));
		g_assert_true(g_str_has_prefix(jsonl_string(f, "ref"), "RFC "));
	}
	return g_string_free(s, FALSE);
}

static void
test_table(void)
{
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct msa_envelope envelope = envelope_of(&cases[i]);
		GBytes *bytes = bytes_of(&cases[i]);
		json_t *findings = msa_check(bytes, &envelope);
		char *codes = codes_of(findings), *got = sorted(codes),
		     *want = sorted(cases[i].codes);

		g_test_message("case %zu", i);
		g_assert_cmpstr(got, ==, want);
		g_assert_cmpint(
		    msa_check_ok(findings), ==, strstr(want, ":error") == NULL);
		g_free(codes);
		g_free(got);
		g_free(want);
		json_decref(findings);
		g_bytes_unref(bytes);
	}
}

/* Mending takes away every finding of level fix that is about the bytes, and adds none.
 */
static void
test_fix(void)
{
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct msa_envelope envelope = envelope_of(&cases[i]);
		GBytes *bytes = bytes_of(&cases[i]),
		       *fixed = msa_check_fix(bytes, &envelope), *again;
		json_t *findings = msa_check(fixed, &envelope);
		char *codes = codes_of(findings);
		const char *rest = strstr(codes, ":fix");

		g_test_message("case %zu: %s", i, codes);
		g_assert_true(
		    rest == NULL || strstr(codes, "recipients-duplicate") != NULL);
		again = msa_check_fix(fixed, &envelope);
		g_assert_true(g_bytes_equal(fixed, again));
		g_bytes_unref(again);
		g_free(codes);
		json_decref(findings);
		g_bytes_unref(fixed);
		g_bytes_unref(bytes);
	}
}

static void
test_fix_keeps(void)
{
	static const char good[] = LETTER("", "text\r\n");
	static const char bad[] = "From: ann@example.org\nBcc: x@example.net,\n "
				  "y@example.net\nTo: b@example.net\n\n"
				  "one\n.\n two\n";
	struct msa_envelope envelope = {"ann@example.org", bob, own, false, NOW};
	GBytes *bytes = g_bytes_new_static(good, sizeof(good) - 1);
	GBytes *fixed = msa_check_fix(bytes, &envelope);
	const char *text;
	gsize len;

	g_assert_true(g_bytes_equal(bytes, fixed));
	g_bytes_unref(fixed);
	g_bytes_unref(bytes);
	bytes = g_bytes_new_static(bad, sizeof(bad) - 1);
	fixed = msa_check_fix(bytes, &envelope);
	text = g_bytes_get_data(fixed, &len);
	g_assert_nonnull(g_strstr_len(
	    text, (gssize)len, "From: ann@example.org\r\nTo: b@example.net\r\nDate: "));
	g_assert_nonnull(
	    g_strstr_len(text, (gssize)len, "@example.org>\r\n\r\none\r\n.\r\n two\r\n"));
	g_assert_null(g_strstr_len(text, (gssize)len, "y@example.net"));
	g_bytes_unref(fixed);
	g_bytes_unref(bytes);
}

static void
test_many_recipients(void)
{
	int n;

	for (n = 20; n <= 21; n++) {
		GString *s = g_string_new("From: ann@example.org\r\nTo: ");
		struct msa_envelope envelope = {"ann@example.org", NULL, own, false, NOW};
		GBytes *bytes;
		json_t *findings;
		char *codes;
		int i;

		for (i = 0; i < n; i++)
			g_string_append_printf(
			    s, "%sr%d@example.net", i > 0 ? ", " : "", i);
		g_string_append(s,
		    "\r\nSubject: s\r\nDate: Mon, 21 Sep 2026 14:00:00 +0000\r\n"
		    "Message-ID: <1@example.org>\r\n\r\ntext\r\n");
		bytes = g_string_free_to_bytes(s);
		findings = msa_check(bytes, &envelope);
		codes = codes_of(findings);
		g_assert_cmpstr(codes, ==, n > 20 ? "recipients-visible:warn" : "");
		g_free(codes);
		json_decref(findings);
		g_bytes_unref(bytes);
	}
}

/* What Penfold itself freezes has nothing to be found in it. */
static void
test_frozen(void)
{
	json_t *draft = json_pack("{s:s, s:[s], s:s, s:s}", "from",
	    "Ann Ünicode <ann@example.org>", "to", "日本 <bob@example.net>", "subject",
	    "Grüße 日本語", "body", "Hallo Wörld\n\n> quote\n");
	GBytes *letter = draft_freeze(draft, NOW, NULL);
	struct msa_envelope envelope = {"ann@example.org", bob, own, false, NOW};
	json_t *findings = msa_check(letter, &envelope);
	GBytes *fixed = msa_check_fix(letter, &envelope);

	g_assert_cmpuint(json_array_size(findings), ==, 0);
	g_assert_true(g_bytes_equal(fixed, letter));
	g_bytes_unref(fixed);
	json_decref(findings);
	g_bytes_unref(letter);
	json_decref(draft);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/msa/table", test_table);
	g_test_add_func("/msa/fix", test_fix);
	g_test_add_func("/msa/fix-keeps", test_fix_keeps);
	g_test_add_func("/msa/many-recipients", test_many_recipients);
	g_test_add_func("/msa/frozen", test_frozen);
	return g_test_run();
}
