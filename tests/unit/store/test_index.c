/* SPDX-License-Identifier: GPL-3.0-or-later */
/* New files into the index: tags by place, hostile mail by stand-ins, deaths, locks, batches. */
#include "base/error.h"
#include "base/limits.h"
#include "store/placement.h"
#include "store/standin.h"
#include "store_fixture.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

struct seen {
	guint n;
	bool is_standin, is_new;
	char *id, *thread, *sha256, *path, *error;
};

static void
note(const struct index_added *a, void *user)
{
	struct seen *seen = user;

	seen->n++;
	seen->is_standin = a->is_standin;
	seen->is_new = a->is_new;
	g_free(seen->id);
	g_free(seen->thread);
	g_free(seen->sha256);
	g_free(seen->path);
	g_free(seen->error);
	seen->id = g_strdup(a->id);
	seen->thread = g_strdup(a->thread);
	seen->sha256 = g_strdup(a->sha256);
	seen->path = g_strdup(a->path);
	seen->error = a->error != NULL ? g_strdup(pf_error_name(a->error->code)) : NULL;
}

static void
clear(struct seen *seen)
{
	g_free(seen->id);
	g_free(seen->thread);
	g_free(seen->sha256);
	g_free(seen->path);
	g_free(seen->error);
	*seen = (struct seen){ 0 };
}

static void
index_one(struct store_fixture *f, const char *path, struct seen *seen)
{
	const char *paths[] = { path };
	struct index_add job = { .paths = paths, .n = 1, .on_added = note, .user = seen };
	guint indexed, failed;
	GError *error = NULL;

	clear(seen);
	g_assert_true(index_add(f->index, &job, &indexed, &failed, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(seen->n, ==, 1);
}

static void
test_tags_by_place(struct store_fixture *f, gconstpointer data)
{
	static const struct {
		const char *folder, *flags, *tags;
	} cases[] = {
		{ "INBOX", NULL, "inbox unread" },
		{ "INBOX", "S", "inbox" },
		{ "INBOX", "FRS", "flagged inbox replied" },
		{ "lists/dev", "", "inbox unread" },
		{ "Sent", "S", "sent" },
		{ "Sent", NULL, "sent" },
		{ "Drafts", "D", "draft" },
		{ "Archive", "", "unread" },
		{ "Trash", "", "deleted unread" },
		{ "Junk", "", "spam unread" },
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *id = g_strdup_printf("tags-%zu@x.example", i);
		char *path = fixture_add(f, cases[i].folder, cases[i].flags, id,
		    "Bob <bob@x.example>", "Hello", 1, NULL);

		fixture_assert_tags(f, id, cases[i].tags);
		g_free(path);
		g_free(id);
	}
}

static void
test_again(struct store_fixture *f, gconstpointer data)
{
	char *path = fixture_put(f, "INBOX", "", "a@x.example", "Bob <b@x.example>", "Hi", 1, NULL);
	char *sha256 = file_sha256_path(path, NULL), *thread;
	struct seen seen = { 0 };

	(void)data;
	index_one(f, path, &seen);
	g_assert_true(seen.is_new);
	g_assert_false(seen.is_standin);
	g_assert_cmpstr(seen.id, ==, "a@x.example");
	g_assert_cmpstr(seen.sha256, ==, sha256);
	g_assert_cmpstr(seen.path, ==, path);
	thread = g_strdup(seen.thread);
	index_one(f, path, &seen);
	g_assert_false(seen.is_new);
	g_assert_cmpstr(seen.id, ==, "a@x.example");
	g_assert_cmpstr(seen.thread, ==, thread);
	g_free(thread);
	/* a path below the root works as well, as does one whose flags changed since */
	index_one(f, path + strlen(f->root) + 1, &seen);
	g_assert_cmpstr(seen.path, ==, path);
	clear(&seen);
	g_free(path);
	g_free(sha256);
}

static void
test_not_there(struct store_fixture *f, gconstpointer data)
{
	static const struct {
		const char *path, *code;
	} cases[] = {
		{ "work/INBOX/new/nothing", "not-found" },
		{ "/etc/passwd", "data" },
		{ "../outside", "data" },
		{ "work/../../outside", "data" },
		{ "", "data" },
	};
	struct seen seen = { 0 };

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		index_one(f, cases[i].path, &seen);
		g_assert_cmpstr(seen.error, ==, cases[i].code);
	}
	clear(&seen);
}

/* A letter to oneself: the copy in sent comes first, the delivered one is new in the inbox. */
static void
test_copies(struct store_fixture *f, gconstpointer data)
{
	char *sent = fixture_add(f, "Sent", "S", "a@x.example", "Ann <ann@work.example>", "Hi", 1, NULL);
	char *inbox = fixture_put(f, "INBOX", NULL, "a@x.example", "Ann <ann@work.example>", "Hi", 1, NULL);
	struct seen seen = { 0 };

	(void)data;
	fixture_assert_tags(f, "a@x.example", "sent");
	index_one(f, inbox, &seen);
	g_assert_false(seen.is_new);
	fixture_assert_tags(f, "a@x.example", "inbox sent unread");
	clear(&seen);
	g_free(sent);
	g_free(inbox);
}

/* Mail that must not be parsed is listed all the same, and its real path is what is told. */
static void
check_standin(struct store_fixture *f, const char *bytes, size_t len, const char *what)
{
	char *path = fixture_put_bytes(f, "INBOX", "", bytes, len);
	struct seen seen = { 0 };
	GError *error = NULL;
	notmuch_message_t *message = NULL;
	GPtrArray *files;

	g_test_message("%s", what);
	index_one(f, path, &seen);
	g_assert_null(seen.error);
	g_assert_true(seen.is_standin);
	g_assert_cmpint(notmuch_database_find_message(index_reader(f->index, &error), seen.id, &message),
	    ==, NOTMUCH_STATUS_SUCCESS);
	g_assert_nonnull(message);
	files = placement_files(f->index, message);
	g_assert_cmpuint(files->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(files, 0), ==, path);
	g_assert_true(placement_is_standin(f->index, message));
	g_ptr_array_unref(files);
	notmuch_message_destroy(message);
	fixture_assert_tags(f, seen.id, "inbox unread");
	index_one(f, path, &seen); /* known now */
	g_assert_true(seen.is_standin);
	g_assert_false(seen.is_new);
	clear(&seen);
	g_free(path);
}

static void
test_standins(struct store_fixture *f, gconstpointer data)
{
	GString *groups = g_string_new("From: a@x.example\nMessage-ID: <groups@x.example>\nTo: ");
	GString *parts = g_string_new("From: a@x.example\nMessage-ID: <parts@x.example>\n"
				      "Content-Type: multipart/mixed; boundary=b\n\n");

	(void)data;
	for (int i = 0; i < 60000; i++)
		g_string_append(groups, "a:");
	g_string_append(groups, "\nSubject: groups\n\nbody\n");
	for (int i = 0; i < LIMIT_MIME_PARTS + 2; i++)
		g_string_append(parts, "--b\n\nx\n");
	check_standin(f, groups->str, groups->len, "nested groups, which overflow GMime's stack");
	check_standin(f, parts->str, parts->len, "too many parts");
	check_standin(f, "", 0, "no byte at all");
	check_standin(f, "no header here\n\nat all\n", 23, "not a message");
	g_string_free(groups, TRUE);
	g_string_free(parts, TRUE);
}

/* Two deaths on one file, and it is set aside; a third attempt does not parse it. */
static void
die_on(struct store_fixture *f, const char *path)
{
	char *key = index_key(f->index, path);
	int status;
	pid_t child;

	fixture_close(f);
	child = fork();
	if (child == 0) {
		fixture_open(f);
		(void)state_working_begin(f->state, key, NULL);
		kill(getpid(), SIGKILL);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	fixture_open(f);
	g_free(key);
}

static void
test_deadly(struct store_fixture *f, gconstpointer data)
{
	char *other = fixture_add(f, "INBOX", "", "o@x.example", "O <o@x.example>", "other", 1, NULL);
	char *path = fixture_put(f, "INBOX", "", "d@x.example", "D <d@x.example>", "deadly", 2, NULL);
	char *fine = fixture_put(f, "INBOX", "", "f@x.example", "F <f@x.example>", "fine", 3, NULL);
	struct seen seen = { 0 };

	(void)data;
	die_on(f, path);
	index_one(f, fine, &seen); /* whoever comes next counts the death */
	g_assert_false(seen.is_standin);
	die_on(f, path);
	index_one(f, path, &seen);
	g_assert_true(seen.is_standin);
	g_assert_cmpstr(seen.id, ==, "d@x.example");
	g_assert_cmpstr(seen.path, ==, path);
	clear(&seen);
	g_free(other);
	g_free(path);
	g_free(fine);
}

/* What the client says another program died of. Tags stay. */
static void
test_quarantine(struct store_fixture *f, gconstpointer data)
{
	char *path = fixture_add(f, "INBOX", "FS", "q@x.example", "Q <q@x.example>", "odd", 1, NULL);
	GError *error = NULL;
	char *key = index_key(f->index, path);
	struct state_standin *s;

	(void)data;
	g_assert_true(index_quarantine(f->index, path, "penfold-render", "it died of it", &error));
	g_assert_no_error(error);
	fixture_assert_tags(f, "q@x.example", "flagged inbox");
	s = state_standin_of_key(f->state, key);
	g_assert_nonnull(s);
	g_assert_cmpstr(s->program, ==, "penfold-render");
	state_standin_free(s);
	g_assert_false(index_quarantine(f->index, "work/INBOX/cur/none", "x", "y", &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_NOT_FOUND);
	g_clear_error(&error);
	g_free(key);
	g_free(path);
}

/* An existing database, made by notmuch's own program, with its settings in the user's file. */
static void
run_notmuch(const char *config, const char *command)
{
	char *argv[] = { (char[]){ "notmuch" }, NULL, (char *)(guintptr)command, NULL };
	char *option = g_strconcat("--config=", config, NULL);
	GError *error = NULL;
	int status;

	argv[1] = option;
	g_spawn_sync(NULL, argv, NULL,
	    G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
	    NULL, NULL, &status, &error);
	g_assert_no_error(error);
	g_assert_true(g_spawn_check_wait_status(status, &error));
	g_free(option);
}

static void
test_existing(struct store_fixture *f, gconstpointer data)
{
	char *config = g_build_filename(f->top, ".notmuch-config", NULL);
	char *text = g_strdup_printf("[database]\npath=%s\n[new]\ntags=fresh\n"
				     "[search]\nexclude_tags=hidden\n[maildir]\nsynchronize_flags=false\n",
	    f->root);
	char *old = fixture_put(f, "INBOX", "", "old@x.example", "O <o@x.example>", "old", 1, NULL);
	char *path;

	(void)data;
	fixture_write(config, text, -1);
	run_notmuch(config, "new");
	fixture_close(f);
	fixture_open(f);
	fixture_assert_tags(f, "old@x.example", "fresh");
	path = fixture_add(f, "INBOX", "FS", "new@x.example", "N <n@x.example>", "new", 2, NULL);
	fixture_assert_tags(f, "new@x.example", "fresh"); /* no flags to tags here */
	g_assert_cmpstr(index_exclude_tags(f->index)[0], ==, "hidden");
	g_assert_false(index_has_flag_sync(f->index));
	run_notmuch(config, "new"); /* nothing is lost on them either */
	fixture_assert_tags(f, "new@x.example", "fresh");
	g_free(path);
	g_free(old);
	g_free(text);
	g_free(config);
}

/* A configuration for another mail root is none of our business. */
static void
test_other_config(struct store_fixture *f, gconstpointer data)
{
	char *config = g_build_filename(f->top, ".notmuch-config", NULL);
	char *path;

	(void)data;
	fixture_write(config, "[database]\npath=/nowhere/else\n[new]\ntags=fresh\n", -1);
	fixture_close(f);
	fixture_open(f);
	path = fixture_add(f, "INBOX", "", "n@x.example", "N <n@x.example>", "new", 2, NULL);
	fixture_assert_tags(f, "n@x.example", "inbox unread");
	g_assert_cmpstr(index_exclude_tags(f->index)[0], ==, "deleted");
	g_free(path);
	g_free(config);
}

/* notmuch knows the mail root by a link to it: its spelling is taken over, keywords and all. */
static void
test_other_spelling(struct store_fixture *f, gconstpointer data)
{
	char *config = g_build_filename(f->top, ".notmuch-config", NULL);
	char *link = g_build_filename(f->top, "linked", NULL);
	char *text = g_strdup_printf("[database]\npath=%s\n[new]\ntags=fresh\n", link), *path;

	(void)data;
	g_assert_cmpint(g_mkdir(f->root, 0700), ==, 0);
	g_assert_cmpint(symlink(f->root, link), ==, 0);
	fixture_write(config, text, -1);
	run_notmuch(config, "new");
	fixture_close(f);
	rc_free(f->rc);
	fixture_read_rc(f, "[keywords]\na = $Label1 urgent\n");
	fixture_open(f);
	path = fixture_add(f, "INBOX", "Sa", "k@x.example", "K <k@x.example>", "k", 1, NULL);
	fixture_assert_tags(f, "k@x.example", "fresh urgent");
	g_assert_cmpstr(index_root(f->index), ==, link);
	g_free(path);
	g_free(text);
	g_free(link);
	g_free(config);
}

/* Run fn in a child; its process id. What fn returns is written to the pipe when it is done. */
static pid_t
in_child(struct store_fixture *f, char (*fn)(struct store_fixture *f, int go, int say), int go, int say)
{
	pid_t child;

	fixture_close(f);
	child = fork();
	if (child == 0) {
		char result;

		fixture_open(f);
		result = fn(f, go, say);
		(void)!write(say, &result, 1);
		_exit(0);
	}
	fixture_open(f);
	return child;
}

static char
hold_lock(struct store_fixture *f, int go, int say)
{
	notmuch_database_t *db = index_writer(f->index, NULL);
	char byte;

	(void)!write(say, db != NULL ? "y" : "n", 1);
	(void)!read(go, &byte, 1);
	index_abandon(f->index);
	return 'd';
}

static char
index_second(struct store_fixture *f, int go, int say)
{
	const char *paths[] = { "work/INBOX/cur/second:2," };
	struct index_add job = { .paths = paths, .n = 1 };
	guint indexed = 0, failed;

	(void)go;
	(void)say;
	(void)index_add(f->index, &job, &indexed, &failed, NULL);
	return indexed == 1 ? 'y' : 'n';
}

/* What comes out of the pipe within ms; 0 for nothing. */
static char
await(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char byte = 0;

	if (poll(&p, 1, ms) == 1)
		(void)!read(fd, &byte, 1);
	return byte;
}

/* Another writer holds the lock: readers go on, a writer waits for it, and works when it is free. */
static void
test_lock(struct store_fixture *f, gconstpointer data)
{
	char *first = fixture_add(f, "INBOX", "", "1@x.example", "A <a@x.example>", "one", 1, NULL);
	char *put = fixture_put(f, "INBOX", "", "2@x.example", "A <a@x.example>", "two", 2, NULL);
	char *second = g_build_filename(f->root, "work/INBOX/cur/second:2,", NULL);
	int go[2], holder[2], writer[2], status;
	pid_t holding, writing;

	(void)data;
	g_assert_cmpint(g_rename(put, second), ==, 0);
	g_assert_cmpint(pipe(go) | pipe(holder) | pipe(writer), ==, 0);
	holding = in_child(f, hold_lock, go[0], holder[1]);
	g_assert_cmpint(await(holder[0], 10000), ==, 'y');
	writing = in_child(f, index_second, -1, writer[1]);
	fixture_assert_tags(f, "1@x.example", "inbox unread");
	g_assert_cmpint(await(writer[0], 200), ==, 0); /* it waits */
	g_assert_cmpint(write(go[1], "g", 1), ==, 1);
	g_assert_cmpint(await(writer[0], 20000), ==, 'y');
	g_assert_cmpint(waitpid(holding, &status, 0), ==, holding);
	g_assert_cmpint(waitpid(writing, &status, 0), ==, writing);
	fixture_assert_tags(f, "2@x.example", "inbox unread");
	for (int i = 0; i < 2; i++) {
		close(go[i]);
		close(holder[i]);
		close(writer[i]);
	}
	g_free(first);
	g_free(put);
	g_free(second);
}

/* A cancelled run keeps whole batches; the rest is found by the next one. */
struct stopping {
	guint seen;
};

static void
count_added(const struct index_added *a, void *user)
{
	struct stopping *s = user;

	(void)a;
	s->seen++;
}

static bool
stop_after_some(void *user)
{
	return ((struct stopping *)user)->seen > 0;
}

static void
test_cancel(struct store_fixture *f, gconstpointer data)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	struct stopping stopping = { 0 };
	struct index_add job = { .on_added = count_added, .is_cancelled = stop_after_some,
		.user = &stopping };
	guint indexed, failed;
	GError *error = NULL;

	(void)data;
	for (int i = 0; i < 400; i++) {
		char *id = g_strdup_printf("c%d@x.example", i);

		g_ptr_array_add(paths, fixture_put(f, "INBOX", "", id, "A <a@x.example>", "s", 1, NULL));
		g_free(id);
	}
	job.paths = (const char *const *)paths->pdata;
	job.n = paths->len;
	g_assert_false(index_add(f->index, &job, &indexed, &failed, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_CANCELLED);
	g_clear_error(&error);
	g_assert_cmpuint(indexed, >, 0);
	g_assert_cmpuint(indexed, <, 400);
	job.is_cancelled = NULL;
	g_assert_true(index_add(f->index, &job, &indexed, &failed, &error));
	g_assert_cmpuint(indexed, ==, 400);
	g_assert_cmpuint(failed, ==, 0);
	g_ptr_array_unref(paths);
}

/* Verdicts are on bytes: a file that comes with bytes known from before has its verdict at once. */
static void
test_known_verdict(struct store_fixture *f, gconstpointer data)
{
	char *path = fixture_put(f, "INBOX", "", "v@x.example", "V <v@x.example>", "v", 1, NULL);
	char *sha256 = file_sha256_path(path, NULL);
	GError *error = NULL;
	notmuch_message_t *message = NULL;
	const char *value = NULL;

	(void)data;
	g_assert_true(state_verdict_put(f->state, sha256, "fail",
	    "{\"verdict\":\"fail\", \"flags\":[\"dn-spoof\"]}", &error));
	g_assert_cmpuint(fixture_index(f, path), ==, 0);
	g_assert_cmpint(
	    notmuch_database_find_message(index_reader(f->index, &error), "v@x.example", &message), ==,
	    NOTMUCH_STATUS_SUCCESS);
	g_assert_cmpint(notmuch_message_get_property(message, "auth", &value), ==,
	    NOTMUCH_STATUS_SUCCESS);
	g_assert_cmpstr(value, ==, "fail");
	g_assert_cmpint(notmuch_message_get_property(message, "auth-flag", &value), ==, NOTMUCH_STATUS_SUCCESS);
	g_assert_cmpstr(value, ==, "dn-spoof");
	notmuch_message_destroy(message);
	g_free(path);
	g_free(sha256);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	FIXTURE_TEST("/index/tags-by-place", test_tags_by_place);
	FIXTURE_TEST("/index/again", test_again);
	FIXTURE_TEST("/index/not-there", test_not_there);
	FIXTURE_TEST("/index/copies", test_copies);
	FIXTURE_TEST("/index/stand-ins", test_standins);
	FIXTURE_TEST("/index/deadly", test_deadly);
	FIXTURE_TEST("/index/quarantine", test_quarantine);
	FIXTURE_TEST("/index/existing-database", test_existing);
	FIXTURE_TEST("/index/other-configuration", test_other_config);
	FIXTURE_TEST("/index/other-spelling", test_other_spelling);
	FIXTURE_TEST("/index/lock", test_lock);
	FIXTURE_TEST("/index/cancel", test_cancel);
	FIXTURE_TEST("/index/known-verdict", test_known_verdict);
	return g_test_run();
}
