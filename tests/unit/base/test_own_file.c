/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_own_file.c - a file of the user's keeps its mode and its links, whoever changes it. */
#include "base/own_file.h"


#include <string.h>
#include <unistd.h>

static void
add_line(const char *path, const char *line)
{
	struct own_file f;
	GError *error = NULL;

	g_assert_true(own_file_read(&f, path, 100, &error));
	g_assert_no_error(error);
	own_file_end_line(&f);
	g_string_append(f.text, line);
	g_assert_true(own_file_write(&f, &error));
	g_assert_no_error(error);
	own_file_fini(&f);
}

static void
test_change(void)
{
	char *dir = g_dir_make_tmp("penfold-own-XXXXXX", NULL), *text = NULL;
	char *path = g_build_filename(dir, "dotfiles", "rc", NULL), *link = g_build_filename(dir, "link", NULL);
	struct stat st;

	add_line(path, "one"); /* with its folder */
	g_assert_cmpint(stat(path, &st), ==, 0);
	g_assert_cmpint(st.st_mode & 0777, ==, 0600);
	g_assert_cmpint(chmod(path, 0644), ==, 0);
	g_assert_cmpint(symlink("dotfiles/rc", link), ==, 0);
	add_line(link, "two\n");
	g_assert_cmpint(lstat(link, &st), ==, 0);
	g_assert_true(S_ISLNK(st.st_mode));
	g_assert_cmpint(stat(path, &st), ==, 0);
	g_assert_cmpint(st.st_mode & 0777, ==, 0644);
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "one\ntwo\n");
	unlink(link);
	unlink(path);
	*strrchr(path, '/') = '\0';
	rmdir(path);
	rmdir(dir);
	g_free(text);
	g_free(link);
	g_free(path);
	g_free(dir);
}

static void
test_limit(void)
{
	char *dir = g_dir_make_tmp("penfold-own-XXXXXX", NULL), *path = g_build_filename(dir, "rc", NULL);

	for (size_t len = 99; len <= 101; len++) {
		char *text = g_strnfill(len, 'x');
		struct own_file f;
		GError *error = NULL;

		g_assert_true(g_file_set_contents(path, text, -1, NULL));
		g_assert_cmpint(own_file_read(&f, path, 100, &error), ==, len <= 100);
		g_assert_cmpint(error != NULL, ==, len > 100);
		g_clear_error(&error);
		own_file_fini(&f);
		g_free(text);
	}
	unlink(path);
	rmdir(dir);
	g_free(path);
	g_free(dir);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/own-file/change", test_change);
	g_test_add_func("/own-file/limit", test_limit);
	return g_test_run();
}
