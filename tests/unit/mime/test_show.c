/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The JSON of a message, and the lines of its parts. */
#include "mime/show.h"

#include "base/error.h"
#include "base/jsonl.h"
#include "mime/html.h"

#include <string.h>

#include "lines.h"

static json_t *
show(const char *bytes)
{
	struct source s;
	source_init(&s, bytes, strlen(bytes));
	json_t *out = show_json(&s, 0, 1 << 20);
	source_fini(&s);
	return out;
}

static const struct {
	const char *name, *mail, *body, *note, *flag; /* NULL: there is none */
} cases[] = {
	{ "plain", "Subject: x\n\nHello\nyou\n", "Hello\nyou\n", NULL, NULL },
	{ "two texts",
	    "Content-Type: multipart/mixed; boundary=q\n\n--q\n\na\n--q\n"
	    "Content-Type: text/plain; name=b.txt\n\nb\n--q--\n",
	    "\342\224\200\342\224\200 part 1: text/plain\na\n\n"
	    "\342\224\200\342\224\200 part 2: text/plain, b.txt\nb\n",
	    NULL, NULL },
	{ "a type that is none", "Content-Type: text; charset=koi8-r\n\n\304\317\307\n", "дог\n", NULL, NULL },
	{ "a type that is none, named", "Content-Type: x; name=a\n\nabc\n", "",
	    "there is no text in this message", NULL },
	{ "remote images", "Content-Type: text/html\n\na<img src=http://x.example/y>", "a\n",
	    "1 remote image not loaded", NULL },
	{ "a wrong charset", "Content-Type: text/plain; charset=utf-8\n\ngr\374n\n",
	    "gr\357\277\275n\n", "bytes that are no text in the charset named were replaced", NULL },
	{ "HZ (RFC 1843)", "Content-Type: text/plain; charset=HZ-GB-2312\n\na~~ ~{<:Ky2;~}b~\n~{VPND\n~}c\n",
	    "a~ 己所不b中文\n~}c\n", NULL, NULL },
	{ "no charset", "Subject: x\n\ngr\374n\n", "grün\n",
	    "the text names no charset that fits it: windows-1252 was assumed", NULL },
	{ "CR CR LF", "Subject: x\r\r\nTo: a@b.example\r\r\n\r\r\nHello\r\r\n", "Hello\n", NULL,
	    "line-ends-mended" },
	{ "CR alone", "Subject: x\r\rHello\ryou\r", "Hello\nyou\n", NULL, "line-ends-mended" },
	{ "a byte order mark", "Content-Type: text/plain; charset=utf-8\n\n\357\273\277Hello\n", "Hello\n", NULL, NULL },
	{ "a line of blanks first", "     \r\n  \r\nSubject: x\r\n\r\nHello\r\n", "Hello\n",
	    NULL, NULL },
	{ "mbox line", "From bob Sat Nov 21 10:00:00 2026\nSubject: x\n\nHello\n", "Hello\n", NULL,
	    NULL },
	{ "a line that is no field", "Subject: x\nno field\nTo: a@b.example\n\nHello\n",
	    "no field\nTo: a@b.example\n\nHello\n", NULL, "header-broken" },
	{ "no empty line", "Subject: x\r\nHello: you\r\nHello you\r\n", "Hello you\n", NULL,
	    "header-broken" },
	{ "a line of blanks for the empty one", "Subject: x\n \nHello, all\n\n", "Hello, all\n\n",
	    NULL, "header-broken" },
	{ "bidi in the subject", "Subject: a\342\200\256b\n\nx\n", "x\n", NULL, "hostile-text" },
	{ "two subjects", "Subject: x\nSubject: y\n\nx\n", "x\n", NULL, "repeated-field" },
	{ "empty", "", "", "shown as raw text: the file is empty", "limited" },
	{ "encrypted",
	    "Content-Type: multipart/encrypted; boundary=q\n\n--q\n"
	    "Content-Type: application/pgp-encrypted\n\nVersion: 1\n--q\n"
	    "Content-Type: application/octet-stream\n\nx\n--q--\n",
	    "", "the message is encrypted", "crypto" },
};

static void
test_show(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		json_t *out = show(cases[i].mail);
		g_test_message("%s", cases[i].name);
		g_assert_cmpstr(jsonl_string(out, "body"), ==, cases[i].body);
		g_assert_cmpstr(json_string_value(json_array_get(json_object_get(out, "notes"), 0)),
		    ==, cases[i].note);
		g_assert_cmpstr(json_string_value(json_array_get(json_object_get(out, "flags"), 0)),
		    ==, cases[i].flag);
		json_decref(out);
	}
}

/* A NUL ends no value. */
static void
test_nul(void)
{
	static const char mail[] = "Subject: a\0b\nFrom: c\0d@b.example\n\nx\0y\n";
	struct source s;
	source_init(&s, mail, sizeof(mail) - 1);
	json_t *out = show_json(&s, 0, 1 << 20);
	source_fini(&s);
	const json_t *headers = json_object_get(out, "headers");
	g_assert_cmpstr(jsonl_string(headers, "subject"), ==, "a?b");
	g_assert_cmpstr(jsonl_string(json_array_get(json_object_get(headers, "from"), 0), "address"), ==,
	    "c?d@b.example");
	g_assert_cmpstr(jsonl_string(out, "body"), ==, "x\342\220\200y\n");
	json_decref(out);
}

static void
test_parts(void)
{
	json_t *out = show("Content-Type: multipart/mixed; boundary=q\n\n--q\n\na\n--q\n"
			   "Content-Type: image/png; name=\"b c.png\"\nContent-Disposition: inline\n"
			   "Content-Transfer-Encoding: base64\n\nYWJj\n--q--\n");
	const json_t *parts = json_object_get(out, "parts");
	const json_t *attachments = json_object_get(out, "attachments");
	g_assert_cmpuint(json_array_size(parts), ==, 2);
	g_assert_cmpuint(json_array_size(attachments), ==, 1);
	const json_t *a = json_array_get(attachments, 0);
	g_assert_cmpstr(jsonl_string(a, "part"), ==, "2");
	g_assert_cmpstr(jsonl_string(a, "filename"), ==, "b c.png");
	g_assert_cmpstr(jsonl_string(a, "type"), ==, "image/png");
	g_assert_cmpint(jsonl_int(a, "size", 0), ==, 3);
	g_assert_cmpstr(jsonl_string(json_array_get(parts, 1), "id"), ==, "2");
	g_assert_cmpstr(jsonl_string(json_array_get(parts, 1), "disposition"), ==, "inline");
	json_decref(out);
}

/* A body past its limit is cut and says so; the whole still fits in a line of JSON. */
static void
test_cut(void)
{
	GString *mail = g_string_new("Subject: x\n\n");
	struct source s;
	for (int i = 0; i < 1000; i++)
		g_string_append(mail, "0123456789\n");
	source_init(&s, mail->str, mail->len);
	json_t *out = show_json(&s, 0, 1000);
	g_assert_cmpuint(strlen(jsonl_string(out, "body")), <=, 1000);
	g_assert_cmpuint(json_array_size(json_object_get(out, "notes")), ==, 1);
	json_decref(out);
	source_fini(&s);
	g_string_free(mail, TRUE);
}

static char *
part_lines(const char *mail, const char *part, GError **error)
{
	GString *out = g_string_new(NULL);
	struct layout l;
	struct source s;
	source_init(&s, mail, strlen(mail));
	layout_init(&l, 40, 1 << 20, lines_add, out);
	struct body_result result;
	bool ok = show_lines(&s, part, false, &l, &result, error);
	source_fini(&s);
	return g_string_free(out, !ok);
}

static void
test_part_lines(void)
{
	static const char mail[] =
	    "Content-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: message/rfc822\n\n"
	    "From: a@b.example\nSubject: =?utf-8?Q?in=C3=A9r?=\n\n> old\n--q\n"
	    "Content-Type: text/csv\nContent-Disposition: attachment\n\na,b\n--q--\n";
	GError *error = NULL;
	char *lines = part_lines(mail, "1", NULL);
	g_assert_cmpstr(lines, ==,
	    "heading|From: a@b.example\nheading|Subject: inér\ntext|\nquote1|> old\n");
	g_free(lines);
	lines = part_lines(mail, "2", NULL);
	g_assert_cmpstr(lines, ==, "text|a,b\n");
	g_free(lines);
	g_assert_null(part_lines(mail, "3", &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_NOT_FOUND);
	g_error_free(error);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mail_init();
	html_init();
	g_test_add_func("/show/show", test_show);
	g_test_add_func("/show/nul", test_nul);
	g_test_add_func("/show/parts", test_parts);
	g_test_add_func("/show/cut", test_cut);
	g_test_add_func("/show/part-lines", test_part_lines);
	return g_test_run();
}
