/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_common.c - mailboxes as a header has them, and changes of tags as a person types them. */
#include "ui/common.h"
#include "ui/mail_ask.h"

static void
test_address(void)
{
	static const struct {
		const char *text, *name, *address;
	} cases[] = {
	    {"ann@test.example", "", "ann@test.example"},
	    {"Ann Example <ann@test.example>", "Ann Example", "ann@test.example"},
	    {"Ann <ann@test.example>, Bo <bo@b.example>", "Ann", "ann@test.example"},
	    /* a comment or a quoted string is no address, whatever stands in it (RFC 5322, 3.2.2 and 3.2.4) */
	    {"bo@evil.example (Pay <service@paypal.example>)", "", "bo@evil.example"},
	    {"Bo (see <service@paypal.example>) <bo@evil.example>", "Bo (see <service@paypal.example>)", "bo@evil.example"},
	    {"\"Pay <service@paypal.example>\" <bo@evil.example>", "\"Pay <service@paypal.example>\"", "bo@evil.example"},
	    {"\"a \\\" <x@y>\" <bo@evil.example>", "\"a \\\" <x@y>\"", "bo@evil.example"},
	    /* what an encoded word has brought in stands before the address */
	    {"Pay <service@paypal.example> <bo@evil.example>", "Pay <service@paypal.example>", "bo@evil.example"},
	    {"\"left open <bo@evil.example>", "\"left open", "bo@evil.example"},
	    {"bo@evil.example (Bo)", "", "bo@evil.example"},
	    {"", "", ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *name, *address;
		json_t *value = json_string(cases[i].text);
		common_address(value, &name, &address);
		g_assert_cmpstr(name, ==, cases[i].name);
		g_assert_cmpstr(address, ==, cases[i].address);
		json_decref(value);
		g_free(name);
		g_free(address);
	}
}

static void
test_changes(void)
{
	static const struct {
		const char *text;
		char sign;
		const char *changes;
	} cases[] = {
	    {"+todo", '+', "+todo"},
	    {"+todo work", '+', "+todo +work"},
	    {"-todo work +done", '-', "-todo -work +done"},
	    {"todo, work", '+', "+todo +work"},
	    {"+", '+', ""},
	    {"  - ", '-', ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *changes = mail_ask_changes(cases[i].text, cases[i].sign);
		g_assert_cmpstr(changes, ==, cases[i].changes);
		g_free(changes);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/common/address", test_address);
	g_test_add_func("/common/changes-of-tags", test_changes);
	return g_test_run();
}
