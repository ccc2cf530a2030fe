/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pre-screen: every limit one below, at, and one above; the ways to hide from it; stand-ins. */
#include "base/limits.h"
#include "mime/header.h"
#include "mime/prescreen.h"

#include <string.h>

static enum prescreen_finding
scan(const GString *mail)
{
	struct prescreen p;
	prescreen_scan(mail->str, mail->len, &p);
	return p.finding;
}

static void
repeat(GString *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		g_string_append(out, text);
}

/* head, then n times unit, then tail */
static enum prescreen_finding
scan_repeated(const char *head, const char *unit, size_t n, const char *tail)
{
	GString *mail = g_string_new(head);
	repeat(mail, unit, n);
	g_string_append(mail, tail);
	enum prescreen_finding finding = scan(mail);
	g_string_free(mail, TRUE);
	return finding;
}

struct limit_case {
	const char *name, *head, *unit, *tail;
	size_t limit; /* of units that pass */
	enum prescreen_finding finding;
};

static const struct limit_case limit_cases[] = {
	{ "fields", "", "X: y\n", "\nbody\n", LIMIT_HEADER_FIELDS, PRESCREEN_HEADER_FIELDS },
	{ "fields crlf", "", "X: y\r\n", "\r\nbody\r\n", LIMIT_HEADER_FIELDS,
	    PRESCREEN_HEADER_FIELDS },
	{ "groups", "To: ", "a:", ";\n\n", LIMIT_GROUP_COLONS, PRESCREEN_GROUPS },
	{ "groups folded", "To:", "\n a:", ";\n\n", LIMIT_GROUP_COLONS, PRESCREEN_GROUPS },
	{ "groups in quotes", "To: \"", "a:", "\n\n", LIMIT_GROUP_COLONS, PRESCREEN_GROUPS },
	{ "groups, old syntax", "CC \t: ", "a:", ";\n\n", LIMIT_GROUP_COLONS, PRESCREEN_GROUPS },
	{ "groups in an attached message",
	    "Content-Type: message/rfc822\n\nTo: ", "a:", ";\n\n", LIMIT_GROUP_COLONS,
	    PRESCREEN_GROUPS },
	{ "groups below a boundary",
	    "Content-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: message/rfc822\n\nTo: ",
	    "a:", ";\n\n", LIMIT_GROUP_COLONS, PRESCREEN_GROUPS },
	{ "comments", "From: ", "(", "\n\n", LIMIT_COMMENT_DEPTH, PRESCREEN_COMMENTS },
	{ "comments with escaped ends", "From: ", "(\\)", "\n\n", LIMIT_COMMENT_DEPTH,
	    PRESCREEN_COMMENTS },
	{ "comments in Content-Type", "Content-Type: text/plain ", "(", "\n\n",
	    LIMIT_COMMENT_DEPTH, PRESCREEN_COMMENTS },
	{ "references", "References: ", "<a@b> ", "\n\n", LIMIT_REFERENCES, PRESCREEN_REFERENCES },
	{ "parts", "Content-Type: multipart/mixed; boundary=q\n\n", "--q\n\nx\n", "",
	    LIMIT_MIME_PARTS, PRESCREEN_PARTS },
	{ "parts, quoted boundary",
	    "Content-Type: multipart/mixed;\n boundary=\"a b\"\n\n", "--a b  \n\nx\n", "",
	    LIMIT_MIME_PARTS, PRESCREEN_PARTS },
	{ "parts, split boundary",
	    "Content-Type: multipart/mixed; boundary*0=q; boundary*1=r\n\n", "--qr\n\nx\n", "",
	    LIMIT_MIME_PARTS, PRESCREEN_PARTS },
	{ "parts, blank before =", "Content-Type: multipart/mixed; boundary =q\n\n",
	    "--q\n\nx\n", "", LIMIT_MIME_PARTS, PRESCREEN_PARTS },
	{ "depth of messages", "From: a@b\n", "Content-Type: message/rfc822\n\n", "x\n",
	    LIMIT_MIME_DEPTH, PRESCREEN_DEPTH },
	{ "depth of messages, upper case", "From: a@b\n", "CONTENT-TYPE:\n MESSAGE/RFC822\n\n",
	    "x\n", LIMIT_MIME_DEPTH, PRESCREEN_DEPTH },
};

static void
test_limits(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(limit_cases); i++) {
		const struct limit_case *c = &limit_cases[i];
		g_test_message("%s", c->name);
		g_assert_cmpint(scan_repeated(c->head, c->unit, c->limit - 1, c->tail), ==,
		    PRESCREEN_OK);
		g_assert_cmpint(scan_repeated(c->head, c->unit, c->limit, c->tail), ==,
		    PRESCREEN_OK);
		g_assert_cmpint(scan_repeated(c->head, c->unit, c->limit + 1, c->tail), ==,
		    c->finding);
	}
}

static GString *
nested(unsigned depth)
{
	GString *mail = g_string_new("From: a@b\n");
	for (unsigned i = 0; i < depth; i++)
		g_string_append_printf(mail,
		    "Content-Type: multipart/mixed; boundary=\"b%u\"\n\n--b%u\n", i, i);
	g_string_append(mail, "\ntext\n");
	return mail;
}

static void
test_depth(void)
{
	for (unsigned depth = LIMIT_MIME_DEPTH - 1; depth <= LIMIT_MIME_DEPTH + 1; depth++) {
		GString *mail = nested(depth);
		g_assert_cmpint(scan(mail), ==,
		    depth > LIMIT_MIME_DEPTH ? PRESCREEN_DEPTH : PRESCREEN_OK);
		g_string_free(mail, TRUE);
	}
}

/* Many messages beside each other are not deep: a digest with a hundred of them. */
static void
test_siblings(void)
{
	GString *mail = g_string_new("Content-Type: multipart/digest; boundary=q\n\n");
	repeat(mail,
	    "--q\n\nFrom: a@b\nContent-Type: multipart/mixed; boundary=in\n\n"
	    "--in\n\nx\n--in--\n",
	    500);
	g_string_append(mail, "--q--\n");
	g_assert_cmpint(scan(mail), ==, PRESCREEN_OK);
	g_string_free(mail, TRUE);
}

/* Ordinary text that looks like much: a patch of 20,000 files, a log, a long table. */
static void
test_harmless(void)
{
	g_assert_cmpint(scan_repeated("Subject: x\n\n", "--- a/f\n+++ b/f\n", 20000, ""), ==,
	    PRESCREEN_OK);
	g_assert_cmpint(scan_repeated("Subject: x\n\n", "key: value\n", 20000, ""), ==,
	    PRESCREEN_OK);
	g_assert_cmpint(scan_repeated("Subject: x\n\n", "------+------\n", 20000,
			    "the boundary of the table\n"),
	    ==, PRESCREEN_OK);
}

static void
test_sizes(void)
{
	GString *mail = g_string_new("");
	g_assert_cmpint(scan(mail), ==, PRESCREEN_EMPTY);
	g_string_append(mail, "Subject: ");
	repeat(mail, "x", LIMIT_HEADER_VALUE + 10);
	g_string_append(mail, "\n\n");
	g_assert_cmpint(scan(mail), ==, PRESCREEN_OK); /* not a structured field */
	g_string_assign(mail, "Message-ID: ");
	repeat(mail, "x", LIMIT_HEADER_VALUE + 10);
	g_assert_cmpint(scan(mail), ==, PRESCREEN_HEADER_VALUE);
	g_string_assign(mail, "X: y\n");
	repeat(mail, " a folded line of sixty-four bytes that goes on and on and on..\n",
	    LIMIT_HEADER_BLOCK / 64 + 2);
	g_assert_cmpint(scan(mail), ==, PRESCREEN_HEADER_BLOCK);
	g_string_free(mail, TRUE);
}

static void
test_offset(void)
{
	static const char mail[] = "From: a@b\nCc: x\n\nbody\n--\n";
	struct prescreen p;
	prescreen_scan(mail, strlen(mail), &p);
	g_assert_cmpint(p.finding, ==, PRESCREEN_OK);
	g_assert_cmpuint(p.fields, ==, 2);
	GString *long_mail = g_string_new("From: a@b\nTo: ");
	repeat(long_mail, "a:", LIMIT_GROUP_COLONS + 5);
	prescreen_scan(long_mail->str, long_mail->len, &p);
	g_assert_cmpuint(p.offset, ==, strlen("From: a@b\nTo: ") + 2 * LIMIT_GROUP_COLONS + 1);
	g_string_free(long_mail, TRUE);
}

static void
test_stand_in(void)
{
	GString *mail = g_string_new("From: Ann <ann@example.org>\nSubject: a\033b\nSubject: last\n"
				     "To: ");
	repeat(mail, "a:", 50000);
	g_string_append(mail, "\n\nbody\n");
	struct prescreen p;
	prescreen_scan(mail->str, mail->len, &p);
	char *text = prescreen_stand_in(mail->str, mail->len, &p, "abcdef");
	g_assert_cmpuint(strlen(text), <, 4000);
	g_assert_nonnull(strstr(text, "From: Ann <ann@example.org>\n"));
	g_assert_nonnull(strstr(text, "Subject: last\n"));
	g_assert_nonnull(strstr(text, "Message-ID: <abcdef@stand-in.invalid>\n"));
	g_assert_nonnull(strstr(text, prescreen_text(p.finding)));
	g_assert_null(strchr(text, '\033'));
	g_assert_true(g_utf8_validate(text, -1, NULL));
	struct prescreen again;
	prescreen_scan(text, strlen(text), &again);
	g_assert_cmpint(again.finding, ==, PRESCREEN_OK);
	g_free(text);
	g_string_free(mail, TRUE);
}

/* A short field can be over a limit too. */
static void
test_stand_in_comments(void)
{
	GString *mail = g_string_new("From: \"A");
	repeat(mail, "(", LIMIT_COMMENT_DEPTH + 1);
	g_string_append(mail, "\" <a@b.example>\n\n");
	struct prescreen p;
	prescreen_scan(mail->str, mail->len, &p);
	g_assert_cmpint(p.finding, ==, PRESCREEN_COMMENTS);
	char *text = prescreen_stand_in(mail->str, mail->len, &p, "00");
	prescreen_scan(text, strlen(text), &p);
	g_assert_cmpint(p.finding, ==, PRESCREEN_OK);
	g_assert_nonnull(strstr(text, "<a@b.example>"));
	g_free(text);
	g_string_free(mail, TRUE);
}

static void
test_stand_in_id(void)
{
	static const char mail[] = "Message-ID: <x@y>\nFrom: \377\376\n\n";
	struct prescreen p = { .finding = PRESCREEN_PARTS };
	char *text = prescreen_stand_in(mail, strlen(mail), &p, "abcdef");
	g_assert_nonnull(strstr(text, "Message-ID: <x@y>\n"));
	g_assert_true(g_utf8_validate(text, -1, NULL));
	g_free(text);
	text = prescreen_stand_in("", 0, &p, "abcdef");
	g_assert_nonnull(strstr(text, "<abcdef@stand-in.invalid>"));
	g_free(text);
}

/* An identifier of comments would make the stand-in what the letter was. */
static void
test_stand_in_id_comments(void)
{
	struct prescreen p, again;
	GString *mail = g_string_new("From: a@b.example\nMessage-ID: <1@");
	for (int i = 0; i < 200; i++)
		g_string_append_c(mail, '(');
	g_string_append(mail, ">\n\nx\n");
	prescreen_scan(mail->str, mail->len, &p);
	g_assert_cmpint(p.finding, ==, PRESCREEN_COMMENTS);
	char *text = prescreen_stand_in(mail->str, mail->len, &p, "abcdef");
	prescreen_scan(text, strlen(text), &again);
	g_assert_cmpint(again.finding, ==, PRESCREEN_OK);
	g_assert_nonnull(strstr(text, "Message-ID: <abcdef@stand-in.invalid>\n"));
	g_free(text);
	g_string_free(mail, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/prescreen/limits", test_limits);
	g_test_add_func("/prescreen/depth", test_depth);
	g_test_add_func("/prescreen/siblings", test_siblings);
	g_test_add_func("/prescreen/harmless", test_harmless);
	g_test_add_func("/prescreen/sizes", test_sizes);
	g_test_add_func("/prescreen/offset", test_offset);
	g_test_add_func("/prescreen/stand-in", test_stand_in);
	g_test_add_func("/prescreen/stand-in-comments", test_stand_in_comments);
	g_test_add_func("/prescreen/stand-in-id", test_stand_in_id);
	g_test_add_func("/prescreen/stand-in-id-comments", test_stand_in_id_comments);
	return g_test_run();
}
