/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_queue.c - the queue on disk, and what a kill at each of its system
 * calls leaves. The calls that change the disk are counted by functions of this program
 * that stand in front of libc's. */
#include "base/error.h"
#include "base/file.h"
#include "store/queue.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOW G_GINT64_CONSTANT(1790000000)

/* --- kill points --- */

static int kill_after = -1; /* calls still allowed; -1: any number */

static void
kill_point(void)
{
	if (kill_after == 0)
		raise(SIGKILL);
	if (kill_after > 0)
		kill_after--;
}

int fsync(int fd);
int fdatasync(int fd);
int rename(const char *from, const char *to);
int ftruncate(int fd, off_t length);
ssize_t pwrite(int fd, const void *data, size_t len, off_t offset);
ssize_t pwrite64(int fd, const void *data, size_t len, off_t offset);
ssize_t write(int fd, const void *data, size_t len);
int unlink(const char *path);

int
fsync(int fd)
{
	kill_point();
	return (int)syscall(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
	kill_point();
	return (int)syscall(SYS_fdatasync, fd);
}

int
rename(const char *from, const char *to)
{
	kill_point();
	return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
ftruncate(int fd, off_t length)
{
	kill_point();
	return (int)syscall(SYS_ftruncate, fd, length);
}

ssize_t
pwrite(int fd, const void *data, size_t len, off_t offset)
{
	kill_point();
	return syscall(SYS_pwrite64, fd, data, len, offset);
}

ssize_t
pwrite64(int fd, const void *data, size_t len, off_t offset)
{
	kill_point();
	return syscall(SYS_pwrite64, fd, data, len, offset);
}

ssize_t
write(int fd, const void *data, size_t len)
{
	kill_point();
	return syscall(SYS_write, fd, data, len);
}

int
unlink(const char *path)
{
	kill_point();
	return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

/* --- fixture --- */

static const char *const two[] = {"bob@example.net", "carol@example.net", NULL};

static char *
temp_dir(void)
{
	char *dir = g_dir_make_tmp("penfold-queue-XXXXXX", NULL);

	g_assert_nonnull(dir);
	return dir;
}

static void
remove_dir(char *dir)
{
	char *sub = g_build_filename(dir, "queue", NULL);
	GDir *d = g_dir_open(sub, 0, NULL);
	const char *name;

	while (d != NULL && (name = g_dir_read_name(d)) != NULL) {
		char *path = g_build_filename(sub, name, NULL);

		g_unlink(path);
		g_free(path);
	}
	g_clear_pointer(&d, g_dir_close);
	g_rmdir(sub);
	g_rmdir(dir);
	g_free(sub);
	g_free(dir);
}

static struct queue *
open_queue(const char *dir)
{
	GError *error = NULL;
	struct queue *q = queue_open(dir, &error);

	g_assert_no_error(error);
	return q;
}

static char *
try_add_letter(struct queue *q, gint64 leave_at, bool is_undo)
{
	static const char bytes[] = "From: a@example.org\r\n\r\ntext\r\n";
	struct queue_letter letter = {.account = "work",
	    .sender = "ann@example.org",
	    .recipients = two,
	    .from = "Ann <ann@example.org>",
	    .to = "bob, carol",
	    .subject = "s",
	    .message_id = "<1@example.org>",
	    .draft = "{}",
	    .answers = "0@example.net",
	    .leave_at = leave_at,
	    .is_undo = is_undo,
	    .want_copy = true};
	char *id;

	letter.bytes = g_bytes_new_static(bytes, sizeof(bytes) - 1);
	id = queue_add(q, &letter, NOW, NULL);
	g_bytes_unref(letter.bytes);
	return id;
}

static char *
try_add(struct queue *q, gint64 leave_at)
{
	return try_add_letter(q, leave_at, false);
}

static char *
add_undo(struct queue *q, gint64 leave_at)
{
	char *id = try_add_letter(q, leave_at, true);

	g_assert_nonnull(id);
	return id;
}

static char *
add(struct queue *q, gint64 leave_at)
{
	char *id = try_add(q, leave_at);

	g_assert_nonnull(id);
	return id;
}

static struct queue_entry *
get(struct queue *q, const char *id)
{
	GError *error = NULL;
	struct queue_entry *e = queue_get(q, id, &error);

	g_assert_no_error(error);
	return e;
}

static void
set_fate(struct queue_entry *e, guint n, enum queue_fate fate, const char *reply)
{
	struct queue_recipient *r = e->recipients->pdata[n];

	r->fate = fate;
	g_free(r->reply);
	r->reply = g_strdup(reply);
}

static void
assert_state(struct queue *q, const char *id, enum queue_state want)
{
	struct queue_entry *e = get(q, id);

	g_assert_cmpstr(queue_state_name(e->state), ==, queue_state_name(want));
	queue_entry_free(e);
}

static guint
count_due(struct queue *q, gint64 now, bool all)
{
	GPtrArray *due = queue_due(q, now, all, NULL, NULL);
	guint n = due->len;

	g_ptr_array_unref(due);
	return n;
}

/* --- the ledger --- */

static void
test_add_and_read(void)
{
	char *dir = temp_dir(), *id, *path;
	struct queue *q = open_queue(dir);
	struct queue_entry *e;
	GBytes *bytes;
	GStatBuf st;
	json_t *json;

	id = add(q, 0);
	queue_close(q);
	q = open_queue(dir);
	e = get(q, id);
	g_assert_cmpstr(e->sender, ==, "ann@example.org");
	g_assert_cmpstr(e->from, ==, "Ann <ann@example.org>");
	g_assert_cmpstr(e->answers, ==, "0@example.net");
	g_assert_cmpuint(e->recipients->len, ==, 2);
	g_assert_cmpint(e->state, ==, QUEUE_READY);
	g_assert_cmpint(e->created, ==, NOW);
	path = queue_path(q, id);
	bytes = file_read(path, 1000, NULL);
	g_assert_cmpint((gint64)g_bytes_get_size(bytes), ==, e->size);
	g_assert_cmpint(g_stat(path, &st), ==, 0);
	g_assert_cmpint(st.st_mode & 0777, ==, 0600);
	json = queue_entry_json(e);
	g_assert_cmpstr(json_string_value(json_object_get(json, "state")), ==, "ready");
	g_assert_cmpstr(json_string_value(json_object_get(json, "created")), ==,
	    "2026-09-21T14:13:20Z");
	g_assert_cmpuint(json_array_size(json_object_get(json, "recipients")), ==, 2);
	json_decref(json);
	g_bytes_unref(bytes);
	g_free(path);
	queue_entry_free(e);
	g_free(id);
	queue_close(q);
	remove_dir(dir);
}

/* What lies in the ledger may be of no encoding: the list shows it all the same. */
static void
test_strange_bytes(void)
{
	char *dir = temp_dir();
	struct queue *q = open_queue(dir);
	struct queue_letter letter = {.account = "w\xff", .sender = "a\xff@example.org", .recipients = two, .from = "\xff",
	    .to = "\xff", .subject = "\xff", .message_id = "<\xff@example.org>"};
	char *id;
	struct queue_entry *e;
	json_t *json;

	letter.bytes = g_bytes_new_static("x", 1);
	id = queue_add(q, &letter, NOW, NULL);
	e = get(q, id);
	json = queue_entry_json(e);
	g_assert_cmpstr(json_string_value(json_object_get(json, "message_id")), ==, "<\uFFFD@example.org>");
	g_assert_cmpstr(json_string_value(json_object_get(json, "account")), ==, "w\uFFFD");
	json_decref(json);
	queue_entry_free(e);
	g_bytes_unref(letter.bytes);
	g_free(id);
	queue_close(q);
	remove_dir(dir);
}

static void
test_unknown(void)
{
	char *dir = temp_dir();
	struct queue *q = open_queue(dir);
	GError *error = NULL;

	g_assert_null(queue_get(q, "nothere", &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_NOT_FOUND);
	g_clear_error(&error);
	g_assert_false(queue_change(q, "nothere", QUEUE_ON_CANCEL, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_NOT_FOUND);
	g_clear_error(&error);
	queue_close(q);
	remove_dir(dir);
}

static void
test_due(void)
{
	char *dir = temp_dir(), *ready, *scheduled;
	struct queue *q = open_queue(dir);

	g_assert_cmpint(queue_next_try(q, NULL), ==, 0);
	scheduled = add(q, NOW + 10);
	g_assert_cmpuint(count_due(q, NOW + 9, true), ==, 0);
	g_assert_cmpuint(count_due(q, NOW + 10, false), ==, 1);
	g_assert_cmpint(queue_next_try(q, NULL), ==, NOW + 10);
	ready = add(q, 0);
	g_assert_cmpuint(count_due(q, NOW, false), ==, 1);
	g_assert_true(queue_change(q, ready, QUEUE_ON_HOLD, NULL));
	g_assert_true(queue_change(q, scheduled, QUEUE_ON_HOLD, NULL));
	g_assert_cmpuint(count_due(q, NOW + 1000, true), ==, 0);
	g_assert_cmpint(queue_next_try(q, NULL), ==, 0);
	g_assert_true(queue_change(q, scheduled, QUEUE_ON_RELEASE, NULL));
	g_assert_cmpuint(count_due(q, NOW, false), ==, 1);
	g_free(ready);
	g_free(scheduled);
	queue_close(q);
	remove_dir(dir);
}

/* The time for taking a letter back: held, and leaves by itself; held by hand, it does
 * not. */
static void
test_undo(void)
{
	char *dir = temp_dir(), *id;
	struct queue *q = open_queue(dir);
	struct queue_entry *e;
	bool claimed;

	id = add_undo(q, NOW + 10);
	e = queue_get(q, id, NULL);
	g_assert_cmpint(e->state, ==, QUEUE_HELD);
	g_assert_cmpint(queue_next_try(q, NULL), ==, NOW + 10);
	g_assert_cmpuint(count_due(q, NOW + 9, true), ==, 0);
	g_assert_cmpuint(count_due(q, NOW + 10, false), ==, 1);
	g_assert_true(queue_change(q, id, QUEUE_ON_HOLD, NULL));
	g_assert_true(queue_claim(q, e, &claimed, NULL));
	g_assert_false(claimed);
	g_assert_cmpint(queue_next_try(q, NULL), ==, 0);
	g_assert_true(queue_change(q, id, QUEUE_ON_RELEASE, NULL));
	g_assert_true(queue_claim(q, e, &claimed, NULL));
	g_assert_true(claimed);
	queue_entry_free(e);
	g_free(id);
	queue_close(q);
	remove_dir(dir);
}

static void
test_partial_result(void)
{
	char *dir = temp_dir(), *id, *path;
	struct queue *q = open_queue(dir);
	struct queue_entry *e;
	bool done;

	id = add(q, 0);
	path = queue_path(q, id);
	e = get(q, id);
	g_assert_true(queue_claim(q, e, &done, NULL) && done);
	g_assert_true(queue_mark_dot(q, e, &done, NULL) && done);
	assert_state(q, id, QUEUE_DOT);
	set_fate(e, 0, QUEUE_FATE_SENT, "250 ok");
	set_fate(e, 1, QUEUE_FATE_DEFERRED, "450 later");
	e->next_try = NOW + 300;
	g_assert_true(queue_settle(q, &e, 1, NULL));
	queue_entry_free(e);
	e = get(q, id);
	g_assert_cmpint(e->state, ==, QUEUE_DEFERRED);
	g_assert_cmpuint(e->attempts, ==, 1);
	g_assert_cmpstr(
	    ((struct queue_recipient *)e->recipients->pdata[1])->reply, ==, "450 later");
	g_assert_cmpuint(count_due(q, NOW + 299, false), ==, 0);
	g_assert_cmpuint(count_due(q, NOW + 299, true), ==, 1);
	/* the copy is due as soon as one of them has it, and does not wait for the other
	 */
	g_assert_true(queue_step_is_due(e, QUEUE_STEP_COPY));
	g_assert_true(queue_step_done(q, &e, 1, QUEUE_STEP_COPY, NULL));
	g_assert_true(queue_step_done(q, &e, 1, QUEUE_STEP_ANSWERED, NULL));
	queue_sweep(q, e);
	g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
	g_assert_true(queue_claim(q, e, &done, NULL) && done);
	set_fate(e, 1, QUEUE_FATE_SENT, "250 ok");
	g_assert_true(queue_settle(q, &e, 1, NULL));
	assert_state(q, id, QUEUE_SENT);
	queue_sweep(q, e);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	queue_entry_free(e);
	g_free(path);
	g_free(id);
	queue_close(q);
	remove_dir(dir);
}

static void
test_cancel_against_run(void)
{
	char *dir = temp_dir(), *id;
	struct queue *runner = open_queue(dir), *user = open_queue(dir);
	struct queue_entry *e;
	GError *error = NULL;
	bool done;

	id = add(user, 0);
	e = get(runner, id);
	g_assert_true(queue_claim(runner, e, &done, NULL) && done);
	g_assert_true(queue_change(user, id, QUEUE_ON_CANCEL, NULL));
	g_assert_true(queue_mark_dot(runner, e, &done, NULL));
	g_assert_false(done); /* taken back before the last byte: it must not go out */
	g_assert_true(queue_settle(runner, &e, 1, NULL));
	assert_state(user, id, QUEUE_CANCELLED);
	queue_entry_free(e);
	g_free(id);
	id = add(user, 0);
	e = get(runner, id);
	g_assert_true(queue_claim(runner, e, &done, NULL) && done);
	g_assert_true(queue_mark_dot(runner, e, &done, NULL) && done);
	g_assert_false(queue_change(user, id, QUEUE_ON_CANCEL, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
	assert_state(user, id, QUEUE_DOT);
	g_clear_error(&error);
	queue_entry_free(e);
	g_free(id);
	queue_close(runner);
	queue_close(user);
	remove_dir(dir);
}

static void
test_recover(void)
{
	char *dir = temp_dir(), *sending, *dot;
	struct queue *q = open_queue(dir);
	struct queue_entry *e;
	bool done;

	sending = add(q, 0);
	dot = add(q, 0);
	e = get(q, sending);
	g_assert_true(queue_claim(q, e, &done, NULL) && done);
	queue_entry_free(e);
	e = get(q, dot);
	g_assert_true(queue_claim(q, e, &done, NULL) && done);
	g_assert_true(queue_mark_dot(q, e, &done, NULL) && done);
	queue_entry_free(e);
	queue_close(q);
	q = open_queue(dir);
	g_assert_true(queue_lock(q, NULL));
	g_assert_true(queue_recover(q, NOW, NULL));
	assert_state(q, sending, QUEUE_READY);
	assert_state(q, dot, QUEUE_UNCERTAIN);
	e = get(q, dot);
	g_assert_cmpint(((struct queue_recipient *)e->recipients->pdata[0])->fate, ==,
	    QUEUE_FATE_UNCERTAIN);
	g_assert_cmpstr(e->said, !=, "");
	queue_entry_free(e);
	g_assert_cmpuint(count_due(q, NOW + 1000000, true), ==, 1);
	g_assert_true(queue_change(q, dot, QUEUE_ON_RETRY, NULL));
	g_assert_cmpuint(count_due(q, NOW, false), ==, 2);
	g_free(sending);
	g_free(dot);
	queue_close(q);
	remove_dir(dir);
}

static void
test_one_runner(void)
{
	char *dir = temp_dir();
	struct queue *a = open_queue(dir), *b = open_queue(dir);
	GError *error = NULL;

	g_assert_true(queue_lock(a, NULL));
	g_assert_false(queue_lock(b, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_TEMPORARY);
	g_clear_error(&error);
	queue_close(a);
	g_assert_true(queue_lock(b, NULL));
	queue_close(b);
	remove_dir(dir);
}

/* --- killed --- */

/* Run act in a child that is killed at its n-th change of the disk. Ids that it reports
 * come back in said_out, one a line. False when it came to its end alive. */
static bool
killed_at(
    int n, void (*act)(const char *dir, int out), const char *dir, GString *said_out)
{
	int fds[2], status;
	char buffer[256];
	ssize_t got;
	pid_t pid;

	g_assert_cmpint(pipe(fds), ==, 0);
	pid = fork();
	g_assert_cmpint(pid, >=, 0);
	if (pid == 0) {
		close(fds[0]);
		kill_after = n;
		act(dir, fds[1]);
		_exit(0);
	}
	close(fds[1]);
	g_string_truncate(said_out, 0);
	while ((got = read(fds[0], buffer, sizeof(buffer))) > 0)
		g_string_append_len(said_out, buffer, got);
	close(fds[0]);
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
	return WIFSIGNALED(status);
}

static void
say(int out, const char *id)
{
	syscall(SYS_write, out, id, strlen(id));
	syscall(SYS_write, out, "\n", 1);
}

static void
act_add(const char *dir, int out)
{
	struct queue *q = queue_open(dir, NULL);
	int i;

	for (i = 0; q != NULL && i < 2; i++) {
		char *id = try_add(q, 0);

		if (id != NULL)
			say(out, id);
		g_free(id);
	}
	queue_close(q);
}

/* Every ledger line has its bytes, unharmed. */
static void
assert_whole(struct queue *q)
{
	GPtrArray *all = queue_list(q, false, NULL);
	guint i;

	g_assert_nonnull(all);
	for (i = 0; i < all->len; i++) {
		const struct queue_entry *e = all->pdata[i];
		char *path = queue_path(q, e->id), *sha256 = file_sha256_path(path, NULL);

		g_assert_cmpstr(sha256, ==, e->sha256);
		g_free(sha256);
		g_free(path);
	}
	g_ptr_array_unref(all);
}

static void
test_kill_add(void)
{
	GString *said = g_string_new(NULL);
	bool was_killed = true;
	int n;

	for (n = 0; was_killed; n++) {
		char *dir = temp_dir(), **ids;
		struct queue *q;
		size_t i;

		was_killed = killed_at(n, act_add, dir, said);
		q = open_queue(dir);
		ids = g_strsplit(said->str, "\n", -1);
		for (i = 0; ids[i] != NULL && *ids[i] != '\0'; i++)
			assert_state(
			    q, ids[i], QUEUE_READY); /* what was called queued is there */
		g_assert_true(was_killed || i == 2);
		assert_whole(q);
		g_strfreev(ids);
		queue_close(q);
		remove_dir(dir);
	}
	g_test_message("%d kill points", n - 1);
	g_assert_cmpint(n, >, 10);
	g_string_free(said, TRUE);
}

/* One letter through a whole run. "dot" is said when the dot was recorded, "end" at the
 * end. */
static void
act_run(const char *dir, int out)
{
	struct queue *q = queue_open(dir, NULL);
	GPtrArray *due;
	struct queue_entry *e;
	bool done = false;

	if (q == NULL || !queue_lock(q, NULL) || !queue_recover(q, NOW, NULL))
		_exit(1);
	due = queue_due(q, NOW, true, NULL, NULL);
	e = due->pdata[0];
	if (!queue_claim(q, e, &done, NULL) || !done ||
	    !queue_mark_dot(q, e, &done, NULL) || !done)
		_exit(1);
	say(out, "dot"); /* from here on the server may have it */
	set_fate(e, 0, QUEUE_FATE_SENT, "250 ok");
	set_fate(e, 1, QUEUE_FATE_SENT, "250 ok");
	if (!queue_settle(q, &e, 1, NULL))
		_exit(1);
	say(out, "settled");
	if (!queue_step_done(q, &e, 1, QUEUE_STEP_COPY, NULL) ||
	    !queue_step_done(q, &e, 1, QUEUE_STEP_ANSWERED, NULL))
		_exit(1);
	queue_sweep(q, e);
	say(out, "end");
	g_ptr_array_unref(due);
	queue_close(q);
}

static void
check_after_run(const char *dir, const char *id, const char *said)
{
	struct queue *q = open_queue(dir);
	struct queue_entry *e;

	g_assert_true(queue_lock(q, NULL));
	g_assert_true(queue_recover(q, NOW, NULL));
	e = get(q, id);
	if (strstr(said, "settled") != NULL)
		g_assert_cmpint(e->state, ==, QUEUE_SENT);
	else if (strstr(said, "dot") !=
		 NULL) /* the answer may have been recorded or not */
		g_assert_true(e->state == QUEUE_UNCERTAIN || e->state == QUEUE_SENT);
	else /* nothing left this machine: it waits, or it is shown as uncertain */
		g_assert_true(e->state == QUEUE_READY || e->state == QUEUE_UNCERTAIN);
	if (e->state != QUEUE_SENT)
		assert_whole(q);
	if (strstr(said, "end") == NULL && e->state == QUEUE_SENT) {
		char *path = queue_path(q, id);

		g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS) ||
			      !queue_step_is_due(e, QUEUE_STEP_COPY));
		g_free(path);
	}
	queue_entry_free(e);
	queue_close(q);
}

static void
test_kill_run(void)
{
	GString *said = g_string_new(NULL);
	bool was_killed = true;
	int n;

	for (n = 0; was_killed; n++) {
		char *dir = temp_dir(), *id;
		struct queue *q = open_queue(dir);

		id = add(q, 0);
		queue_close(q);
		was_killed = killed_at(n, act_run, dir, said);
		check_after_run(dir, id, said->str);
		g_assert_true(was_killed || strstr(said->str, "end") != NULL);
		g_free(id);
		remove_dir(dir);
	}
	g_test_message("%d kill points", n - 1);
	g_assert_cmpint(n, >, 8);
	g_string_free(said, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/queue/add", test_add_and_read);
	g_test_add_func("/queue/strange-bytes", test_strange_bytes);
	g_test_add_func("/queue/unknown", test_unknown);
	g_test_add_func("/queue/due", test_due);
	g_test_add_func("/queue/undo", test_undo);
	g_test_add_func("/queue/partial", test_partial_result);
	g_test_add_func("/queue/cancel-against-run", test_cancel_against_run);
	g_test_add_func("/queue/recover", test_recover);
	g_test_add_func("/queue/one-runner", test_one_runner);
	g_test_add_func("/queue/kill-add", test_kill_add);
	g_test_add_func("/queue/kill-run", test_kill_run);
	return g_test_run();
}
