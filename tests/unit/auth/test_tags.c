/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/tags.h"

#include <string.h>

/* Lists that are refused, and lists of which "b" is read, white space taken out. */
static void
test_parse(void)
{
	static const struct {
		const char *list;
		bool is_ok;
		const char *b;
	} cases[] = {
	    {"a=1; b=2", true, "2"},
	    {" a = 1 ;\r\n\tb = x y\r\n\tz ; ", true, "xyz"},
	    {"b=", true, ""},
	    {"a=1", true, NULL},
	    {"", true, NULL},
	    {"a=1;;b=2", true, "2"},
	    {"b=a=b==", true, "a=b=="},
	    {"B=1", true, NULL},
	    {"b=1; b=2", false, NULL},
	    {"b", false, NULL},
	    {"=1", false, NULL},
	    {"1b=1", false, NULL},
	    {"b-c=1", false, NULL},
	    {"a=1 b=2", true, NULL},
	    {"b=a\x01", false, NULL},
	    {"b=a\x7f", false, NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct tags tags;
		GError *error = NULL;
		bool is_ok =
		    tags_parse(cases[i].list, strlen(cases[i].list), &tags, &error);
		g_assert_cmpint(is_ok, ==, cases[i].is_ok);
		g_assert_cmpint(error == NULL, ==, is_ok);
		g_clear_error(&error);
		if (!is_ok)
			continue;
		char *b = tags_packed(&tags, "b");
		g_assert_cmpstr(b, ==, cases[i].b);
		g_free(b);
	}
}

static void
test_count(void)
{
	for (int n = TAGS_MAX - 1; n <= TAGS_MAX + 1; n++) {
		GString *list = g_string_new(NULL);
		struct tags tags;
		for (int i = 0; i < n; i++)
			g_string_append_printf(list, "t%d=%d;", i, i);
		g_assert_cmpint(
		    tags_parse(list->str, list->len, &tags, NULL), ==, n <= TAGS_MAX);
		g_string_free(list, TRUE);
	}
}

static void
test_values(void)
{
	static const char list[] =
	    "n=123; m=; o=12x; big=99999999999999999999; l= a : B :c";
	struct tags tags;
	guint64 n = 0;

	g_assert_true(tags_parse(list, strlen(list), &tags, NULL));
	g_assert_true(tags_number(tags_find(&tags, "n"), 3, &n));
	g_assert_cmpuint(n, ==, 123);
	g_assert_false(tags_number(tags_find(&tags, "n"), 2, &n));
	g_assert_false(tags_number(tags_find(&tags, "m"), 9, &n));
	g_assert_false(tags_number(tags_find(&tags, "o"), 9, &n));
	g_assert_false(tags_number(tags_find(&tags, "big"), 76, &n));
	g_assert_true(tags_list_has(tags_find(&tags, "l"), "a"));
	g_assert_true(tags_list_has(tags_find(&tags, "l"), "b"));
	g_assert_true(tags_list_has(tags_find(&tags, "l"), "c"));
	g_assert_false(tags_list_has(tags_find(&tags, "l"), "ab"));
	g_assert_false(tags_list_has(tags_find(&tags, "l"), ""));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tags/parse", test_parse);
	g_test_add_func("/tags/count", test_count);
	g_test_add_func("/tags/values", test_values);
	return g_test_run();
}
