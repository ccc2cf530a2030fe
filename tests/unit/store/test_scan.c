/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree and the index: what other programs did to files is followed, tags are kept. */
#include "base/error.h"
#include "store/index_add.h"
#include "store/index_change.h"
#include "store/scan.h"
#include "store_fixture.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <utime.h>

static void
scan(struct store_fixture *f, const char *account, guint indexed, guint removed)
{
	struct scan s = { .account = account };
	guint got_indexed, got_removed;
	GError *error = NULL;

	g_assert_true(scan_run(f->index, &s, &got_indexed, &got_removed, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(got_indexed, ==, indexed);
	g_assert_cmpuint(got_removed, ==, removed);
}

static void
test_follow(struct store_fixture *f, gconstpointer data)
{
	static const char *const keep[] = { "+keep", NULL };
	char *a = fixture_put(f, "INBOX", NULL, "a@x", "A <a@x.example>", "a", 1, NULL);
	char *b = fixture_put(f, "INBOX", "S", "b@x", "B <b@x.example>", "b", 2, NULL);
	char *c = fixture_put(f, "lists/dev", "S", "c@x", "C <c@x.example>", "c", 3, NULL);
	char *trash = maildir_path(f->root, "work", "Trash", NULL), *now = NULL, *moved = NULL;
	GPtrArray *ids = fixture_ids("a@x", "b@x");
	GError *error = NULL;

	(void)data;
	scan(f, NULL, 3, 0);
	scan(f, NULL, 0, 0);
	g_assert_true(index_tag(f->index, ids, keep, NULL, NULL, NULL, &error));
	/* another program reads a, deletes b by moving it, and removes c */
	g_assert_true(maildir_set_flags(a, "S", &now, &error));
	g_assert_true(maildir_create(trash, &error));
	g_assert_true(maildir_move(b, trash, &moved, &error));
	g_unlink(c);
	scan(f, NULL, 0, 1);
	fixture_assert_tags(f, "a@x", "inbox keep");
	fixture_assert_tags(f, "b@x", "deleted keep");
	fixture_assert_tags(f, "c@x", "-");
	scan(f, NULL, 0, 0);
	g_ptr_array_unref(ids);
	g_free(a);
	g_free(b);
	g_free(c);
	g_free(trash);
	g_free(now);
	g_free(moved);
}

/* A folder that was seen is passed over; one that changed is looked at again. */
static void
test_unchanged(struct store_fixture *f, gconstpointer data)
{
	char *a = fixture_put(f, "INBOX", "S", "a@x", "A <a@x.example>", "a", 1, NULL), *b;
	char *cur = g_path_get_dirname(a);
	struct utimbuf old = { 1000000, 1000000 };

	(void)data;
	g_assert_cmpint(utime(cur, &old), ==, 0);
	scan(f, NULL, 1, 0);
	b = fixture_put(f, "INBOX", "S", "b@x", "B <b@x.example>", "b", 2, NULL);
	g_assert_cmpint(utime(cur, &old), ==, 0); /* as if nothing had happened */
	scan(f, NULL, 0, 0);
	old.modtime++;
	g_assert_cmpint(utime(cur, &old), ==, 0);
	scan(f, NULL, 1, 0);
	g_free(a);
	g_free(b);
	g_free(cur);
}

static void
test_account(struct store_fixture *f, gconstpointer data)
{
	char *a = fixture_put(f, "INBOX", "S", "a@x", "A <a@x.example>", "a", 1, NULL);
	char *home = maildir_path(f->root, "home", "INBOX", NULL);
	char *b = g_build_filename(home, "cur", "1.b:2,S", NULL);

	(void)data;
	g_assert_true(maildir_create(home, NULL));
	fixture_write(b, "From: B <b@x.example>\nMessage-ID: <b@x>\n\nb\n", -1);
	scan(f, "home", 1, 0);
	fixture_assert_tags(f, "a@x", "-");
	scan(f, NULL, 1, 0);
	g_free(a);
	g_free(b);
	g_free(home);
}

/* A whole folder vanishes. */
static void
test_folder_gone(struct store_fixture *f, gconstpointer data)
{
	char *a = fixture_put(f, "x/y", "S", "a@x", "A <a@x.example>", "a", 1, NULL);
	char *b = fixture_put(f, "x/y", NULL, "b@x", "B <b@x.example>", "b", 2, NULL);
	char *folder = maildir_path(f->root, "work", "x", NULL);

	(void)data;
	scan(f, NULL, 2, 0);
	fixture_remove_tree(folder);
	scan(f, NULL, 0, 2);
	fixture_assert_tags(f, "a@x", "-");
	fixture_assert_tags(f, "b@x", "-");
	g_free(a);
	g_free(b);
	g_free(folder);
}

/* A tree that is not ours: plain files in folders, ignored names, links that go in circles. */
static void
test_foreign(struct store_fixture *f, gconstpointer data)
{
	char *dir = g_build_filename(f->root, "old", "mh", NULL);
	char *file = g_build_filename(dir, "1", NULL), *other = g_build_filename(dir, "2", NULL);
	char *notes = g_build_filename(f->root, "notes.txt", NULL);
	char *hidden = g_build_filename(dir, ".state", NULL), *link = g_build_filename(dir, "loop", NULL);
	GError *error = NULL;
	notmuch_database_t *db;

	(void)data;
	db = index_writer(f->index, &error);
	g_assert_cmpint(notmuch_database_set_config(db, "new.ignore", "2;/[.]lock$/"), ==,
	    NOTMUCH_STATUS_SUCCESS);
	g_assert_true(index_commit(f->index, &error));
	fixture_close(f);
	fixture_open(f);
	g_assert_cmpint(g_mkdir_with_parents(dir, 0700), ==, 0);
	fixture_write(file, "From: A <a@x.example>\nMessage-ID: <a@x>\n\na\n", -1);
	fixture_write(other, "From: B <b@x.example>\nMessage-ID: <b@x>\n\nb\n", -1);
	fixture_write(notes, "{\"this\": \"is no mail\"}\n", -1);
	fixture_write(hidden, "From: C <c@x.example>\nMessage-ID: <c@x>\n\nc\n", -1);
	g_assert_cmpint(symlink(".", link), ==, 0);
	scan(f, NULL, 1, 0);
	fixture_assert_tags(f, "a@x", "inbox unread");
	fixture_assert_tags(f, "b@x", "-");
	g_free(dir);
	g_free(file);
	g_free(other);
	g_free(hidden);
	g_free(notes);
	g_free(link);
}

/* What a dead delivery left in tmp/ goes after a day and a half, what is being written stays. */
static void
test_tmp(struct store_fixture *f, gconstpointer data)
{
	char *a = fixture_put(f, "INBOX", "S", "a@x", "A <a@x.example>", "a", 1, NULL);
	char *folder = maildir_path(f->root, "work", "INBOX", NULL);
	char *fresh = g_build_filename(folder, "tmp", "fresh", NULL);
	struct stat st;

	(void)data;
	fixture_write(fresh, "half a mess", -1);
	scan(f, NULL, 1, 0);
	g_assert_cmpint(stat(fresh, &st), ==, 0);
	g_free(a);
	g_free(folder);
	g_free(fresh);
}

/* Files of an existing index get known, so that they are judged in their turn. */
static void
test_adopt(struct store_fixture *f, gconstpointer data)
{
	char *a = fixture_put(f, "INBOX", "S", "a@x", "A <a@x.example>", "a", 1, NULL);
	GError *error = NULL;
	notmuch_database_t *db = index_writer(f->index, &error);
	GPtrArray *files;

	(void)data;
	g_assert_cmpint(notmuch_database_index_file(db, a, NULL, NULL), ==, NOTMUCH_STATUS_SUCCESS);
	g_assert_true(index_commit(f->index, &error));
	files = state_unjudged(f->state, 10);
	g_assert_cmpuint(files->len, ==, 0);
	g_ptr_array_unref(files);
	scan(f, NULL, 0, 0);
	files = state_unjudged(f->state, 10);
	g_assert_cmpuint(files->len, ==, 1);
	g_ptr_array_unref(files);
	g_free(a);
}

/* Killed in the middle, wherever that is: the next scan goes on, and nothing is twice or missing. */
static void
say_progress(const struct index_added *added, void *user)
{
	(void)added;
	(void)!write(*(int *)user, "x", 1);
}

/* Someone planted what is no file: the scan neither waits nor lists it, and finds the mail beside it. */
static void
test_no_file(struct store_fixture *f, gconstpointer data)
{
	char *a = fixture_put(f, "INBOX", "S", "a@x", "A <a@x.example>", "a", 1, NULL);
	char *folder = g_path_get_dirname(a);
	char *fifo = g_build_filename(folder, "1.fifo.host:2,S", NULL);
	char *dir = g_build_filename(folder, "2.dir.host:2,S", NULL);
	char *loop = g_build_filename(folder, "3.loop.host:2,S", NULL);
	const char *const paths[] = { fifo };
	struct index_add job = { .paths = paths, .n = 1 };
	guint indexed, failed;

	(void)data;
	g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
	g_assert_cmpint(g_mkdir(dir, 0700), ==, 0);
	g_assert_cmpint(symlink(loop, loop), ==, 0);
	scan(f, NULL, 1, 0);
	scan(f, NULL, 0, 0);
	g_assert_true(index_add(f->index, &job, &indexed, &failed, NULL));
	g_assert_cmpuint(indexed, ==, 0);
	g_assert_cmpuint(failed, ==, 1);
	g_unlink(fifo);
	g_unlink(loop);
	g_rmdir(dir);
	g_free(a);
	g_free(folder);
	g_free(fifo);
	g_free(dir);
	g_free(loop);
}

static void
test_killed(struct store_fixture *f, gconstpointer data)
{
	enum { N = 150 };
	struct scan rest = { 0 };
	guint indexed, removed;
	GError *error = NULL;
	notmuch_query_t *query;
	GPtrArray *files;
	unsigned count = 0;

	(void)data;
	for (int i = 0; i < N; i++) {
		char *id = g_strdup_printf("k%d@x", i);

		g_free(fixture_put(f, i % 2 ? "INBOX" : "Sent", "S", id, "A <a@x.example>", id, 1, NULL));
		g_free(id);
	}
	for (int round = 0; round < 4; round++) {
		int ends[2], status;
		char byte;
		pid_t child;

		g_assert_cmpint(pipe(ends), ==, 0);
		fixture_close(f);
		child = fork();
		if (child == 0) {
			struct scan s = { .on_added = say_progress, .user = &ends[1] };

			fixture_open(f);
			(void)scan_run(f->index, &s, &indexed, &removed, NULL);
			_exit(0);
		}
		close(ends[1]);
		for (int i = 0; i < 1 + round * 7 && read(ends[0], &byte, 1) == 1; i++)
			;
		kill(child, SIGKILL);
		g_assert_cmpint(waitpid(child, &status, 0), ==, child);
		close(ends[0]);
		fixture_open(f);
	}
	g_assert_true(scan_run(f->index, &rest, &indexed, &removed, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(removed, ==, 0);
	query = notmuch_query_create(index_reader(f->index, &error), "*");
	g_assert_cmpint(notmuch_query_count_messages(query, &count), ==, NOTMUCH_STATUS_SUCCESS);
	g_assert_cmpuint(count, ==, N);
	notmuch_query_destroy(query);
	scan(f, NULL, 0, 0);
	files = state_unjudged(f->state, 2 * N);
	g_assert_cmpuint(files->len, ==, N);
	g_ptr_array_unref(files);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	FIXTURE_TEST("/scan/follow", test_follow);
	FIXTURE_TEST("/scan/unchanged", test_unchanged);
	FIXTURE_TEST("/scan/account", test_account);
	FIXTURE_TEST("/scan/no-file", test_no_file);
	FIXTURE_TEST("/scan/folder-gone", test_folder_gone);
	FIXTURE_TEST("/scan/foreign", test_foreign);
	FIXTURE_TEST("/scan/tmp", test_tmp);
	FIXTURE_TEST("/scan/adopt", test_adopt);
	FIXTURE_TEST("/scan/killed", test_killed);
	return g_test_run();
}
