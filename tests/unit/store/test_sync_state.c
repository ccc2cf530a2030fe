/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of an account: notes and their confirmation, the lock, what has gone, renumbering. */
#include "store/sync_state.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

struct fixture {
	char *dir;
	struct sync_state *db;
	struct sync_folder inbox, archive;
};

static void
reopen(struct fixture *f)
{
	GError *error = NULL;

	sync_state_close(f->db);
	f->db = sync_state_open(f->dir, "work", &error);
	g_assert_no_error(error);
}

static void
set_up(struct fixture *f, gconstpointer data)
{
	(void)data;
	f->dir = g_dir_make_tmp("pf-sync-XXXXXX", NULL);
	f->db = NULL;
	reopen(f);
	f->inbox = (struct sync_folder){.uidvalidity = 7};
	f->archive = (struct sync_folder){.uidvalidity = 8};
	g_assert_true(sync_state_folder_put(f->db, "INBOX", "INBOX", "inbox", &f->inbox, NULL));
	g_assert_true(sync_state_folder_put(f->db, "Archive", "Archive", "archive", &f->archive, NULL));
}

static void
tear_down(struct fixture *f, gconstpointer data)
{
	GDir *dir = g_dir_open(f->dir, 0, NULL);

	(void)data;
	sync_state_close(f->db);
	for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
		char *path = g_build_filename(f->dir, name, NULL);
		g_assert_cmpint(g_unlink(path), ==, 0);
		g_free(path);
	}
	g_dir_close(dir);
	g_assert_cmpint(g_rmdir(f->dir), ==, 0);
	g_free(f->dir);
}

static void
note(struct fixture *f, gint64 folder, guint32 uid, const char *base, const char *id, guint64 size)
{
	struct sync_message m = {.folder = folder,
	    .uid = uid,
	    .base = (char *)(guintptr)base,
	    .flags = (char *)(guintptr) "S",
	    .message_id = (char *)(guintptr)id,
	    .size = size};

	g_assert_true(sync_state_note(f->db, &m, NULL));
}

/* "1,2,5" of the folder's UIDs. Owned. */
static char *
uids_text(struct fixture *f, gint64 folder)
{
	GArray *uids = g_array_new(FALSE, FALSE, sizeof(guint32));
	GString *text = g_string_new(NULL);

	g_assert_true(sync_state_uids(f->db, folder, uids, NULL));
	for (guint i = 0; i < uids->len; i++)
		g_string_append_printf(text, "%s%u", i > 0 ? "," : "", g_array_index(uids, guint32, i));
	g_array_unref(uids);
	return g_string_free(text, FALSE);
}

static void
assert_uids(struct fixture *f, gint64 folder, const char *expected)
{
	char *text = uids_text(f, folder);

	g_assert_cmpstr(text, ==, expected);
	g_free(text);
}

static void
test_folders(struct fixture *f, gconstpointer data)
{
	struct sync_folder got;
	char *name;

	(void)data;
	f->inbox.uidnext = G_MAXUINT32;
	f->inbox.modseq = G_MAXINT64;
	f->inbox.messages = 12;
	g_assert_true(sync_state_folder_put(f->db, "INBOX", "INBOX", "inbox", &f->inbox, NULL));
	reopen(f);
	g_assert_true(sync_state_folder(f->db, "INBOX", &got, NULL));
	g_assert_true(memcmp(&got, &f->inbox, sizeof(got)) == 0);
	g_assert_true(sync_state_folder(f->db, "nope", &got, NULL));
	g_assert_cmpint(got.id, ==, 0);
	name = sync_state_folder_of_role(f->db, "archive");
	g_assert_cmpstr(name, ==, "Archive");
	g_free(name);
	g_assert_null(sync_state_folder_of_role(f->db, "trash"));
	name = sync_state_folder_name(f->db, f->inbox.id);
	g_assert_cmpstr(name, ==, "INBOX");
	g_free(name);
}

static void
test_lock_and_mode(struct fixture *f, gconstpointer data)
{
	char *path = g_build_filename(f->dir, "sync-work.db", NULL);
	GError *error = NULL;
	struct sync_state *other;
	struct stat st;

	(void)data;
	g_assert_null(sync_state_open(f->dir, "work", &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_TEMPORARY);
	g_clear_error(&error);
	other = sync_state_open(f->dir, "home", &error);
	g_assert_no_error(error);
	sync_state_close(other);
	g_assert_cmpint(stat(path, &st), ==, 0);
	g_assert_cmpuint(st.st_mode & 0777, ==, 0600);
	g_free(path);
}

static void
test_notes(struct fixture *f, gconstpointer data)
{
	struct sync_message m;
	GArray *noted;

	(void)data;
	note(f, f->inbox.id, 5, "b5", "<5@x>", 50);
	g_assert_true(sync_state_confirm(f->db, NULL));
	note(f, f->inbox.id, 3, "b3", "<3@x>", 30);
	reopen(f);
	noted = sync_state_noted(f->db, NULL);
	g_assert_cmpuint(noted->len, ==, 1);
	g_assert_cmpstr(g_array_index(noted, struct sync_message, 0).base, ==, "b3");
	g_array_unref(noted);
	assert_uids(f, f->inbox.id, "3,5");
	g_assert_true(sync_state_forget(f->db, f->inbox.id, 3, NULL));
	assert_uids(f, f->inbox.id, "5");
	g_assert_true(sync_state_set_flags(f->db, f->inbox.id, 5, "FS", NULL));
	g_assert_true(sync_state_message(f->db, f->inbox.id, 5, &m, NULL));
	g_assert_cmpstr(m.flags, ==, "FS");
	g_assert_cmpstr(m.message_id, ==, "<5@x>");
	g_assert_cmpuint(m.size, ==, 50);
	sync_message_clear(&m);
	g_assert_false(sync_state_message(f->db, f->inbox.id, 3, &m, NULL));
	g_assert_true(sync_state_is_in(f->db, f->inbox.id, "b5"));
	g_assert_false(sync_state_is_in(f->db, f->inbox.id, "b3"));
	g_assert_true(sync_state_rebase(f->db, f->inbox.id, 5, "other", NULL));
	g_assert_true(sync_state_is_in(f->db, f->inbox.id, "other"));
	g_assert_cmpuint(sync_state_count(f->db, f->inbox.id), ==, 1);
	g_assert_true(sync_state_reset(f->db, f->inbox.id, NULL));
	assert_uids(f, f->inbox.id, "");
}

static void
test_rollback(struct fixture *f, gconstpointer data)
{
	(void)data;
	g_assert_true(sync_state_begin(f->db, NULL));
	note(f, f->inbox.id, 1, "b1", "", 1);
	sync_state_rollback(f->db);
	sync_state_rollback(f->db); /* harmless outside of a transaction */
	assert_uids(f, f->inbox.id, "");
}

static guint
n_gone(struct fixture *f, enum sync_gone_state state)
{
	GArray *rows = sync_state_gone_in(f->db, state, NULL);
	guint n = rows->len;

	g_array_unref(rows);
	return n;
}

static void
count_gone(void *user, gint64 folder, enum sync_gone_state state, gint64 since)
{
	guint *n = user;

	(void)folder;
	*n += (guint)since + 10 * (guint)state;
}

static void
test_gone(struct fixture *f, gconstpointer data)
{
	struct sync_message like = {.folder = f->inbox.id, .size = 10, .base = (char *)(guintptr) "b1",
	    .message_id = (char *)(guintptr) "<1@x>"};
	struct sync_gone *g;
	GArray *rows, *old;
	guint n = 0;

	(void)data;
	note(f, f->inbox.id, 1, "b1", "<1@x>", 10);
	note(f, f->archive.id, 9, "c9", "<1@x>", 10);
	g_assert_true(sync_state_gone(f->db, f->inbox.id, 1, NULL));
	assert_uids(f, f->inbox.id, "");
	rows = sync_state_twins(f->db, &like, NULL);
	g_assert_cmpuint(rows->len, ==, 1);
	g_assert_cmpstr(g_array_index(rows, struct sync_message, 0).base, ==, "c9");
	g_array_unref(rows);
	note(f, f->inbox.id, 2, "b2", "<1@x>", 10);
	rows = sync_state_twins(f->db, &like, NULL);
	g_assert_cmpuint(rows->len, ==, 2);
	g_array_unref(rows);
	g_assert_true(sync_state_forget(f->db, f->inbox.id, 2, NULL));
	rows = sync_state_gone_like(f->db, &like, NULL);
	g_assert_cmpuint(rows->len, ==, 1);
	g_array_unref(rows);
	rows = sync_state_gone_in(f->db, SYNC_GONE_OPEN, NULL);
	g_assert_cmpuint(rows->len, ==, 1);
	g = &g_array_index(rows, struct sync_gone, 0);
	g_assert_cmpstr(g->base, ==, "b1");
	g_assert_cmpstr(g->folder_name, ==, "INBOX");
	g_assert_true(sync_state_gone_set(f->db, g, SYNC_GONE_CLOSED, 1000, NULL));
	g_assert_cmpuint(n_gone(f, SYNC_GONE_OPEN), ==, 0);
	g_assert_true(sync_state_gone_each(f->db, "b1", count_gone, &n));
	g_assert_cmpuint(n, ==, 1000);
	old = sync_state_gone_before(f->db, 1000, NULL);
	g_assert_cmpuint(old->len, ==, 0);
	g_array_unref(old);
	old = sync_state_gone_before(f->db, 1001, NULL);
	g_assert_cmpuint(old->len, ==, 1);
	g_array_unref(old);
	g_array_unref(rows);
	g_assert_true(sync_state_gone_forget(f->db, f->inbox.id, "b1", NULL));
	g_assert_cmpuint(n_gone(f, SYNC_GONE_CLOSED), ==, 0);
}

/* What settling a folder makes of each state. */
static void
test_settle(struct fixture *f, gconstpointer data)
{
	struct sync_message m = {.folder = f->inbox.id, .size = 1,
	    .message_id = (char *)(guintptr) ""};

	(void)data;
	for (int state = SYNC_GONE_OPEN; state <= SYNC_GONE_MISSED; state++) {
		m.base = g_strdup_printf("b%d", state);
		g_assert_true(
		    sync_state_gone_put(f->db, &m, (enum sync_gone_state)state, NULL));
		g_free(m.base);
	}
	g_assert_true(sync_state_has_expected(f->db));
	g_assert_true(sync_state_settle(f->db, f->inbox.id, NULL));
	g_assert_false(sync_state_has_expected(f->db));
	g_assert_cmpuint(n_gone(f, SYNC_GONE_CLOSED), ==, 1); /* sent */
	g_assert_cmpuint(n_gone(f, SYNC_GONE_MISSED), ==, 2); /* expected, and one before */
	g_assert_cmpuint(n_gone(f, SYNC_GONE_SENDING), ==, 0);
	g_assert_cmpuint(n_gone(f, SYNC_GONE_HELD), ==, 1);
	g_assert_true(sync_state_gone_drop(f->db, SYNC_GONE_OFFERED, NULL));
	g_assert_cmpuint(n_gone(f, SYNC_GONE_OFFERED), ==, 0);
}

static void
test_renumber(struct fixture *f, gconstpointer data)
{
	static const struct sync_seen seen[] = {
	    {11, 10, "<1@x>", "S"},	/* b1 */
	    {12, 20, "<twice@x>", ""},	/* b2, the first of two alike */
	    {13, 20, "<twice@x>", ""},	/* b3 */
	    {14, 20, "<twice@x>", ""},	/* a third one that is new */
	    {15, 99, "<4@x>", ""},	/* other size: not b4 */
	    {16, 50, "", ""},		/* no Message-ID: not b5 */
	};
	struct sync_folder got;
	struct sync_message m;
	guint n = 0;

	(void)data;
	note(f, f->inbox.id, 1, "b1", "<1@x>", 10);
	note(f, f->inbox.id, 2, "b2", "<twice@x>", 20);
	note(f, f->inbox.id, 3, "b3", "<twice@x>", 20);
	note(f, f->inbox.id, 4, "b4", "<4@x>", 40);
	note(f, f->inbox.id, 11, "b5", "", 50);
	note(f, f->archive.id, 11, "c1", "<1@x>", 10);
	g_assert_true(sync_state_renumber(f->db, f->inbox.id, 70, seen, G_N_ELEMENTS(seen), &n, NULL));
	g_assert_cmpuint(n, ==, 3);
	assert_uids(f, f->inbox.id, "11,12,13");
	assert_uids(f, f->archive.id, "11");
	g_assert_true(sync_state_message(f->db, f->inbox.id, 11, &m, NULL));
	g_assert_cmpstr(m.base, ==, "b1");
	sync_message_clear(&m);
	g_assert_true(sync_state_folder(f->db, "INBOX", &got, NULL));
	g_assert_true(got.uidvalidity == 70 && got.uidnext == 0 && got.modseq == 0);
	/* b4 and b5 are kept in mind, so that their files are not fetched twice */
	g_assert_cmpuint(n_gone(f, SYNC_GONE_HELD), ==, 2);
}

static void
count_row(void *user, const struct sync_message *m)
{
	GString *seen = user;

	g_string_append_printf(seen, "%u %s;", m->uid, m->base);
}

/* What a server could only mark is left alone as long as the mark is there. */
static void
test_left(struct fixture *f, gconstpointer data)
{
	(void)data;
	note(f, f->inbox.id, 3, "b3", "<3>", 30);
	note(f, f->inbox.id, 4, "b4", "<4>", 40);
	g_assert_true(sync_state_confirm(f->db, NULL));
	g_assert_false(sync_state_is_left(f->db, f->inbox.id, "b3"));
	g_assert_true(sync_state_set_flags(f->db, f->inbox.id, 3, "ST", NULL));
	g_assert_true(sync_state_leave(f->db, f->inbox.id, 3, NULL));
	reopen(f);
	g_assert_true(sync_state_is_left(f->db, f->inbox.id, "b3"));
	g_assert_false(sync_state_is_left(f->db, f->inbox.id, "b4"));
	g_assert_false(sync_state_is_left(f->db, f->archive.id, "b3"));
	g_assert_false(sync_state_has_expected(f->db));
	assert_uids(f, f->inbox.id, "3,4"); /* the server has it still */
	g_assert_true(sync_state_set_flags(f->db, f->inbox.id, 3, "FT", NULL));
	g_assert_true(sync_state_set_flags(f->db, f->inbox.id, 4, "", NULL));
	g_assert_true(sync_state_is_left(f->db, f->inbox.id, "b3"));
	g_assert_true(sync_state_set_flags(f->db, f->inbox.id, 3, "F", NULL));
	g_assert_false(sync_state_is_left(f->db, f->inbox.id, "b3"));
}

/* A move that is under way is remembered until its message is noted or the folder settled. */
static void
test_expected(struct fixture *f, gconstpointer data)
{
	struct sync_message m = {0};
	GString *seen = g_string_new(NULL);
	GArray *like;

	(void)data;
	note(f, f->inbox.id, 4, "b4", "<4>", 40);
	note(f, f->inbox.id, 3, "b3", "<3>", 30);
	g_assert_true(sync_state_each(f->db, f->inbox.id, count_row, seen, NULL));
	g_assert_cmpstr(seen->str, ==, ""); /* notes are not to be trusted yet */
	g_assert_true(sync_state_confirm(f->db, NULL));
	g_assert_true(sync_state_each(f->db, f->inbox.id, count_row, seen, NULL));
	g_assert_cmpstr(seen->str, ==, "3 b3;4 b4;");
	g_assert_false(sync_state_has_expected(f->db));
	g_assert_true(sync_state_message(f->db, f->inbox.id, 3, &m, NULL));
	g_assert_true(sync_state_expect(f->db, &m, f->archive.id, NULL));
	reopen(f);
	g_assert_true(sync_state_has_expected(f->db));
	g_assert_true(sync_state_is_expected(f->db, f->archive.id, "b3"));
	g_assert_false(sync_state_is_expected(f->db, f->inbox.id, "b3"));
	g_assert_true(sync_state_is_in(f->db, f->inbox.id, "b3"));
	g_assert_false(sync_state_is_in(f->db, f->archive.id, "b3"));
	m.folder = f->archive.id;
	like = sync_state_gone_like(f->db, &m, NULL);
	g_assert_cmpuint(like->len, ==, 1);
	g_array_unref(like);
	g_assert_true(sync_state_settle(f->db, f->inbox.id, NULL));
	g_assert_true(sync_state_has_expected(f->db));
	g_assert_true(sync_state_settle(f->db, f->archive.id, NULL));
	g_assert_false(sync_state_has_expected(f->db));
	sync_message_clear(&m);
	g_string_free(seen, TRUE);
}

/* A copy that came for a file that is gone: messages of that file go on by its name. */
static void
test_follow(struct fixture *f, gconstpointer data)
{
	struct sync_message m = {0};

	(void)data;
	note(f, f->inbox.id, 3, "b3", "<3>", 30);
	note(f, f->inbox.id, 4, "b4", "<4>", 40);
	g_assert_true(sync_state_confirm(f->db, NULL));
	for (guint32 uid = 3; uid <= 4; uid++) {
		g_assert_true(sync_state_message(f->db, f->inbox.id, uid, &m, NULL));
		g_assert_true(sync_state_expect(f->db, &m, f->archive.id, NULL));
		sync_message_clear(&m);
	}
	g_assert_true(sync_state_leave(f->db, f->inbox.id, 4, NULL));
	g_assert_true(sync_state_follow(f->db, f->archive.id, "b3", "new3", NULL));
	g_assert_true(sync_state_follow(f->db, f->archive.id, "b4", "new4", NULL));
	g_assert_true(sync_state_is_in(f->db, f->inbox.id, "new3"));
	g_assert_true(sync_state_is_in(f->db, f->inbox.id, "b4")); /* it is marked: done with */
	g_assert_false(sync_state_has_expected(f->db));
}

/* What is left over of a message stands for no file. */
static void
test_detached(struct fixture *f, gconstpointer data)
{
	struct sync_message m = {0};

	(void)data;
	note(f, f->inbox.id, 3, "b3", "<3>", 30);
	note(f, f->archive.id, 4, "b3", "<3>", 30);
	note(f, f->inbox.id, 5, "b5", "<5>", 50);
	g_assert_true(sync_state_confirm(f->db, NULL));
	g_assert_true(sync_state_detach_file(f->db, f->inbox.id, "b3", NULL));
	g_assert_true(sync_state_detach(f->db, f->inbox.id, 5, NULL));
	reopen(f);
	g_assert_true(sync_state_is_file(f->db, "b3"));
	g_assert_true(sync_state_is_in(f->db, f->archive.id, "b3"));
	g_assert_false(sync_state_is_in(f->db, f->inbox.id, "b3"));
	g_assert_false(sync_state_is_file(f->db, "b5"));
	assert_uids(f, f->inbox.id, "3,5"); /* the server has them still */
	g_assert_true(sync_state_message(f->db, f->inbox.id, 5, &m, NULL));
	g_assert_true(sync_state_is_detached(m.base));
	g_assert_false(sync_state_is_detached("b5"));
	sync_message_clear(&m);
}

static void
test_refused(struct fixture *f, gconstpointer data)
{
	struct sync_refused r = {.why = 2, .tries = 3, .next = 5000}, got = {0};

	(void)data;
	g_assert_false(sync_state_has_refused(f->db));
	g_assert_false(sync_state_refused(f->db, f->inbox.id, "b1", &got));
	g_assert_true(sync_state_refuse(f->db, f->inbox.id, "b1", &r, NULL));
	r.next = 9000;
	g_assert_true(sync_state_refuse(f->db, f->inbox.id, "b2", &r, NULL));
	g_assert_true(sync_state_refuse(f->db, f->archive.id, "b1", &r, NULL));
	reopen(f);
	g_assert_true(sync_state_has_refused(f->db));
	g_assert_true(sync_state_refused(f->db, f->inbox.id, "b1", &got));
	g_assert_cmpint(got.why, ==, 2);
	g_assert_cmpuint(got.tries, ==, 3);
	g_assert_cmpint(got.next, ==, 5000);
	g_assert_true(sync_state_accept_old(f->db, 6000, NULL));
	g_assert_false(sync_state_refused(f->db, f->inbox.id, "b1", &got));
	g_assert_true(sync_state_refused(f->db, f->archive.id, "b1", &got));
	g_assert_true(sync_state_accept(f->db, f->inbox.id, "b2", NULL));
	g_assert_true(sync_state_accept(f->db, f->archive.id, "b1", NULL));
	g_assert_false(sync_state_has_refused(f->db));
}

static void
test_recent(struct fixture *f, gconstpointer data)
{
	GArray *lost;

	(void)data;
	note(f, f->inbox.id, 5, "b5", "<5>", 50);
	g_assert_true(sync_state_confirm(f->db, NULL));
	g_assert_true(sync_state_recent_put(f->db, f->inbox.id, "b3", 1000, NULL));
	g_assert_true(sync_state_recent_put(f->db, f->inbox.id, "b4", 2000, NULL));
	g_assert_cmpuint(sync_state_recent(f->db, f->inbox.id, true, 500), ==, 2);
	g_assert_cmpuint(sync_state_recent(f->db, f->inbox.id, true, 1000), ==, 1);
	g_assert_cmpuint(sync_state_recent(f->db, f->archive.id, true, 500), ==, 0);
	g_assert_true(sync_state_gone(f->db, f->inbox.id, 5, NULL));
	lost = sync_state_gone_in(f->db, SYNC_GONE_OPEN, NULL);
	g_assert_cmpuint(lost->len, ==, 1);
	g_assert_true(sync_state_gone_set(f->db, &g_array_index(lost, struct sync_gone, 0), SYNC_GONE_CLOSED, 2000, NULL));
	g_array_unref(lost);
	g_assert_cmpuint(sync_state_recent(f->db, f->inbox.id, false, 1000), ==, 1);
	lost = sync_state_recent_all(f->db, f->inbox.id, 1000, NULL);
	g_assert_cmpstr(g_array_index(lost, struct sync_gone, 0).base, ==, "b5");
	g_array_unref(lost);
	g_assert_true(sync_state_recent_end(f->db, f->inbox.id, true, 1500, NULL));
	g_assert_cmpuint(sync_state_recent(f->db, f->inbox.id, true, 1500), ==, 0);
	g_assert_cmpuint(sync_state_recent(f->db, f->inbox.id, false, 1500), ==, 1);
	g_assert_true(sync_state_recent_drop(f->db, 1500, NULL));
	g_assert_cmpuint(sync_state_recent(f->db, f->inbox.id, true, 0), ==, 0);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*test)(struct fixture *f, gconstpointer data);
	} tests[] = {
	    {"/sync-state/folders", test_folders},
	    {"/sync-state/lock-and-mode", test_lock_and_mode},
	    {"/sync-state/notes", test_notes},
	    {"/sync-state/rollback", test_rollback},
	    {"/sync-state/gone", test_gone},
	    {"/sync-state/settle", test_settle},
	    {"/sync-state/renumber", test_renumber},
	    {"/sync-state/expected", test_expected},
	    {"/sync-state/left", test_left},
	    {"/sync-state/follow", test_follow},
	    {"/sync-state/detached", test_detached},
	    {"/sync-state/refused", test_refused},
	    {"/sync-state/recent", test_recent},
	};

	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, struct fixture, NULL, set_up, tests[i].test, tear_down);
	return g_test_run();
}
