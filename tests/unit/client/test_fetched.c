/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was fetched is kept over sessions, and the file stays small. */
#include "client/fetched.h"

#include "base/jsonl.h"

#include <glib/gstdio.h>
#include <string.h>

static struct rc *
rc_of(const char *dir)
{
	char *path = g_build_filename(dir, "rc", NULL);
	char *text = g_strdup_printf("[store]\nstate = %s\n", dir);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_chmod(path, 0600);
	struct rc *rc = rc_load(path, NULL, NULL);
	g_assert_nonnull(rc);
	g_free(text);
	g_free(path);
	return rc;
}

static void
note(const struct rc *rc, int bytes, double seconds)
{
	json_t *done = json_pack("{s:s, s:i, s:f, s:i}", "account", "work", "bytes", bytes, "seconds", seconds, "new", 3);
	fetched_note(rc, done);
	json_decref(done);
}

static void
test_fetched(void)
{
	char *dir = g_dir_make_tmp("pf-fetched-XXXXXX", NULL);
	char *file = g_build_filename(dir, "fetched", NULL), *path = g_build_filename(dir, "rc", NULL);
	struct rc *rc = rc_of(dir);
	json_t *list = fetched_list(rc, 5);
	GStatBuf st;
	g_assert_cmpuint(json_array_size(list), ==, 0);
	json_decref(list);
	note(rc, 0, 1); /* nothing came: no news */
	note(rc, 1000, 0.5);
	note(rc, 2000, 2);
	list = fetched_list(rc, 1);
	g_assert_cmpuint(json_array_size(list), ==, 1);
	g_assert_cmpint(jsonl_int(json_array_get(list, 0), "bytes", 0), ==, 2000);
	g_assert_cmpstr(jsonl_string(json_array_get(list, 0), "account"), ==, "work");
	json_decref(list);
	for (int i = 1; i <= 2000; i++)
		note(rc, i, 1);
	g_assert_cmpint(g_stat(file, &st), ==, 0);
	g_assert_cmpint(st.st_size, <=, (64 << 10) + 200);
	list = fetched_list(rc, 3);
	g_assert_cmpint(jsonl_int(json_array_get(list, 2), "bytes", 0), ==, 2000);
	json_decref(list);
	rc_free(rc);
	(void)g_unlink(file);
	(void)g_unlink(path);
	(void)g_rmdir(dir);
	g_free(path);
	g_free(file);
	g_free(dir);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fetched/kept", test_fetched);
	return g_test_run();
}
