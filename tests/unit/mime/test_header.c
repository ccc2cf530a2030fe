/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Header fields and their values: RFC 5322, RFC 2047, and mail as it is. */
#include "mime/head.h"
#include "mime/header.h"

#include "base/limits.h"

#include <string.h>

static const struct {
	const char *raw, *charset, *text;
} texts[] = {
	{ "plain", NULL, "plain" },
	{ "=?iso-8859-1?Q?Gr=FC=DFe?= aus =?utf-8?B?8J+YgA==?=", NULL, "Grüße aus 😀" },
	{ "=?utf-8?Q?a?= =?utf-8?Q?b?=", NULL, "ab" }, /* RFC 2047 6.2 */
	{ "=?utf-8?B?w6k?=", NULL, "é" }, /* padding left out */
	{ "=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", NULL, "é" }, /* one letter cut in two */
	{ "=?utf-8?B?ww==?=\n =?UTF-8?b?qQ==?=", NULL, "é" },
	{ "=?utf-8?B?w6k=?= =?utf-8?B?w6liYw==?= end", NULL, "éébc end" }, /* padding inside */
	{ "=?utf-8?B?w6k=?= =?koi8-r?B?xM/H?=", NULL, "éдог" }, /* two charsets stay two words */
	{ "=?utf-8?B?w6k=?= and =?utf-8?B?w6k=?=", NULL, "é and é" },
	{ "=?utf-8?B?w6k", NULL, "=?utf-8?B?w6k" }, /* no end: no word */
	{ "=?iso-8859-1?Q?M\374ller?= x", NULL, "Müller x" }, /* bare bytes of its own charset */
	{ "=?utf-8?q?M\303\274ller?=", "koi8-r", "Müller" },
	{ "=?x-sjis*ja?B?k/qWew==?= =?X-SJIS?Q?=93=FA?=", NULL, "日本日" },
	{ "=?windows-1255?Q?=F9=EC=E5=ED?=", NULL, "שלום" },
	{ "raw \303\251", NULL, "raw é" },
	{ "raw \351", NULL, "raw é" },
	{ "\304\317\307", "koi8-r", "дог" },
	{ "=?utf-8?Q?a=0Ab=0Dc=09d?=", NULL, "a b c d" }, /* no line ends by the back door */
	{ NULL, NULL, "" },
};

static void
test_text(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		char *text = header_text(texts[i].raw, texts[i].charset);
		g_assert_cmpstr(text, ==, texts[i].text);
		g_free(text);
	}
	char *odd = header_text("=?x-no-such?Q?a=FFb?= \200\377", NULL);
	g_assert_true(g_utf8_validate(odd, -1, NULL));
	g_free(odd);
}

static const struct {
	const char *raw;
	const char *expect; /* name|address, joined by ";" */
} address_cases[] = {
	{ "a@b.example", "|a@b.example" },
	{ "Ann <a@b.example>, \"B, C\" <b@b.example>", "Ann|a@b.example;B, C|b@b.example" },
	{ "Team: a@b.example, Bo <b@b.example>;, c@b.example",
	    "|a@b.example;Bo|b@b.example;|c@b.example" },
	{ "undisclosed-recipients:;", "" },
	{ "=?utf-8?Q?J=C3=B6rg?= <j@b.example>", "Jörg|j@b.example" },
	{ "\"=?utf-8?Q?J=C3=B6rg?=\" <j@b.example>", "Jörg|j@b.example" },
	{ "a@b.example (comment (nested))", "comment (nested)|a@b.example" },
	{ "a@b.example, s..p@b.example, Bo <b@b.example>", "|a@b.example;|s..p@b.example;Bo|b@b.example" },
	{ "p.@b.example", "|p.@b.example" },
	{ "a@b.example,, ,\n\t.x@b.example (X, Y)", "|a@b.example;X, Y|.x@b.example" },
	{ "\"a, b\" <a..b@b.example>, c@b.example", "a, b|a..b@b.example;|c@b.example" },
	/* a comma that nobody quoted hides no address */
	{ "PayPal, Inc. <a@b.example>", "PayPal, Inc.|a@b.example" },
	{ "One, Two, Three <a@b.example>, c@b.example", "One, Two, Three|a@b.example;|c@b.example" },
	{ "root, c@b.example", "|root;|c@b.example" },
	{ "bank@b.example@c.example", "|bank@b.example@c.example" },
	{ "Bo <bank@b.example@c.example>, \"x@y\"@b.example", "Bo|bank@b.example@c.example;|\"x@y\"@b.example" },
	{ "<@r.example,@s.example:a@b.example>", "|a@b.example" },
	{ "<>", "|" },
	{ "MAILER DAEMON <>", "MAILER DAEMON|" },
	{ "a@b.example, Daemon <>", "|a@b.example;Daemon|" },
	{ "\264x@b.example", "|´x@b.example" },
	{ "=?utf-8?q?x=40b.example?=", "x@b.example|" }, /* encoded: a name, whatever it says */
	{ "T: a@b.example, s..p@b.example;, c@b.example", "|a@b.example;|s..p@b.example;|c@b.example" },
	{ NULL, "" },
	{ "", "" },
};

static char *
joined(const char *raw)
{
	GString *out = g_string_new(NULL);
	GPtrArray *list = header_addresses(raw, NULL);
	for (size_t i = 0; i < list->len; i++) {
		const struct header_address *a = list->pdata[i];
		g_string_append_printf(out, "%s%s|%s", i > 0 ? ";" : "", a->name ? a->name : "",
		    a->address);
	}
	g_ptr_array_unref(list);
	return g_string_free(out, FALSE);
}

static void
test_addresses(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(address_cases); i++) {
		char *text = joined(address_cases[i].raw);
		g_assert_cmpstr(text, ==, address_cases[i].expect);
		g_free(text);
	}
}

/* Where the field does not parse, what stands within < and > is found, and nothing that is only said to
 * be an address: in a quoted string, in an encoded word. */
static void
test_recovered(void)
{
	static const struct {
		const char *raw, *expect;
	} cases[] = {
		{ "\033[31mEvil\033[0m <bob@evil.example>", "\033[31mEvil\033[0m|bob@evil.example" },
		{ "=?utf-8?q?=1B]0;owned=07?= <a@x.example>", "\033]0;owned\007|a@x.example" },
		{ "=?utf-8?q?=1B_=3Cbank@b.example=3E?= <a@x.example>",
		    "\033 <bank@b.example>|a@x.example" },
		{ "\033 \"a <bank@b.example>\" <a@x.example>", "\033 \"a <bank@b.example>\"|a@x.example" },
		{ "\033 <a@x.example>, \033[m B <b@x.example>", "\033|a@x.example;\033[m B|b@x.example" },
		{ "Joe (unclosed <joe@x.example>", "Joe (unclosed|joe@x.example" },
		{ "\033 <no address>", "\033 <no address>|" },
		{ "\033 <@> <a@> <@b> <a b@x.example> <", "\033 <@> <a@> <@b> <a b@x.example> <|" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *text = joined(cases[i].raw);
		g_assert_cmpstr(text, ==, cases[i].expect);
		g_free(text);
	}
}

/* At most LIMIT_ADDRESSES, and quotes that never end take no quadratic time. */
static void
test_recovered_bounds(void)
{
	GString *raw = g_string_new("\033 ");
	for (unsigned i = 0; i < LIMIT_ADDRESSES + 10; i++)
		g_string_append(raw, "\033 <a@x.example>,");
	GPtrArray *list = header_addresses(raw->str, NULL);
	g_assert_cmpuint(list->len, ==, LIMIT_ADDRESSES);
	g_ptr_array_unref(list);
	g_string_assign(raw, "\033 <");
	for (int i = 0; i < 200000; i++)
		g_string_append(raw, "\"\\");
	gint64 start = g_get_monotonic_time();
	g_ptr_array_unref(header_addresses(raw->str, NULL));
	g_assert_cmpint(g_get_monotonic_time() - start, <, 5 * G_USEC_PER_SEC);
	g_string_free(raw, TRUE);
}

/* Deeply nested groups must not reach the recursive parser, whoever calls. */
static void
test_group_bomb(void)
{
	GString *raw = g_string_new(NULL);
	for (int i = 0; i < 60000; i++)
		g_string_append(raw, "a:");
	GPtrArray *list = header_addresses(raw->str, NULL);
	g_assert_cmpuint(list->len, ==, 1);
	const struct header_address *a = list->pdata[0];
	g_assert_cmpstr(a->address, ==, "");
	g_ptr_array_unref(list);
	g_string_truncate(raw, 0);
	for (int i = 0; i < 900; i++)
		g_string_append(raw, "a:");
	g_string_append(raw, "x@y.example;");
	list = header_addresses(raw->str, NULL);
	g_assert_cmpuint(list->len, >=, 1);
	g_ptr_array_unref(list);
	g_string_free(raw, TRUE);
}

static void
test_ids(void)
{
	GPtrArray *ids = header_ids("<a@b> (c) <c@d><e@f> <> junk <no end");
	g_assert_cmpuint(ids->len, ==, 3);
	g_assert_cmpstr(ids->pdata[2], ==, "e@f");
	g_ptr_array_unref(ids);
	GString *many = g_string_new(NULL);
	for (int i = 0; i < LIMIT_REFERENCES + 5; i++)
		g_string_append_printf(many, "<%d@x> ", i);
	ids = header_ids(many->str);
	g_assert_cmpuint(ids->len, ==, LIMIT_REFERENCES);
	g_assert_cmpstr(ids->pdata[0], ==, "5@x");
	g_ptr_array_unref(ids);
	g_string_free(many, TRUE);
}

static void
test_date(void)
{
	static const struct {
		const char *raw, *expect;
	} cases[] = {
		{ "Sat, 21 Nov 2026 10:42:05 +0100", "2026-11-21T10:42:05+01:00" },
		{ "21 Nov 2026 10:42 -0330", "2026-11-21T10:42:00-03:30" },
		{ "Fri, 21 Nov 1997 09:55:06 GMT (comment)", "1997-11-21T09:55:06+00:00" },
		{ "01 Jan 2001 00:01+0000", "2001-01-01T00:01:00+00:00" },
		{ "Mon, 21 Aug 95 13:30:57 -600", "1995-08-21T13:30:57-06:00" },
		{ "20 Sep 103 10.19.01 A", "2003-09-20T10:19:01+00:00" }, /* RFC 5322 4.3 */
		{ "", NULL },
		{ NULL, NULL },
		{ "yesterday", NULL },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *date = header_date(cases[i].raw);
		g_assert_cmpstr(date, ==, cases[i].expect);
		g_free(date);
	}
}

static void
test_fields(void)
{
	static const char mail[] = "From nobody Sat Nov 21\nSubject : a\r\n b\r\n\tc\r\nno colon\r\n"
				   "To: x\r\nsubject: last\r\n\r\nTo: body\r\n";
	struct header *h = header_of_bytes(mail, strlen(mail));
	g_assert_cmpuint(header_n_fields(h), ==, 3);
	g_assert_cmpstr(header_field(h, 0)->value, ==, "a b c");
	g_assert_cmpstr(header_last(h, "SUBJECT"), ==, "last");
	g_assert_cmpuint(header_count(h, "Subject"), ==, 2);
	g_assert_cmpstr(header_last(h, "To"), ==, "x");
	g_assert_null(header_last(h, "Cc"));
	header_free(h);
	h = header_of_bytes("", 0);
	g_assert_cmpuint(header_n_fields(h), ==, 0);
	header_free(h);
}

static void
test_head(void)
{
	static const char mail[] = "From: first@x.example\nFrom: Last <last@x.example>\n"
				   "List-Id: Dev \"<x>\" <dev.x.example>\n"
				   "Message-ID: <1@x>\nReferences: <a@x> <b@x>\n\n";
	struct header *h = header_of_bytes(mail, strlen(mail));
	json_t *head = head_json(h, NULL);
	json_t *from = json_object_get(head, "from");
	g_assert_cmpuint(json_array_size(from), ==, 1);
	g_assert_cmpstr(json_string_value(json_object_get(json_array_get(from, 0), "address")), ==,
	    "last@x.example");
	g_assert_cmpstr(json_string_value(json_array_get(json_object_get(head, "repeated"), 0)), ==,
	    "from");
	g_assert_cmpstr(json_string_value(json_object_get(head, "list_id")), ==, "dev.x.example");
	g_assert_cmpstr(json_string_value(json_object_get(head, "message_id")), ==, "1@x");
	g_assert_cmpuint(json_array_size(json_object_get(head, "references")), ==, 2);
	g_assert_true(json_is_null(json_object_get(head, "date")));
	json_decref(head);
	json_t *all = head_all_json(h, NULL);
	g_assert_cmpuint(json_array_size(all), ==, 5);
	json_decref(all);
	header_free(h);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_mime_init();
	g_test_add_func("/header/text", test_text);
	g_test_add_func("/header/addresses", test_addresses);
	g_test_add_func("/header/recovered", test_recovered);
	g_test_add_func("/header/recovered-bounds", test_recovered_bounds);
	g_test_add_func("/header/group-bomb", test_group_bomb);
	g_test_add_func("/header/ids", test_ids);
	g_test_add_func("/header/date", test_date);
	g_test_add_func("/header/fields", test_fields);
	g_test_add_func("/header/head", test_head);
	return g_test_run();
}
