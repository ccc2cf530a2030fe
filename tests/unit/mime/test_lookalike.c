/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which names are shown in their own letters, and which as they are registered. */
#include "mime/lookalike.h"

#include <glib.h>

static void
test_address(void)
{
	static const struct {
		const char *address, *shown;
	} cases[] = {
		{ "x@example.org", "x@example.org" },
		{ "x@xn--bcher-kva.example", "x@b\u00fccher.example" },
		{ "x@b\u00fccher.example", "x@b\u00fccher.example" },
		{ "x@xn--80aswg.xn--p1ai", "x@\u0441\u0430\u0439\u0442.\u0440\u0444" },
		{ "x@xn--fiqs8s", "x@\u4e2d\u56fd" },
		/* scripts mixed; letters that all look Latin; signs that hide; what nobody can register */
		{ "x@\u0440\u0430\u0443\u0440\u0430l.com", "x@xn--l-7sba6dbr.com" },
		{ "x@xn--80ak6aa92e.com", "x@xn--80ak6aa92e.com" },
		{ "x@pay\u00b7pal.com", "x@xn--paypal-dla.com" },
		{ "x@xn--a.com", "x@xn--a.com" },
		/* no domain, or none that IDNA takes */
		{ "", "" },
		{ "x", "x" },
		{ "x@\u2024", "x@\u2024" },
		{ "\u00fc@example.org", "\u00fc@example.org" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *shown = lookalike_address(cases[i].address);

		g_assert_cmpstr(shown, ==, cases[i].shown);
		g_free(shown);
	}
}

static void
test_names(void)
{
	char *one = lookalike_name("Long, Carla"), *other = lookalike_name("\u0421arla Long");

	g_assert_cmpstr(one, ==, other);
	g_assert_null(lookalike_name("Carla"));
	g_assert_true(lookalike_is_mixed("xn--pypal-4ve.com"));
	g_assert_false(lookalike_is_mixed("xn--bcher-kva.example"));
	g_assert_true(lookalike_is_near("friend.example", "frend.example"));
	g_assert_true(lookalike_is_near("friend.example", "firend.example"));
	g_assert_false(lookalike_is_near("friend.example", "friend.example"));
	g_free(one);
	g_free(other);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lookalike/address", test_address);
	g_test_add_func("/lookalike/names", test_names);
	return g_test_run();
}
