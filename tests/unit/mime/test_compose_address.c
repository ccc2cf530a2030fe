/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_compose_address.c - addresses as people write them: what is taken, what is refused
 * and where. */
#include "base/error.h"
#include "mime/compose_address.h"

#include <string.h>

static void
test_address_specs(void)
{
	static const struct {
		const char *spec;
		int offset; /* of the fault; -1: good */
	} cases[] = {
	    {"ann@example.org", -1},
	    {"a.b+c@example.org", -1},
	    {"!#$%&'*+-/=?^_`{|}~@example.org", -1},
	    {"\"a b\"@example.org", -1},
	    {"\"a@b\"@example.org", -1},
	    {"\"a\\\"b\"@example.org", -1},
	    {"ann@[192.0.2.1]", -1},
	    {"ann@[IPv6:2001:db8::1]", -1},
	    {"jörg@example.org", -1},
	    {"ann@bücher.example", -1},
	    {"ann@localhost", -1},
	    {"ann", 0},
	    {"", 0},
	    {"@example.org", 0},
	    {"ann@", 4},
	    {".ann@example.org", 0},
	    {"ann.@example.org", 3},
	    {"a..b@example.org", 1},
	    {"a b@example.org", 1},
	    {"ann@@example.org", 4},
	    {"ann@example..org", 12},
	    {"ann@example.org.", 16},
	    {"ann@-example.org", 12},
	    {"ann@exa_mple.org", 7},
	    {"ann@[192.0.2.300]", 4},
	    {"ann@[IPv6:192.0.2.1]", 4},
	    {"ann@[192.0.2.1", 4},
	    {"\"ann@example.org", 0},
	    {"\xff@example.org", 0},
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		size_t offset = 999;
		bool good = compose_address_check(cases[i].spec, &offset, &error);

		g_test_message("%s", cases[i].spec);
		g_assert_cmpint(good, ==, cases[i].offset < 0);
		if (!good) {
			g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
			g_assert_cmpuint(offset, ==, (size_t)cases[i].offset);
			g_error_free(error);
		}
	}
}

static void
test_address_limits(void)
{
	static const struct {
		size_t local, label;
		bool is_good;
	} cases[] = {{64, 63, true}, {65, 63, false}, {64, 64, false}};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *local = g_strnfill(cases[i].local, 'a'),
		     *label = g_strnfill(cases[i].label, 'b');
		char *spec = g_strdup_printf("%s@%s.org", local, label);

		g_assert_cmpint(
		    compose_address_check(spec, NULL, NULL), ==, cases[i].is_good);
		g_free(spec);
		g_free(local);
		g_free(label);
	}
}

static void
test_address_lists(void)
{
	static const struct {
		const char *text;
		const char *want; /* "name|spec" joined by newlines; NULL: refused */
	} cases[] = {
	    {"", ""},
	    {"a@x.org", "|a@x.org"},
	    {"a@x.org, b@x.org", "|a@x.org\n|b@x.org"},
	    {" , a@x.org,, b@x.org , ", "|a@x.org\n|b@x.org"},
	    {"Ann Example <a@x.org>", "Ann Example|a@x.org"},
	    {"<a@x.org>", "|a@x.org"},
	    {"\"Doe, Jane\" <a@x.org>", "Doe, Jane|a@x.org"},
	    {"John Q. Public <a@x.org>", "John Q. Public|a@x.org"},
	    {"\"a b\"@x.org", "|\"a b\"@x.org"},
	    {"a@x.org (Ann)", "|a@x.org"},
	    {"(c (nested)) Ann (x) <a@x.org>(y)", "Ann|a@x.org"},
	    {"list: a@x.org, b@x.org;, c@x.org", "|a@x.org\n|b@x.org\n|c@x.org"},
	    {"nobody:;", ""},
	    {"山田 <y@x.org>", "山田|y@x.org"},
	    {"a@[IPv6:::1]", "|a@[IPv6:::1]"},
	    {"Ann Example", NULL},
	    {"Ann a@x.org", NULL},
	    {"a@x.org; b@x.org", NULL},
	    {"a@x.org b@x.org", NULL},
	    {"Ann <a@x.org", NULL},
	    {"Ann <a@x.org> b", NULL},
	    {"\"Ann <a@x.org>", NULL},
	    {"(Ann <a@x.org>", NULL},
	    {"list: a@x.org", NULL},
	    {"a: b: c@x.org;", NULL},
	    {"mailto:a@x.org", NULL},
	    {">", NULL},
	};
	size_t i;
	guint k;

	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		GPtrArray *list = compose_address_list(cases[i].text, &error);
		GString *got = g_string_new(NULL);

		g_test_message("%s", cases[i].text);
		for (k = 0; list != NULL && k < list->len; k++) {
			const struct compose_address *a = list->pdata[k];

			g_string_append_printf(
			    got, "%s%s|%s", k > 0 ? "\n" : "", a->name, a->spec);
		}
		g_assert_cmpstr(list != NULL ? got->str : NULL, ==, cases[i].want);
		if (list == NULL)
			g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
		g_clear_error(&error);
		g_clear_pointer(&list, g_ptr_array_unref);
		g_string_free(got, TRUE);
	}
}

static void
test_comment_depth(void)
{
	static const struct {
		int depth;
		bool is_good;
	} cases[] = {{64, true}, {65, false}, {100000, false}};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *open = g_strnfill((gsize)cases[i].depth, '(');
		char *close = g_strnfill((gsize)cases[i].depth, ')');
		char *text = g_strconcat(open, close, "a@x.org", NULL);
		GPtrArray *list = compose_address_list(text, NULL);

		g_assert_cmpint(list != NULL, ==, cases[i].is_good);
		g_clear_pointer(&list, g_ptr_array_unref);
		g_free(text);
		g_free(open);
		g_free(close);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/address/spec", test_address_specs);
	g_test_add_func("/address/limits", test_address_limits);
	g_test_add_func("/address/list", test_address_lists);
	g_test_add_func("/address/comments", test_comment_depth);
	return g_test_run();
}
