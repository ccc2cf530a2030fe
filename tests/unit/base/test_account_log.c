/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log of an account: lines for people, secrets cut out, a new file when it is full. */
#include "base/account_log.h"

#include "base/file.h"
#include "base/limits.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static struct rc *
make_rc(const char *dir)
{
	char *state = g_strdup_printf("store.state=%s", dir);
	const char *const overrides[] = {state, "account.w.address=w@example.org", NULL};
	struct rc *rc = rc_load("/dev/null", overrides, NULL);

	g_free(state);
	return rc;
}

/* Take away what make_rc()'s folder holds, and the folder. */
static void
remove_logs(char *dir)
{
	char *logs = g_build_filename(dir, "log", NULL);

	file_remove_dir(logs);
	g_assert_cmpint(g_rmdir(dir), ==, 0);
	g_free(logs);
	g_free(dir);
}

static void
test_secrets(void)
{
	char *dir = g_dir_make_tmp("pf.XXXXXX", NULL), *path, *text = NULL;
	struct rc *rc = make_rc(dir);
	struct account_log *log = account_log_new(rc, "w/../x");
	struct secret *secret = secret_new("hunter22", 8);
	GPtrArray *lines;
	struct stat st;

	account_log_hide(log, secret, "ann");
	account_log_hide(log, NULL, "ann");
	account_log_line(log, "sync", "the server says: hunter22, aHVudGVyMjI=, AGFubgBodW50ZXIyMg== \033[31m");
	path = account_log_path(rc, "w/../x");
	g_assert_true(g_str_has_prefix(path, dir));
	g_assert_null(strstr(path, "/../"));
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_assert_null(strstr(text, "hunter22"));
	g_assert_null(strstr(text, "aHVudGVyMjI"));
	g_assert_null(strstr(text, "AGFubgBodW50ZXIyMg"));
	g_assert_null(strchr(text, '\033'));
	g_assert_nonnull(strstr(text, "(hidden), (hidden)"));
	g_assert_cmpint(stat(path, &st), ==, 0);
	g_assert_cmpuint(st.st_mode & 0777, ==, 0600);
	account_log_line(log, "sync", "two");
	account_log_line(log, "sync", "three");
	lines = account_log_last(rc, "w/../x", 2);
	g_assert_cmpuint(lines->len, ==, 2);
	g_assert_true(g_str_has_suffix(g_ptr_array_index(lines, 0), "two"));
	g_assert_true(g_str_has_suffix(g_ptr_array_index(lines, 1), "three"));
	g_ptr_array_unref(lines);
	lines = account_log_last(rc, "nobody", 2);
	g_assert_cmpuint(lines->len, ==, 0);
	g_ptr_array_unref(lines);
	secret_free(secret);
	account_log_free(log);
	rc_free(rc);
	g_free(text);
	g_free(path);
	remove_logs(dir);
}

static void
test_rotation(void)
{
	char *dir = g_dir_make_tmp("pf.XXXXXX", NULL), *path, *old, *big = g_strnfill(LIMIT_ACCOUNT_LOG, 'x');
	struct rc *rc = make_rc(dir);
	struct account_log *log = account_log_new(rc, "w");

	path = account_log_path(rc, "w");
	old = g_strconcat(path, ".1", NULL);
	account_log_line(log, "sync", "first");
	g_assert_true(g_file_set_contents(path, big, LIMIT_ACCOUNT_LOG - 1, NULL));
	account_log_line(log, "sync", "still");
	g_assert_false(g_file_test(old, G_FILE_TEST_EXISTS));
	account_log_line(log, "sync", "next");
	g_assert_true(g_file_test(old, G_FILE_TEST_EXISTS));
	account_log_free(log);
	rc_free(rc);
	g_free(big);
	g_free(old);
	g_free(path);
	remove_logs(dir);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/account-log/secrets", test_secrets);
	g_test_add_func("/account-log/rotation", test_rotation);
	return g_test_run();
}
