/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state.db: files, verdicts, stand-ins, the crash marker across real deaths. */
#include "base/error.h"
#include "store_fixture.h"

#include <signal.h>
#include <sys/wait.h>

#define SHA_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SHA_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static void
put_file(struct store_fixture *f, const char *key, const char *sha256, gint64 date)
{
	char *k = g_strdup(key), *s = g_strdup(sha256), *id = g_strconcat("id-of-", key, NULL);
	struct state_file file = { k, s, id, date, 10, 20, 30 };
	GError *error = NULL;

	g_assert_true(state_file_put(f->state, &file, &error));
	g_assert_no_error(error);
	g_free(k);
	g_free(s);
	g_free(id);
}

static void
test_files(struct store_fixture *f, gconstpointer data)
{
	struct state_file *file;
	GPtrArray *same;
	GError *error = NULL;

	(void)data;
	g_assert_null(state_file_get(f->state, "work/INBOX/1"));
	put_file(f, "work/INBOX/1", SHA_A, 100);
	put_file(f, "work/Sent/1", SHA_A, 100);
	put_file(f, "work/INBOX/2", NULL, 200);
	file = state_file_get(f->state, "work/INBOX/1");
	g_assert_cmpstr(file->sha256, ==, SHA_A);
	g_assert_cmpstr(file->message_id, ==, "id-of-work/INBOX/1");
	g_assert_cmpint(file->date, ==, 100);
	g_assert_cmpint(file->size, ==, 10);
	g_assert_cmpint(file->mtime, ==, 20);
	g_assert_cmpint(file->inode, ==, 30);
	state_file_free(file);
	file = state_file_get(f->state, "work/INBOX/2");
	g_assert_null(file->sha256);
	state_file_free(file);
	same = state_files_of_sha256(f->state, SHA_A);
	g_assert_cmpuint(same->len, ==, 2);
	g_ptr_array_unref(same);

	g_assert_true(state_file_move(f->state, "work/INBOX/1", "work/Sent/1", &error));
	g_assert_null(state_file_get(f->state, "work/INBOX/1"));
	file = state_file_get(f->state, "work/Sent/1");
	g_assert_cmpstr(file->message_id, ==, "id-of-work/INBOX/1");
	state_file_free(file);
	g_assert_true(state_file_remove(f->state, "work/Sent/1", &error));
	g_assert_null(state_file_get(f->state, "work/Sent/1"));
}

static void
assert_unjudged(struct store_fixture *f, const char *expected)
{
	GPtrArray *files = state_unjudged(f->state, 10);
	GString *keys = g_string_new(NULL);

	for (guint i = 0; i < files->len; i++)
		g_string_append_printf(keys, "%s ",
		    ((struct state_file *)g_ptr_array_index(files, i))->key);
	g_assert_cmpstr(keys->str, ==, expected);
	g_string_free(keys, TRUE);
	g_ptr_array_unref(files);
}

/* A verdict is on bytes: files that come later with the same bytes have it. */
static void
test_verdicts(struct store_fixture *f, gconstpointer data)
{
	GError *error = NULL;
	char *text;

	(void)data;
	put_file(f, "a", SHA_A, 100);
	put_file(f, "b", SHA_B, 300);
	put_file(f, "c", NULL, 200);
	assert_unjudged(f, "b c a ");
	g_assert_null(state_verdict_get(f->state, SHA_A));
	g_assert_null(state_verdict_label(f->state, SHA_A));
	g_assert_true(state_verdict_put(f->state, SHA_A, "pass", "{\"verdict\":\"pass\"}", &error));
	g_assert_no_error(error);
	assert_unjudged(f, "b c ");
	put_file(f, "d", SHA_A, 400);
	assert_unjudged(f, "b c ");
	g_assert_true(state_verdict_put(f->state, SHA_A, "fail", "{\"verdict\":\"fail\"}", &error));
	text = state_verdict_get(f->state, SHA_A);
	g_assert_cmpstr(text, ==, "{\"verdict\":\"fail\"}");
	g_free(text);
	fixture_close(f);
	fixture_open(f);
	text = state_verdict_label(f->state, SHA_A);
	g_assert_cmpstr(text, ==, "fail");
	g_free(text);
}

static void
test_standins(struct store_fixture *f, gconstpointer data)
{
	char key[] = "work/INBOX/1", path[] = "work/INBOX/new/1", file[] = ".penfold/stand-ins/x.eml";
	char other[] = "work/Archive/1", reason[] = "too many parts", program[] = "";
	struct state_standin one = { key, path, file, reason, program };
	struct state_standin two = { other, path, file, reason, program };
	struct state_standin *got;
	GPtrArray *behind;
	GError *error = NULL;

	(void)data;
	g_assert_true(state_standin_put(f->state, &one, &error));
	g_assert_true(state_standin_put(f->state, &two, &error));
	behind = state_standins_of_path(f->state, file);
	g_assert_cmpuint(behind->len, ==, 2);
	g_ptr_array_unref(behind);
	g_assert_true(state_standin_move(f->state, key, "work/Trash/1", "work/Trash/cur/1:2,S", &error));
	g_assert_null(state_standin_of_key(f->state, key));
	got = state_standin_of_key(f->state, "work/Trash/1");
	g_assert_cmpstr(got->path, ==, "work/Trash/cur/1:2,S");
	g_assert_cmpstr(got->reason, ==, "too many parts");
	state_standin_free(got);
	g_assert_true(state_standin_remove(f->state, "work/Trash/1", &error));
	behind = state_standins(f->state);
	g_assert_cmpuint(behind->len, ==, 1);
	g_ptr_array_unref(behind);
}

/* A worker that dies while it works on a subject is counted; one that ends well is not. */
static void
die_working_on(struct store_fixture *f, const char *subject)
{
	int status;
	pid_t child;

	fixture_close(f);
	child = fork();
	if (child == 0) {
		fixture_open(f);
		(void)state_working_begin(f->state, "something/longer/before/it", NULL);
		(void)state_working_begin(f->state, subject, NULL);
		kill(getpid(), SIGKILL);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFSIGNALED(status));
	fixture_open(f);
}

static void
test_crashes(struct store_fixture *f, gconstpointer data)
{
	GError *error = NULL;

	(void)data;
	g_assert_true(state_working_begin(f->state, "good", &error));
	g_assert_true(state_working_end(f->state, &error));
	g_assert_true(state_working_recover(f->state, &error));
	g_assert_cmpuint(state_crashes(f->state, "good"), ==, 0);
	die_working_on(f, "bad");
	g_assert_cmpuint(state_crashes(f->state, "bad"), ==, 0);
	g_assert_true(state_working_recover(f->state, &error));
	g_assert_cmpuint(state_crashes(f->state, "bad"), ==, 1);
	g_assert_true(state_working_recover(f->state, &error));
	g_assert_cmpuint(state_crashes(f->state, "bad"), ==, 1);
	die_working_on(f, "bad");
	g_assert_true(state_working_recover(f->state, &error));
	g_assert_cmpuint(state_crashes(f->state, "bad"), ==, 2);
	g_assert_cmpuint(state_crashes(f->state, "something/longer/before/it"), ==, 0);
	g_assert_no_error(error);
}

static void
test_dirty(struct store_fixture *f, gconstpointer data)
{
	GPtrArray *list;
	GError *error = NULL;

	(void)data;
	g_assert_true(state_dirty_add(f->state, "01", &error));
	g_assert_true(state_dirty_add(f->state, "01", &error));
	g_assert_true(state_dirty_add(f->state, "02", &error));
	list = state_dirty_list(f->state);
	g_assert_cmpuint(list->len, ==, 2);
	/* what another process adds meanwhile is not cleared with what was read */
	g_assert_true(state_dirty_add(f->state, "03", &error));
	g_assert_true(state_dirty_clear(f->state, list, &error));
	g_ptr_array_unref(list);
	list = state_dirty_list(f->state);
	g_assert_cmpuint(list->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(list, 0), ==, "03");
	g_ptr_array_unref(list);
}

/* Keys of a domain, of what is below it and above it; its wildcards are letters. */
static void
test_keys_below(struct store_fixture *f, gconstpointer data)
{
	static const struct {
		const char *domain;
		guint n;
	} cases[] = { { "example.org", 1 }, { "EXAMPLE.org", 1 }, { "mail.example.org", 1 }, { "org", 1 },
		{ "%", 0 }, { "_xample.org", 0 }, { "exampl_.org", 0 }, { "%.org", 0 }, { "ample.org", 0 },
		{ "notexample.org", 0 }, { "", 0 } };
	GError *error = NULL;

	(void)data;
	g_assert_true(state_key_seen(f->state, "s._domainkey.example.org", "v=DKIM1; p=a", false, 1, &error));
	g_assert_true(state_key_seen(f->state, "s._domainkey.other.net", "v=DKIM1; p=b", false, 1, &error));
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GPtrArray *keys = state_keys_below(f->state, cases[i].domain);

		g_assert_cmpuint(keys->len, ==, cases[i].n);
		g_ptr_array_unref(keys);
	}
}

static void
test_private(struct store_fixture *f, gconstpointer data)
{
	static const char *const names[] = { "state.db", "working" };

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		char *path = g_build_filename(f->state_dir, names[i], NULL);
		struct stat st;

		g_assert_cmpint(stat(path, &st), ==, 0);
		g_assert_cmpint(st.st_mode & 0777, ==, 0600);
		g_free(path);
	}
}

static void
test_rollback(struct store_fixture *f, gconstpointer data)
{
	GError *error = NULL;

	(void)data;
	g_assert_true(state_begin(f->state, &error));
	put_file(f, "a", SHA_A, 1);
	state_rollback(f->state);
	g_assert_null(state_file_get(f->state, "a"));
	state_rollback(f->state); /* outside a transaction: nothing */
}

static void
test_damaged(struct store_fixture *f, gconstpointer data)
{
	char *path = g_build_filename(f->state_dir, "state.db", NULL);
	char *wal = g_build_filename(f->state_dir, "state.db-wal", NULL);
	GError *error = NULL;

	(void)data;
	fixture_close(f);
	g_unlink(wal);
	fixture_write(path, "this is not a database, it only looks a little longer than nothing", -1);
	g_assert_null(state_open(f->state_dir, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_IO);
	g_clear_error(&error);
	g_unlink(path);
	fixture_open(f);
	g_free(path);
	g_free(wal);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	FIXTURE_TEST("/state/files", test_files);
	FIXTURE_TEST("/state/verdicts", test_verdicts);
	FIXTURE_TEST("/state/stand-ins", test_standins);
	FIXTURE_TEST("/state/crashes", test_crashes);
	FIXTURE_TEST("/state/dirty", test_dirty);
	FIXTURE_TEST("/state/keys-below", test_keys_below);
	FIXTURE_TEST("/state/private", test_private);
	FIXTURE_TEST("/state/rollback", test_rollback);
	FIXTURE_TEST("/state/damaged", test_damaged);
	return g_test_run();
}
