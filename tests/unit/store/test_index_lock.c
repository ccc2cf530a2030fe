/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who waits for the writer's lock is seen by whoever has it, be it a Penfold or not, and gets it soon. */
#include "store/index_change.h"
#include "store/index_lock.h"
#include "store/index_work.h"
#include "store_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#define ITEMS 70
#define ITEM_US 5000
#define PATIENCE_MS 20000
#define MESSAGES 60
#define SHORT_MS 50
#define TAGS 400 /* each: so that all take several batches */
#define BATCH_US 10000 /* a batch takes more, and the tellings of one together less */

/* As notmuch does it: in the kernel. A descriptor, or -1. */
static int
take_lock(const struct store_fixture *f)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1 };
	char *path = g_build_filename(f->root, ".notmuch/xapian/flintlock", NULL);
	int fd = open(path, O_RDWR | O_CLOEXEC);

	g_free(path);
	return fd >= 0 && fcntl(fd, F_SETLKW, &lock) == 0 ? fd : -1;
}

static bool
lock_as_others(const struct store_fixture *f)
{
	return take_lock(f) >= 0;
}

static bool
lock_as_penfold(const struct store_fixture *f)
{
	return index_lock_wait(f->root, PATIENCE_MS);
}

/* A child that waits for the lock when it is told to. */
struct waiter {
	pid_t pid;
	int go;
};

static struct waiter
start_waiter(const struct store_fixture *f, bool (*lock)(const struct store_fixture *f))
{
	struct waiter w;
	int go[2];
	char byte;

	g_assert_cmpint(pipe(go), ==, 0);
	w.pid = fork();
	if (w.pid == 0) {
		close(go[1]);
		_exit(read(go[0], &byte, 1) == 1 && lock(f) ? 0 : 1);
	}
	close(go[0]);
	w.go = go[1];
	return w;
}

static void
tell(const struct waiter *w)
{
	g_assert_cmpint(write(w->go, "g", 1), ==, 1);
}

static void
end_waiter(struct waiter *w)
{
	int status;

	g_assert_cmpint(waitpid(w->pid, &status, 0), ==, w->pid);
	g_assert_cmpint(status, ==, 0);
	close(w->go);
}

/* A child that has the lock until it is told to give it back. */
static struct waiter
start_holder(const struct store_fixture *f)
{
	struct waiter w;
	int go[2], has[2];
	char byte;

	g_assert_cmpint(pipe(go), ==, 0);
	g_assert_cmpint(pipe(has), ==, 0);
	w.pid = fork();
	if (w.pid == 0) {
		close(go[1]);
		_exit(lock_as_others(f) && write(has[1], "h", 1) == 1 && read(go[0], &byte, 1) == 1 ? 0 : 1);
	}
	close(go[0]);
	close(has[1]);
	g_assert_cmpint(read(has[0], &byte, 1), ==, 1);
	close(has[0]);
	w.go = go[1];
	return w;
}

static void
wait_until_wanted(const struct store_fixture *f)
{
	gint64 end = g_get_monotonic_time() + (gint64)PATIENCE_MS * 1000;

	while (!index_lock_is_wanted(f->root) && g_get_monotonic_time() < end)
		g_usleep(1000);
	g_assert_true(index_lock_is_wanted(f->root));
}

static bool
make_database(struct store_fixture *f)
{
	g_free(fixture_add(f, "INBOX", "", "1@x.example", "A <a@x.example>", "one", 1, NULL));
	if (g_file_test("/proc/locks", G_FILE_TEST_EXISTS))
		return true;
	g_test_skip("this system does not say who waits for a lock");
	return false;
}

static void
test_wanted(struct store_fixture *f, gconstpointer data)
{
	bool (*ways[])(const struct store_fixture *f) = { lock_as_others, lock_as_penfold };

	(void)data;
	if (!make_database(f))
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
		struct waiter w = start_waiter(f, ways[i]);

		g_assert_nonnull(index_writer(f->index, NULL));
		g_assert_false(index_lock_is_wanted(f->root));
		tell(&w);
		wait_until_wanted(f);
		index_abandon(f->index);
		end_waiter(&w);
		g_assert_false(index_lock_is_wanted(f->root));
	}
}

struct job {
	const struct store_fixture *f;
	struct waiter *waiter;
	guint n_batches;
};

static bool
one(struct index *ix, notmuch_database_t *db, guint i, void *user, GError **error)
{
	const struct job *job = user;

	(void)ix;
	(void)db;
	(void)error;
	if (i == 0 && job->waiter != NULL) {
		tell(job->waiter);
		wait_until_wanted(job->f);
	}
	g_usleep(ITEM_US);
	return true;
}

static bool
committed(struct index *ix, guint first, guint end, void *user, GError **error)
{
	struct job *job = user;

	(void)ix;
	(void)first;
	(void)end;
	(void)error;
	job->n_batches++;
	return true;
}

static guint
n_batches(struct store_fixture *f, bool is_patient, struct waiter *waiter)
{
	struct job job = { f, waiter, 0 };
	struct index_work work = { .n = ITEMS,
		.one = one,
		.committed = committed,
		.is_patient = is_patient,
		.user = &job };
	GError *error = NULL;

	g_assert_true(index_work_run(f->index, &work, &error));
	g_assert_no_error(error);
	return job.n_batches;
}

/* Work that nobody sees before it is done gives the lock back to who wants it, and only then. */
static void
test_batches(struct store_fixture *f, gconstpointer data)
{
	struct waiter w;

	(void)data;
	if (!make_database(f))
		return;
	g_assert_cmpuint(n_batches(f, false, NULL), >, 1);
	g_assert_cmpuint(n_batches(f, true, NULL), ==, 1);
	w = start_waiter(f, lock_as_others);
	g_assert_cmpuint(n_batches(f, true, &w), >, 1);
	end_waiter(&w);
	w = start_waiter(f, lock_as_penfold);
	g_assert_cmpuint(n_batches(f, true, &w), >, 1);
	end_waiter(&w);
}

/* Where nothing is to be changed nobody is waited for. */
static void
test_nothing(struct store_fixture *f, gconstpointer data)
{
	static const char *const changes[] = { "+a", NULL };
	struct waiter w;
	GError *error = NULL;

	(void)data;
	if (!make_database(f))
		return;
	w = start_holder(f);
	index_set_patience(f->index, SHORT_MS);
	g_assert_true(index_tag_matching(f->index, "subject:two", changes, NULL, NULL, &error));
	g_assert_no_error(error);
	g_assert_false(index_tag_matching(f->index, "subject:one", changes, NULL, NULL, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_TEMPORARY);
	g_clear_error(&error);
	tell(&w);
	end_waiter(&w);
	index_set_patience(f->index, PATIENCE_MS);
	g_assert_true(index_tag_matching(f->index, "subject:one", changes, NULL, NULL, &error));
	g_assert_no_error(error);
}

/* Another program that wants the lock again and again. */
static pid_t
start_busy(const struct store_fixture *f)
{
	pid_t pid = fork();
	int fd;

	while (pid == 0 && (fd = take_lock(f)) >= 0) {
		close(fd);
		g_usleep(1000);
	}
	if (pid == 0)
		_exit(1);
	return pid;
}

struct tagged {
	GHashTable *ids;
	gint64 first, last; /* when the first and the last batch was told */
};

static void
note_tagged(const char *id, const char *undo, void *user)
{
	struct tagged *t = user;

	g_assert_true(g_str_has_prefix(undo, "-t0 -t1 "));
	g_assert_true(g_hash_table_add(t->ids, g_strdup(id)));
	t->last = g_get_monotonic_time();
	t->first = t->first == 0 ? t->last : t->first;
}

/* Those that match are changed once each, where they are not all found in one batch, too. */
static void
test_tag_in_batches(struct store_fixture *f, gconstpointer data)
{
	struct tagged t = { g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL), 0, 0 };
	GPtrArray *changes = g_ptr_array_new_with_free_func(g_free);
	GError *error = NULL;
	pid_t busy;

	(void)data;
	for (guint i = 0; i < MESSAGES; i++) {
		char *id = g_strdup_printf("m%u@x.example", i);

		g_free(fixture_add(f, "INBOX", "", id, "A <a@x.example>", "m", 1, NULL));
		g_free(id);
	}
	for (guint i = 0; i < TAGS; i++)
		g_ptr_array_add(changes, g_strdup_printf("+t%u", i));
	g_ptr_array_add(changes, NULL);
	busy = start_busy(f);
	g_assert_true(index_tag_matching(f->index, "tag:unread and not tag:t0", (const char *const *)changes->pdata,
	    note_tagged, &t, &error));
	g_assert_no_error(error);
	g_assert_cmpint(kill(busy, SIGKILL), ==, 0);
	g_assert_cmpint(waitpid(busy, NULL, 0), ==, busy);
	g_assert_cmpuint(g_hash_table_size(t.ids), ==, MESSAGES);
	g_assert_cmpint(t.last - t.first, >, BATCH_US);
	g_ptr_array_unref(changes);
	g_hash_table_destroy(t.ids);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	FIXTURE_TEST("/index-lock/wanted", test_wanted);
	FIXTURE_TEST("/index-lock/batches", test_batches);
	FIXTURE_TEST("/index-lock/tag-in-batches", test_tag_in_batches);
	FIXTURE_TEST("/index-lock/nothing-to-change", test_nothing);
	return g_test_run();
}
