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
	const char *codes; /* "code:level", space-separated, in any order */
	const char *bytes;
	size_t len;		       /* 0: strlen */
	const char *const *recipients; /* NULL: bob */
	bool is_local;
	const struct msa_answered *answered;
	const char *wish;
};

static const char *const nobody[] = {NULL};
static const char *const dotless[] = {"bob@mail", NULL};
static const char *const literal[] = {"bob@[192.0.2.1]", NULL};
static const char *const broken[] = {"bob@@example.net", NULL};
static const char *const twice[] = {
    "bob@example.net", "x@example.net", "bob@EXAMPLE.net", NULL};
static const char *const utf8[] = {"jörg@example.net", NULL};
static const char *const bob_and_list[] = {"bob@example.net", "tea@lists.example.net", NULL};
static const char *const sales[] = {"sales@evil.example", NULL};
static const char *const bob_and_dora[] = {"bob@example.net", "dora@example.com", NULL};

static const struct msa_answered private_letter = {
    .from = "Bob <bob@example.net>", .to = "ann@example.org", .verdict = "pass"};
static const struct msa_answered redirected = {.from = "Bob <bob@example.net>",
    .reply_to = "sales@evil.example",
    .to = "ann@example.org"};
static const struct msa_answered same_house = {
    .from = "bob@mail.example.co.uk", .reply_to = "bob@example.net", .to = "a2@example.org"};
static const struct msa_answered suspect = {
    .from = "bob@example.net", .to = "ann@example.org", .verdict = "suspect"};
static const struct msa_answered blind = {
    .from = "bob@example.net", .to = "dora@example.com", .cc = "c@example.com"};
static const struct msa_answered by_list = {.from = "bob@example.net",
    .to = "tea@lists.example.net",
    .reply_to = "tea@lists.example.net",
    .list_post = "<mailto:tea@lists.example.net>"};

#define MULTIPART(type) \
	"MIME-Version: 1.0\r\nContent-Type: multipart/" type "; boundary=b\r\n"
#define X10(x)	 x x x x x x x x x x
#define X1000(x) X10(X10(X10(x)))

/* clang-format off */
static const struct test_case cases[] = {
	{.codes = "", LETTER("", "text\r\n")},
	/* fields */
	{.codes = "from-missing:error", "To: bob@example.net\r\nSubject: s\r\nDate: Mon, 21 Sep 2026 14:00:00 +0000\r\n"
	  "Message-ID: <1@example.org>\r\n\r\ntext\r\n"},
	{.codes = "from-empty:error", "From: \r\nTo: bob@example.net\r\nSubject: s\r\nDate: Mon, 21 Sep 2026 14:00:00 +0000\r\n"
	  "Message-ID: <1@example.org>\r\n\r\ntext\r\n"},
	{.codes = "date-missing:fix message-id-missing:fix",
	  "From: ann@example.org\r\nTo: bob@example.net\r\nSubject: s\r\n\r\ntext\r\n"},
	{.codes = "mbox-line:fix", "From ann@example.org Mon Sep 21 14:00:00 2026\r\n" LETTER("", "text\r\n")},
	{.codes = "field-repeated:error", LETTER("From: a2@example.org\r\n", "text\r\n")},
	{.codes = "field-repeated:error", LETTER("sUBJECT: again\r\n", "text\r\n")},
	{.codes = "field-repeated:error", LETTER("MIME-Version: 1.0\r\nContent-ID: <a@b>\r\nContent-ID: <a@c>\r\n", "text\r\n")},
	{.codes = "field-syntax:error", LETTER("no field here\r\n", "text\r\n")},
	{.codes = "field-syntax:error", LETTER("X-Space : x\r\n", "text\r\n")},
	{.codes = "field-blank-fold:fix", LETTER("X-Fold: x\r\n  \r\n y\r\n", "text\r\n")},
	{.codes = "", LETTER("X-Fold: x\r\n y\r\n", "text\r\n")},
	{.codes = "header-injection:error line-ends:fix", LETTER("X-A: x\rBcc: y@example.net\r\n", "text\r\n")},
	{.codes = "header-injection:error nul-byte:error", LETTER("X-A: x\0y\r\n", "text\r\n"), sizeof(LETTER("X-A: x\0y\r\n", "text\r\n")) - 1},
	{.codes = "header-long:fix", LETTER("X-A: " X1000("a ") "\r\n", "text\r\n")},
	{.codes = "header-unfoldable:error", LETTER("X-A: " X1000("a") "\r\n", "text\r\n")},
	{.codes = "line-ends:fix", LETTER("", "te\nxt\r\n")},
	{.codes = "line-ends:fix", LETTER("", "te\rxt\r\n")},
	{.codes = "line-ends:fix", LETTER("", "text")},
	{.codes = "nul-byte:error", HEAD "\r\nte\0xt\r\n", sizeof(HEAD "\r\nte\0xt\r\n") - 1},
	{.codes = "bcc-present:fix", LETTER("Bcc: hidden@example.net\r\n", "text\r\n")},
	/* words */
	{.codes = "header-eight-bit:fix", LETTER("X-Name: \xc3\xbc\r\n", "text\r\n")},
	{.codes = "header-eight-bit:fix", LETTER("Cc: J\xc3\xb6rg <j@example.net>\r\n", "text\r\n")},
	{.codes = "header-eight-bit:fix header-nfc:fix", LETTER("X-Name: u\xcc\x88\r\n", "text\r\n")},
	{.codes = "header-utf8:warn", LETTER("Cc: j\xc3\xb6rg@example.net\r\n", "text\r\n")},
	{.codes = "header-charset:error", LETTER("X-Name: \xfc\r\n", "text\r\n")},
	{.codes = "header-control:fix", LETTER("X-Name: a\x1b[31mb\r\n", "text\r\n")},
	{.codes = "encoded-word-long:fix", LETTER("X-Name: =?utf-8?q?" X10("aaaaaaa") "?=\r\n", "text\r\n")},
	{.codes = "", LETTER("X-Name: =?utf-8?q?aaaaaaaaaaaaaa?=\r\n", "text\r\n")},
	{.codes = "encoded-word-place:warn", LETTER("Cc: \"=?utf-8?q?J=C3=B6rg?=\" <j@example.net>\r\n", "text\r\n")},
	{.codes = "", LETTER("Cc: =?utf-8?q?J=C3=B6rg?= <j@example.net>\r\n", "text\r\n")},
	/* addresses */
	{.codes = "address-syntax:error", LETTER("Cc: Bob bob@example.net\r\n", "text\r\n")},
	{.codes = "address-syntax:error", LETTER("Reply-To: a..b@example.net\r\n", "text\r\n")},
	{.codes = "address-syntax:error", LETTER("Cc: " X10("aaaaaaa") "@example.net\r\n", "text\r\n")},
	{.codes = "address-syntax:error", LETTER("Cc: a@" X10("aaaaaaa") ".example.net\r\n", "text\r\n")},
	{.codes = "address-syntax:error", LETTER("Cc: a@under_score.example\r\n", "text\r\n")},
	{.codes = "address-syntax:error", LETTER("Cc: \"open <a@example.net>\r\n", "text\r\n")},
	{.codes = "", LETTER("Cc: list: a@example.net, b@example.net;\r\n", "text\r\n")},
	{.codes = "address-mailto:fix", LETTER("Cc: mailto:c@example.net, <mailto:d@example.net>\r\n", "text\r\n")},
	{.codes = "address-separator:fix", LETTER("Cc: c@example.net; D <d@example.net>;\r\n", "text\r\n")},
	{.codes = "address-dot:fix", LETTER("Cc: c@example.net.\r\n", "text\r\n")},
	{.codes = "address-bracket:fix", LETTER("Cc: C <c@example.net, d@example.net\r\n", "text\r\n")},
	{.codes = "address-mailto:fix address-dot:fix", LETTER("Cc: mailto:c@example.net.\r\n", "text\r\n")},
	{.codes = "address-quoted:fix", LETTER("Cc: \"c.d\"@example.net\r\n", "text\r\n")},
	{.codes = "", LETTER("Cc: \"c d\"@example.net\r\n", "text\r\n")},
	{.codes = "domain-mixed:warn header-eight-bit:fix", LETTER("Cc: c@p\xd0\xb0ypal.example\r\n", "text\r\n")},
	/* people */
	{.codes = "recipients-none:error", LETTER("", "text\r\n"), 0, nobody},
	{.codes = "recipient-syntax:error", LETTER("", "text\r\n"), 0, broken},
	{.codes = "domain-incomplete:error", LETTER("", "text\r\n"), 0, dotless},
	{.codes = "", LETTER("", "text\r\n"), 0, dotless, true},
	{.codes = "recipient-literal:warn", LETTER("", "text\r\n"), 0, literal},
	{.codes = "recipients-duplicate:fix", LETTER("", "text\r\n"), 0, twice},
	{.codes = "sender-foreign:warn", LETTER("", "text\r\n"), .wish = "boss@elsewhere.example"},
	{.codes = "recipient-utf8:warn", LETTER("", "text\r\n"), 0, utf8},
	{.codes = "from-group:warn", "From: us: ann@example.org;\r\nTo: bob@example.net\r\nSubject: s\r\n"
	  "Date: Mon, 21 Sep 2026 14:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\ntext\r\n"},
	{.codes = "sender-missing:fix", "From: ann@example.org, bob@example.net\r\nTo: bob@example.net\r\nSubject: s\r\n"
	  "Date: Mon, 21 Sep 2026 14:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\ntext\r\n"},
	{.codes = "sender-same:fix", LETTER("Sender: ann@EXAMPLE.org\r\n", "text\r\n")},
	{.codes = "", LETTER("Sender: a2@example.org\r\n", "text\r\n")},
	{.codes = "sender-several:error", LETTER("Sender: a2@example.org, ann@example.org\r\n", "text\r\n")},
	/* values */
	{.codes = "from-foreign:warn sender-domain:warn message-id-syntax:fix date-syntax:fix subject-empty:warn",
	  "From: x@example.com\r\nTo: bob@example.net\r\nSubject: \r\nDate: yesterday\r\n"
	  "Message-ID: 1@example.org\r\n\r\ntext\r\n"},
	{.codes = "date-off:warn", "From: A2 <a2@EXAMPLE.org>\r\nTo: bob@example.net\r\nSubject: s\r\n"
	  "Date: Sun, 20 Sep 2026 14:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\ntext\r\n"},
	{.codes = "date-syntax:fix", "From: ann@example.org\r\nTo: bob@example.net\r\nSubject: s\r\n"
	  "Date: 21 Sep 26 14:00:00 GMT\r\nMessage-ID: <1@example.org>\r\n\r\ntext\r\n"},
	{.codes = "date-weekday:fix", "From: ann@example.org\r\nTo: bob@example.net\r\nSubject: s\r\n"
	  "Date: Tue, 21 Sep 2026 14:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\ntext\r\n"},
	{.codes = "", "From: ann@example.org\r\nTo: bob@example.net\r\nSubject: s\r\n"
	  "Date: Tue, 22 Sep 2026 01:00:00 +1200\r\nMessage-ID: <1@[192.0.2.1]>\r\n\r\ntext\r\n"},
	{.codes = "message-id-syntax:fix", "From: ann@example.org\r\nTo: bob@example.net\r\nSubject: s\r\n"
	  "Date: Mon, 21 Sep 2026 14:00:00 +0000\r\nMessage-ID: <1@localhost>\r\n\r\ntext\r\n"},
	{.codes = "references-syntax:fix", LETTER("In-Reply-To: your message of <a@b> yesterday\r\n", "text\r\n")},
	{.codes = "references-syntax:fix", LETTER("References: <a@b><c@d>\r\n", "text\r\n")},
	{.codes = "", LETTER("References: <a@b>\r\n\t<c@d>\r\n", "text\r\n")},
	{.codes = "mime-version-missing:fix", LETTER("Content-Type: text/plain\r\n", "text\r\n")},
	{.codes = "mime-version-odd:fix", LETTER("MIME-Version: 1.1\r\n", "text\r\n")},
	{.codes = "resent-from-missing:error resent-date-missing:fix", LETTER("Resent-To: c@example.net\r\n", "text\r\n")},
	{.codes = "resent-date-missing:fix", LETTER("Resent-From: a2@example.org\r\n", "text\r\n")},
	/* MIME */
	{.codes = "eight-bit:fix charset-label:fix", LETTER("", "\xc3\xbc\r\n")},
	{.codes = "eight-bit:fix", LETTER("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n", "\xc3\xbc\r\n")},
	{.codes = "eight-bit:fix charset-wrong:warn", LETTER("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n", "\xfc\r\n")},
	{.codes = "eight-bit:fix", LETTER("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\n", "\xfc\r\n")},
	{.codes = "line-long:fix", LETTER("", X1000("a") "\r\n")},
	{.codes = "from-line:fix", LETTER("", "text\r\nFrom here on\r\n")},
	{.codes = "encoded-line-wide:fix", LETTER("MIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n",
	  X10("=41=42=43=44") "\r\n")},
	{.codes = "", LETTER("MIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n", "=41\r\n")},
	{.codes = "content-type-syntax:error", LETTER("MIME-Version: 1.0\r\nContent-Type: text plain\r\n", "text\r\n")},
	{.codes = "content-type-syntax:error", LETTER("MIME-Version: 1.0\r\nContent-Type: text/plain; charset\r\n", "text\r\n")},
	{.codes = "", LETTER("MIME-Version: 1.0\r\nContent-Type: text/plain (hi); charset=\"us-ascii\";\r\n", "text\r\n")},
	{.codes = "boundary-missing:error", LETTER("MIME-Version: 1.0\r\nContent-Type: multipart/mixed\r\n", "text\r\n")},
	{.codes = "boundary-syntax:error", LETTER("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"a*\"\r\n",
	  "--a*\r\n\r\ntext\r\n--a*--\r\n")},
	{.codes = "boundary-unused:error", LETTER(MULTIPART("mixed"), "text\r\n")},
	{.codes = "part-not-closed:error", LETTER(MULTIPART("mixed"), "--b\r\n\r\ntext\r\n")},
	{.codes = "", LETTER(MULTIPART("mixed"), "--b\r\n\r\ntext\r\n--b--\r\n")},
	{.codes = "boundary-repeated:error", LETTER(MULTIPART("mixed"),
	  "--b\r\nContent-Type: multipart/alternative; boundary=bb\r\n\r\n--bb\r\n\r\ntext\r\n--bb--\r\n--b--\r\n")},
	{.codes = "content-type-repeated:error", LETTER(MULTIPART("mixed"),
	  "--b\r\nContent-Type: text/plain\r\nContent-Type: text/html\r\n\r\ntext\r\n--b--\r\n")},
	{.codes = "encoding-composite:error", LETTER("Content-Transfer-Encoding: base64\r\n" MULTIPART("mixed"),
	  "--b\r\n\r\ntext\r\n--b--\r\n")},
	{.codes = "encoding-unknown:error", LETTER("MIME-Version: 1.0\r\nContent-Transfer-Encoding: 9bit\r\n", "text\r\n")},
	{.codes = "signed-eight-bit:error", LETTER(MULTIPART("signed"),
	  "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\xc3\xbc\r\n--b\r\n"
	  "Content-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n")},
	{.codes = "line-fixed:error", LETTER(MULTIPART("signed"),
	  "--b\r\n\r\n" X1000("a") "\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n")},
	{.codes = "attached-eight-bit:warn", LETTER(MULTIPART("mixed"),
	  "--b\r\n\r\ntext\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\n\xc3\xbc\r\n--b--\r\n")},
	{.codes = "eight-bit:fix", LETTER(MULTIPART("mixed"),
	  "--b\r\n\r\ntext\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n\xff\xfe\r\n--b--\r\n")},
	{.codes = "parameter-encoded-word:fix", LETTER(MULTIPART("mixed"),
	  "--b\r\n\r\ntext\r\n--b\r\nContent-Type: image/png; name=\"=?utf-8?q?a?=\"\r\n\r\nx\r\n--b--\r\n")},
	{.codes = "parameter-eight-bit:fix", LETTER(MULTIPART("mixed"),
	  "--b\r\n\r\ntext\r\n--b\r\nContent-Disposition: attachment;\r\n filename=\"b\xc3\xbc.png\"; size=1\r\n\r\nx\r\n--b--\r\n")},
	{.codes = "parameter-eight-bit:fix parameter-encoded-word:fix", LETTER(MULTIPART("mixed"),
	  "--b\r\n\r\ntext\r\n--b\r\nContent-Type: image/png; name=\"\xc3\xbc\"\r\n"
	  "Content-Disposition: attachment; filename=\"=?utf-8?q?a?=\"; filename*=utf-8''a\r\n\r\nx\r\n--b--\r\n")},
	{.codes = "parameter-eight-bit:fix",
	  LETTER("MIME-Version: 1.0\r\nContent-Type: text/plain; name=\"\xc3\xbc.txt\"\r\n", "text\r\n")},
	{.codes = "attachment-empty:warn", LETTER(MULTIPART("mixed"),
	  "--b\r\n\r\ntext\r\n--b\r\nContent-Disposition: attachment; filename=a\r\n\r\n\r\n--b--\r\n")},
	/* what the writer wrote */
	{.codes = "body-empty:warn", LETTER("", "\r\n")},
	{.codes = "attachment-forgotten:warn", LETTER("", "see the attached file\r\n")},
	{.codes = "attachment-forgotten:warn", LETTER("", "See the ATTACHMENT.\r\n")},
	{.codes = "attachment-forgotten:warn eight-bit:fix charset-label:fix", LETTER("", "siehe Anh\xc3\xa4nge\r\n")},
	{.codes = "attachment-forgotten:warn", LETTER("", "Zie de bijlage.\r\n")},
	{.codes = "attachment-forgotten:warn", LETTER("", "Vous trouverez ci-joint le plan.\r\n")},
	{.codes = "attachment-forgotten:warn", LETTER("", "In allegato la fattura\r\n")},
	{.codes = "", LETTER("", "unattached, reattached\r\n")},
	{.codes = "", LETTER("", "> see the attached file\r\nno\r\n")},
	{.codes = "", LETTER("", "no\r\n-- \r\nall attached\r\n")},
	{.codes = "", LETTER(MULTIPART("mixed"), "--b\r\n\r\nsee the attachment\r\n--b\r\n"
	  "Content-Disposition: attachment; filename=a\r\n\r\nx\r\n--b--\r\n")},
	{.codes = "private-key:warn", LETTER("", "-----BEGIN OPENSSH PRIVATE KEY-----\r\nx\r\n")},
	{.codes = "", LETTER("", "-----BEGIN PGP PUBLIC KEY BLOCK-----\r\nPRIVATE KEY\r\n")},
	{.codes = "template-left:warn", LETTER("", "Dear {{name}}\r\n")},
	{.codes = "", LETTER("", "diff --git a/x b/x\r\n+XXXX\r\n")},
	{.codes = "receipt-list:warn", LETTER("Disposition-Notification-To: ann@example.org\r\n", "text\r\n"), 0, bob_and_list},
	/* answers */
	{.codes = "", LETTER("", "text\r\n"), 0, bob, false, &private_letter},
	{.codes = "reply-list:warn", LETTER("", "text\r\n"), 0, bob_and_list, false, &private_letter},
	{.codes = "reply-elsewhere:warn", LETTER("", "text\r\n"), 0, sales, false, &redirected},
	{.codes = "", LETTER("", "text\r\n"), 0, bob, false, &redirected},
	{.codes = "reply-elsewhere:warn", LETTER("", "text\r\n"), 0, bob, false, &same_house},
	{.codes = "reply-suspect:warn", LETTER("", "text\r\n"), 0, bob, false, &suspect},
	{.codes = "reply-blind:warn", LETTER("", "text\r\n"), 0, bob_and_dora, false, &blind},
	{.codes = "", LETTER("", "text\r\n"), 0, bob, false, &blind},
	{.codes = "reply-all-list:warn", LETTER("", "text\r\n"), 0, bob_and_list, false, &by_list},
	{.codes = "from-missing:error line-ends:fix date-missing:fix message-id-missing:fix subject-empty:warn", ""},
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
	struct msa_envelope e = {.sender = "ann@example.org",
	    .wish = t->wish,
	    .recipients = t->recipients != NULL ? t->recipients : bob,
	    .own = own,
	    .answered = t->answered,
	    .is_local = t->is_local,
	    .now = NOW};

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

		g_test_message("case %zu: %s", i, cases[i].bytes);
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

/* What stands behind a line that is no field may be text: nothing is put there. */
static void
test_fix_broken(void)
{
	static const char bad[] = "From: ann@example.org\r\nhello\r\nnote: x\r\n";
	struct msa_envelope envelope = {
	    .sender = "ann@example.org", .recipients = bob, .own = own, .now = NOW};
	GBytes *bytes = g_bytes_new_static(bad, sizeof(bad) - 1);
	GBytes *fixed = msa_check_fix(bytes, &envelope);
	gsize len;
	const char *text = g_bytes_get_data(fixed, &len);

	g_assert_true(g_str_has_prefix(text, "From: ann@example.org\r\nDate: "));
	g_assert_nonnull(
	    g_strstr_len(text, (gssize)len, "@example.org>\r\nhello\r\nnote: x\r\n"));
	g_bytes_unref(fixed);
	g_bytes_unref(bytes);
}

static void
test_fix_keeps(void)
{
	static const char good[] = LETTER("", "text\r\n");
	static const char bad[] = "From: ann@example.org\nBcc: x@example.net,\n "
				  "y@example.net\nTo: b@example.net\n\n"
				  "one\n.\n two\n";
	struct msa_envelope envelope = {
	    .sender = "ann@example.org", .recipients = bob, .own = own, .now = NOW};
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
		struct msa_envelope envelope = {
		    .sender = "ann@example.org", .own = own, .now = NOW};
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

static void
test_autocrypt(void)
{
	for (int kb = 9; kb <= 11; kb += 2) {
		char *key = g_strnfill((gsize)kb * 1024, 'k');
		struct msa_envelope envelope = {.recipients = bob, .own = own, .now = NOW};

		for (int i = 0; i < kb * 1024; i += 64)
			memcpy(key + i, "k\r\n ", 4);
		char *text = g_strconcat(HEAD "Autocrypt: ", key, "\r\n\r\ntext\r\n", NULL);
		GBytes *bytes = g_bytes_new_take(text, strlen(text));
		json_t *findings = msa_check(bytes, &envelope);
		char *codes = codes_of(findings);

		g_assert_cmpstr(codes, ==, kb > 10 ? "autocrypt-large:warn" : "");
		g_free(codes);
		json_decref(findings);
		g_bytes_unref(bytes);
		g_free(key);
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
	struct msa_envelope envelope = {
	    .sender = "ann@example.org", .recipients = bob, .own = own, .now = NOW};
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
	g_test_add_func("/msa/fix-broken", test_fix_broken);
	g_test_add_func("/msa/many-recipients", test_many_recipients);
	g_test_add_func("/msa/autocrypt", test_autocrypt);
	g_test_add_func("/msa/frozen", test_frozen);
	return g_test_run();
}
