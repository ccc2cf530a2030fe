/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sqlite files that several programs open at once: private, and none of them trips while one is made. */
#include "base/error.h"
#include "store/database.h"
#include "store_fixture.h"

#include <sys/wait.h>

enum { ROUNDS = 40, CHILDREN = 6 };

struct place {
	char *top, *path;
};

static void
set_up(struct place *f, gconstpointer data)
{
	GError *error = NULL;

	(void)data;
	f->top = g_dir_make_tmp("penfold-database-XXXXXX", &error);
	g_assert_no_error(error);
	f->path = g_build_filename(f->top, "x.db", NULL);
}

static void
tear_down(struct place *f, gconstpointer data)
{
	(void)data;
	fixture_remove_tree(f->top);
	g_free(f->top);
	g_free(f->path);
}

static void
test_private(struct place *f, gconstpointer data)
{
	GError *error = NULL;
	mode_t old = umask(0);
	sqlite3 *db = database_open(f->path, &error);
	char *wal = g_strconcat(f->path, "-wal", NULL);
	struct stat st;

	(void)data;
	g_assert_no_error(error);
	g_assert_cmpint(sqlite3_exec(db, "CREATE TABLE t(a)", NULL, NULL, NULL), ==, SQLITE_OK);
	g_assert_cmpint(stat(f->path, &st), ==, 0);
	g_assert_cmpint(st.st_mode & 0777, ==, 0600);
	g_assert_cmpint(stat(wal, &st), ==, 0);
	g_assert_cmpint(st.st_mode & 0777, ==, 0600);
	sqlite3_close(db);
	(void)umask(old);
	g_free(wal);
}

static void
test_no_folder(struct place *f, gconstpointer data)
{
	char *path = g_build_filename(f->top, "missing", "x.db", NULL);
	GError *error = NULL;

	(void)data;
	g_assert_null(database_open(path, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_IO);
	g_assert_nonnull(strstr(error->message, path));
	g_clear_error(&error);
	g_free(path);
}

/* Wait for the start, open, write: 0, or why not on stderr. */
static int
open_and_write(const char *path, int go)
{
	GError *error = NULL;
	sqlite3 *db;
	char byte;

	(void)!read(go, &byte, 1);
	db = database_open(path, &error);
	if (db == NULL || sqlite3_exec(db, "CREATE TABLE IF NOT EXISTS t(a)", NULL, NULL, NULL) != SQLITE_OK) {
		(void)database_fail(db, "table", &error);
		g_printerr("# %s\n", error->message);
		return 1;
	}
	return sqlite3_close(db);
}

static void
start_at_once(const char *path)
{
	int go[2], status;
	pid_t children[CHILDREN];

	g_assert_cmpint(pipe(go), ==, 0);
	for (int i = 0; i < CHILDREN; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			close(go[1]);
			_exit(open_and_write(path, go[0]));
		}
	}
	close(go[0]);
	close(go[1]);
	for (int i = 0; i < CHILDREN; i++) {
		g_assert_cmpint(waitpid(children[i], &status, 0), ==, children[i]);
		g_assert_cmpint(status, ==, 0);
	}
}

static void
test_at_once(struct place *f, gconstpointer data)
{
	(void)data;
	for (int i = 0; i < ROUNDS; i++) {
		char *path = g_strdup_printf("%s/%d.db", f->top, i);

		start_at_once(path);
		g_free(path);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/database/private", struct place, NULL, set_up, test_private, tear_down);
	g_test_add("/database/no-folder", struct place, NULL, set_up, test_no_folder, tear_down);
	g_test_add("/database/at-once", struct place, NULL, set_up, test_at_once, tear_down);
	return g_test_run();
}
