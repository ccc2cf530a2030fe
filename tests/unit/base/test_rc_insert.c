/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line more in an rc file, and not one byte else. */
#include "base/error.h"
#include "base/rc_insert.h"
#include "base/rc_write.h"

#include <glib/gstdio.h>
#include <string.h>

static void
test_text(void)
{
	static const struct {
		const char *before, *after; /* NULL: the section is not there */
	} cases[] = {
		{ "[account \"a\"]\nx = 1\n", "[account \"a\"]\nx = 1\nk = v\n" },
		{ "[account \"a\"]\nx = 1", "[account \"a\"]\nx = 1\nk = v\n" },
		{ "[account \"a\"]", "[account \"a\"]\nk = v\n" },
		{ "[account \"a\"] # mine\n\n# next\n[b]\n", "[account \"a\"] # mine\nk = v\n\n# next\n[b]\n" },
		{ "[account \"b\"]\ny = 2\n[account \"a\"]\nx = 1\n\n\n[c]\n",
		    "[account \"b\"]\ny = 2\n[account \"a\"]\nx = 1\nk = v\n\n\n[c]\n" },
		{ "[account \"b\"]\n", NULL },
		{ "", NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *text = rc_insert_text(cases[i].before, "account", "a", "k = v");

		g_assert_cmpstr(text, ==, cases[i].after);
		g_free(text);
	}
}

/* One line says otherwise, and no other byte changes. */
static void
test_set(void)
{
	static const struct {
		const char *before, *after;
	} cases[] = {
		{ "", "[ui]\nk = v\n" },
		{ "# mine", "# mine\n\n[ui]\nk = v\n" },
		{ "[ui]\nx = 1\n", "[ui]\nx = 1\nk = v\n" },
		{ "[ui]\n  K=old\r\n[b]\nk = 2\n", "[ui]\n  K=v\r\n[b]\nk = 2\n" },
		{ "[ui]\nk = old  # why\nkk = 1\n", "[ui]\nk = v  # why\nkk = 1\n" },
		{ "[ui]\nk = \"a # b\" ; why\n", "[ui]\nk = v ; why\n" },
		{ "[ui]\nk = a#b", "[ui]\nk = v" },
		{ "[ui]\nk = one \\\n  two\nx = 1\n", "[ui]\nk = v\nx = 1\n" },
		{ "[ui]\nk =\n", "[ui]\nk =v\n" },
		{ "[ui]\nk = 1\n[a]\nk = 2\n[ui]\nk = 3\n[a]\nk = 4\n", "[ui]\nk = 1\n[a]\nk = 2\n[ui]\nk = v\n[a]\nk = 4\n" },
		{ "[ui \"x\"]\nk = 1\n", "[ui \"x\"]\nk = 1\n\n[ui]\nk = v\n" },
		{ "#[ui]\n#k = 1\n", "#[ui]\n#k = 1\n\n[ui]\nk = v\n" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *text = rc_set_text(cases[i].before, "ui", NULL, "k", "v");

		g_assert_cmpstr(text, ==, cases[i].after);
		g_free(text);
	}
}

/* What would make the file unreadable is refused, and the file stays as it was. */
static void
test_refused(void)
{
	static const char *const values[] = { "", "a\nb", "a\"b", "a#b", "a\x1b[31m", "a\xff", "a\xc2\x9b", "a\x7f" };
	char *dir = g_dir_make_tmp("penfold-insert-XXXXXX", NULL), *path = g_build_filename(dir, "rc", NULL), *left;
	const char *before = "[account \"a\"]\nx = 1\n";
	GError *error = NULL;

	g_assert_true(g_file_set_contents(path, before, -1, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		char *line = g_strdup_printf("k = %s\n", values[i]);

		g_assert_false(rc_insert(path, "account", "a", "k", values[i], &error));
		g_assert_error(error, PF_ERROR, PF_ERROR_USAGE);
		g_clear_error(&error);
		if (i > 3) {
			g_assert_false(rc_write_append(path, line, false, &error));
			g_assert_error(error, PF_ERROR, PF_ERROR_USAGE);
			g_clear_error(&error);
		}
		g_free(line);
	}
	g_assert_true(g_file_get_contents(path, &left, NULL, NULL));
	g_assert_cmpstr(left, ==, before);
	g_assert_true(rc_insert(path, "account", "a", "k", "v\xc3\xa4.example", &error));
	g_assert_no_error(error);
	(void)g_unlink(path);
	(void)g_rmdir(dir);
	g_free(left);
	g_free(path);
	g_free(dir);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rc-insert/text", test_text);
	g_test_add_func("/rc-insert/set", test_set);
	g_test_add_func("/rc-insert/refused", test_refused);
	return g_test_run();
}
