/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/flags.h"

#include <string.h>

static char *
named(uint32_t flags)
{
	GString *out = g_string_new(NULL);

	for (unsigned bit = 0; bit < FLAG_COUNT; bit++)
		if ((flags & 1u << bit) != 0)
			g_string_append_printf(
			    out, "%s%s", out->len > 0 ? " " : "", flag_name(bit));
	return g_string_free(out, FALSE);
}

static void
test_header(void)
{
	static const struct {
		const char *header, *domain, *flags; /* org is example.org */
	} cases[] = {
	    {"From: Ann <ann@example.org>\n", "example.org", ""},
	    {"From: a@x.example\nFrom: b@example.org\n", "example.org",
		"multi-from dup-header"},
	    {"From: a@example.org, b@example.org\n", "example.org", ""},
	    {"From: a@example.org, b@evil.example\n", NULL, "multi-author-domain"},
	    {"From: team: a@example.org;\n", "example.org", "from-group"},
	    {"From: nobody:;\n", NULL, "from-group from-unparseable"},
	    {"From: just words\n", NULL, "from-unparseable"},
	    {"To: x@example.org\n", NULL, "from-unparseable"},
	    {"From: a@[192.0.2.1]\n", NULL, "from-unparseable"},
	    {"From: a@example.org\nSubject: 1\nsubject: 2\n", "example.org",
		"dup-header"},
	    {"From: a@example.org\nReceived: 1\nReceived: 2\nX: 1\nX: 2\n", "example.org",
		""},
	    /* the name */
	    {"From: \"service@paypal.com\" <x@example.org>\n", "example.org", "dn-spoof"},
	    {"From: =?utf-8?q?service=40paypal=2Ecom?= <x@example.org>\n", "example.org",
		"dn-spoof"},
	    {"From: PayPal.com <x@example.org>\n", "example.org", "dn-spoof"},
	    {"From: paypal.com service <x@example.org>\n", "example.org", "dn-spoof"},
	    {"From: \"ann@example.org\" <bounce@mail.example.org>\n", "mail.example.org",
		""},
	    {"From: www.example.org <a@mail.example.org>\n", "mail.example.org", ""},
	    {"From: shop.example.org <a@mail.example.org>\n", "mail.example.org", ""},
	    {"From: node.js weekly <a@example.org>\n", "example.org", ""},
	    {"From: Dr.Smith <a@example.org>\n", "example.org", ""},
	    {"From: \"a@b\" <a@example.org>\n", "example.org", ""},
	    {"From: \"example.org service@paypal.com\" <x@example.org>\n", "example.org", "dn-spoof"},
	    {"From: \"service\xef\xbc\xa0paypal.com\" <x@example.org>\n", "example.org", "dn-spoof"},
	    {"From: \"service@paypal\xe3\x80\x82" "com\" <x@example.org>\n", "example.org", "dn-spoof"},
	    {"From: \"service@pay\xe2\x80\x8bpal.com\" <x@example.org>\n", "example.org", "dn-spoof esc-in-header"},
	    {"From: <service@paypal.com@example.org>\n", "example.org", "dn-spoof"},
	    {"From: \"service@paypal.com\"@example.org\n", "example.org", "dn-spoof"},
	    {"From: =?utf-8?q?service=40paypal.com?=@example.org\n", "example.org", "dn-spoof"},
	    {"From: bounce+ann=paypal.com@example.org\n", "example.org", ""},
	    {"From: x@example.org (service@paypal.com)\n", "example.org", "dn-spoof"},
	    {"From: \"paypal.com\": x@example.org;\n", "example.org", "from-group dn-spoof"},
	    {"From: a@paypal.com x@example.org\n", NULL, "multi-author-domain"},
	    /* where answers go */
	    {"From: a@example.org\nReply-To: b@mail.example.org\n", "example.org", ""},
	    {"From: a@example.org\nReply-To: b@evil.example\n", "example.org",
		"replyto-foreign"},
	    {"From: a@example.org\nReply-To: l@lists.example\nList-Id: <l.lists.example>\n",
		"example.org", "list"},
	    {"From: a@example.org\nReply-To: l@evil.example\nList-Id: <l>\n",
		"example.org", "replyto-foreign list"},
	    /* controls */
	    {"From: a@example.org\nSubject: \033]0;x\007\n", "example.org",
		"esc-in-header"},
	    {"From: a@example.org\nX-Any: \302\2331m\n", "example.org", "esc-in-header"},
	    {"From: a@example.org\nSubject: =?utf-8?q?=1B[2J?=\n", "example.org",
		"esc-in-header"},
	    {"From: =?utf-8?b?4oCuZXZpbA==?= <a@example.org>\n", "example.org",
		"bidi-ctrl"},
	    {"From: a@example.org\nSubject: \xe2\x80\xaegpj\n", "example.org",
		"bidi-ctrl"},
	    {"From: a@example.org\nSubject:\ttab\n\tfold\n", "example.org", ""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *bytes = g_strconcat(cases[i].header, "\n", NULL);
		struct message *message = message_new(bytes, strlen(bytes));
		struct author author;
		author_init(&author, message);
		g_assert_cmpstr(author.domain, ==, cases[i].domain);
		char *flags = named(flags_of_header(message, &author, "example.org"));
		g_assert_cmpstr(flags, ==, cases[i].flags);
		g_free(flags);
		author_fini(&author);
		message_free(message);
		g_free(bytes);
	}
}

static void
test_addresses(void)
{
	static const char *const mine[] = {"ann@example.org",
	    "ann@b\xc3\xbc"
	    "cher.example",
	    NULL};
	static const struct {
		const char *header;
		bool is_named, is_named_but_to;
	} cases[] = {
	    {"To: x@y.example\nCc: Ann <ANN@Example.org>\n", true, true},
	    {"To: x@y.example\nTo: ann@example.org\n", true, false},
	    {"Delivered-To: ann@xn--bcher-kva.example\n", true, true},
	    {"To: ann@example.org.evil.net\n", false, false},
	    {"To: ann <ann@other.example>\nFrom: ann@example.org\n", false, false},
	    {"", false, false},
	};
	GPtrArray *but_to = g_ptr_array_new();

	g_ptr_array_add(but_to, (char[]){"to"});

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *bytes = g_strconcat(cases[i].header, "\n", NULL);
		struct message *message = message_new(bytes, strlen(bytes));
		g_assert_cmpint(
		    flags_names_recipient(message, mine, NULL), ==, cases[i].is_named);
		g_assert_cmpint(
		    flags_names_recipient(message, mine, but_to), ==, cases[i].is_named_but_to);
		message_free(message);
		g_free(bytes);
	}
	g_ptr_array_unref(but_to);
	g_assert_true(flags_is_same_address("Ann@Example.ORG", "ann@example.org"));
	g_assert_false(flags_is_same_address("ann@example.org", "bob@example.org"));
	g_assert_false(flags_is_same_address("ann", "ann"));
	g_assert_false(flags_is_same_address("ann@[1.2.3.4]", "ann@[1.2.3.4]x"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/flags/header", test_header);
	g_test_add_func("/flags/addresses", test_addresses);
	return g_test_run();
}
