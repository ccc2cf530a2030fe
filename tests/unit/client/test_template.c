/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_template.c - variables in the texts that letters begin with. */
#include "base/error.h"
#include "client/template.h"

static json_t *
values(void)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "name", "Doe, \"JD\" Jane <x@evil.example>, Eve", "address",
	    "jane@x.example", "date", "2026-11-28T09:05:00+0100", "today", "2026-12-24T18:00:00Z", "subject",
	    "One\nBcc: eve@evil.example", "quote", "> ${address}\n> two");
}

static void
test_fill(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"", ""},
	    {"no mark, $5 and {x}", "no mark, $5 and {x}"},
	    {"${address}${address}", "jane@x.examplejane@x.example"},
	    {"On ${date}, ${address} wrote:", "On 2026-11-28 09:05 +0100, jane@x.example wrote:"},
	    {"${date:%d.%m.%y at %H:%M}", "28.11.26 at 09:05"},
	    {"${today}", "2026-12-24"},
	    {"$${address} ${cc}.", "${address} ."},
	    {"${quote}\n", "> ${address}\n> two\n"}, /* a value is not read again */
	    {"${address", "${address"},
	    {"${address\n}", "${address\n}"},
	};
	json_t *v = values();
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *got = template_fill(cases[i].text, v);
		g_assert_cmpstr(got, ==, cases[i].want);
		g_free(got);
	}
	json_decref(v);
}

static void
test_field(void)
{
	json_t *v = values();
	char *subject = template_fill_field("Subject: about ${subject}", v, false);
	char *to = template_fill_field("To: ${name} <${address}>", v, true);
	g_assert_cmpstr(subject, ==, "Subject: about One Bcc: eve@evil.example");
	g_assert_cmpstr(to, ==, "To: \"Doe, \\\"JD\\\" Jane <x@evil.example>, Eve\" <jane@x.example>");
	g_free(subject);
	g_free(to);
	json_decref(v);
}

static void
test_check(void)
{
	static const struct {
		const char *text;
		bool has_original;
		const char *want; /* NULL: it is good */
	} cases[] = {
	    {"nothing", false, NULL},
	    {"${my-name} ${today:%A}", false, NULL},
	    {"a\nb ${name} $${nothing}", true, NULL},
	    {"a\nb\n${nmae}", true, "3: unknown variable ${nmae}, did you mean ${name}?"},
	    {"${zzzzzzzzzz}", true, "1: unknown variable ${zzzzzzzzzz}; penfold-rc(5) lists them"},
	    {"\n${quote}", false, "2: ${quote} is of a letter that is answered, and here is none"},
	    {"${name:%d}", true, "1: ${name} is no date and takes no format"},
	    {"${date:%Q}", true, "1: ${date:%Q} is no format of strftime(3)"},
	    {"${}", true, "1: unknown variable ${}; penfold-rc(5) lists them"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		g_assert_cmpint(template_check(cases[i].text, cases[i].has_original, &error), ==, cases[i].want == NULL);
		g_assert_cmpstr(error != NULL ? error->message : NULL, ==, cases[i].want);
		g_clear_error(&error);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/template/fill", test_fill);
	g_test_add_func("/template/field", test_field);
	g_test_add_func("/template/check", test_check);
	return g_test_run();
}
