/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/address.h"

#include "base/limits.h"

#include <string.h>

/* "display<local|domain>" for each mailbox, "g" for a group, "!" for malformed. */
static char *
listed(const char *text, size_t len)
{
	struct addresses *list = addresses_new(text, len);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < list->items->len; i++) {
		const struct address *a = g_ptr_array_index(list->items, i);
		g_string_append_printf(
		    out, "%s<%s|%s>", a->display, a->local, a->domain ? a->domain : "-");
	}
	g_string_append_printf(
	    out, "%s%s", list->has_group ? "g" : "", list->is_malformed ? "!" : "");
	addresses_free(list);
	return g_string_free(out, FALSE);
}

static void
test_lists(void)
{
	static const struct {
		const char *text, *out;
	} cases[] = {
	    {"ann@example.org", "<ann|example.org>"},
	    {" Ann Example <ann@Example.ORG>", "Ann Example<ann|example.org>"},
	    {"\"Example, Ann\" <ann@example.org>, b@c.example",
		"Example, Ann<ann|example.org><b|c.example>"},
	    /* a comment is shown as a name where there is none */
	    {"(comment <x@y>) ann@example.org (more (nested) text)", "more (nested) text<ann|example.org>"},
	    {"Ann <ann@example.org> (comment)", "Ann<ann|example.org>"},
	    {" <ann@example.org> (comment)", "comment<ann|example.org>"},
	    /* two side by side are two, whatever the sender meant */
	    {"a@good.example b@evil.example", "<a|good.example><b|evil.example>!"},
	    {"<a@good.example b@evil.example>", "<a|good.example><b|evil.example>!"},
	    {"Ann <a@good.example> b@evil.example", "Ann<a|good.example><b|evil.example>!"},
	    {"ann @ example . org", "<ann|example.org>"},
	    {"ann l@example.org", "<annl|example.org>!"},
	    {"\"service@paypal.example\" <x@evil.example>",
		"service@paypal.example<x|evil.example>"},
	    {"service@paypal.example <x@evil.example>",
		"service@paypal.example<x|evil.example>"},
	    {"<a@good.example> <b@evil.example>", "<a|good.example><b|evil.example>!"},
	    {"undisclosed:;", "g"},
	    {"team: a@x.example, B <b@x.example>;", "<a|x.example>B<b|x.example>g"},
	    {"<@r1.example,@r2.example:c@d.example>", "<c|d.example>"},
	    {"\"odd local\"@example.org", "<odd local|example.org>"},
	    {"\"a@b\"@c.example", "<a@b|c.example>"},
	    {"a@[192.0.2.1]", "<a|->"},
	    {"=?utf-8?q?J=C3=BCrgen_?= =?utf-8?b?TcO8bGxlcg==?= <j@x.example>",
		"J\xc3\xbcrgen M\xc3\xbcller<j|x.example>"},
	    {"=?iso-8859-1?Q?Andr=E9?= <a@x.example>", "Andr\xc3\xa9<a|x.example>"},
	    {"=?utf-8?q?a=40bank.example?= <x@evil.example>",
		"a@bank.example<x|evil.example>"},
	    {"=?nocharset?q?x?= <a@x.example>", "=?nocharset?q?x?=<a|x.example>"},
	    /* base64 without padding; a NUL hides nothing behind it */
	    {"=?utf-8?b?YUBiYW5rLmV4YW1wbGU?= <x@evil.example>", "a@bank.example<x|evil.example>"},
	    {"=?iso-8859-1?q?Ann=00a=40bank.example?= <x@evil.example>", "Ann?a@bank.example<x|evil.example>"},
	    {"=?utf-8?q?Ann=00a=40bank.example?= <x@evil.example>", "Ann\xef\xbf\xbd" "a@bank.example<x|evil.example>"},
	    {"\"a@bank.example\": x@evil.example;", "<x|evil.example>g"},
	    {"ann@b\xc3\xbc"
	     "cher.example",
		"<ann|xn--bcher-kva.example>"},
	    {"no address at all", "!"},
	    {"<ann@example.org", "<ann|example.org>!"},
    {"<<ann@example.org>>", "<ann|example.org>!"},
    {"Ann <x@evil.example <ann@example.org>>, <b@c.example>", "Ann<ann|example.org><b|c.example>!"},
	    {"a@", "!"},
	    {"@b.example", "!"},
	    {"", ""},
	    {",,;;", ""},
	    {"((((", ""},
	    {"\"unclosed", "!"},
	    /* a quoted string is no part of a domain, whoever would glue it on */
	    {"ann@bank.example \".evil.example\"", "<ann|->!"},
	    {"ann@bank.example \".evil.example", "<ann|->!"},
	    {"Ann <ann@bank.example\".evil.example\">", "Ann<ann|->!"},
	    {"\"an.n\"@bank.example", "<an.n|bank.example>"},
	    {"\"a@b.example\" <ann@bank.example>", "a@b.example<ann|bank.example>"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *out = listed(cases[i].text, strlen(cases[i].text));
		g_assert_cmpstr(out, ==, cases[i].out);
		g_free(out);
	}
}

/* Hostile sizes end, in time linear in their length. */
static void
test_large(void)
{
	static const char *const pieces[] = {
	    "(", "a:", "<", "\"", "=?utf-8?q?", "a@b,", "\\", "<a@b>"};

	for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
		GString *text = g_string_new(NULL);
		while (text->len < 2 * LIMIT_HEADER_VALUE)
			g_string_append(text, pieces[i]);
		struct addresses *list = addresses_new(text->str, text->len);
		g_assert_cmpuint(list->items->len, <=, LIMIT_ADDRESSES);
		addresses_free(list);
		g_string_free(text, TRUE);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/address/lists", test_lists);
	g_test_add_func("/address/large", test_large);
	return g_test_run();
}
