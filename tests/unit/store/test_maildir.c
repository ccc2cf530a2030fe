/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folder names on disk: injective, inside the root, reversible; deliveries, flags and moves. */
#include "base/error.h"
#include "store/maildir_name.h"
#include "store_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

static void
test_known_names(void)
{
	static const struct {
		const char *account, *folder, *path;
	} cases[] = {
		{ "job", "INBOX", "/r/job/INBOX" },
		{ "job", "a/b", "/r/job/a/b" },
		{ "job", "Entw\303\274rfe", "/r/job/Entw\303\274rfe" },
		{ "job", "..", "/r/job/%2E." },
		{ "job", "../../etc/passwd", "/r/job/%2E./%2E./etc/passwd" },
		{ "job", ".hidden", "/r/job/%2Ehidden" },
		{ "job", "cur", "/r/job/%63ur" },
		{ "job", "new/tmp", "/r/job/%6Eew/%74mp" },
		{ "job", "100%", "/r/job/100%25" },
		{ "job", "a//b", "/r/job/a/%00/b" },
		{ "job", "a/", "/r/job/a/%00" },
		{ "job", "bad\377byte", "/r/job/bad%FFbyte" },
		{ "job", "line\nfeed", "/r/job/line%0Afeed" },
		{ "job", "c1\302\205", "/r/job/c1%C2%85" },
		{ "a/b", "x", "/r/a%2Fb/x" },
		{ "..", "x", "/r/%2E./x" },
		{ ".notmuch", "x", "/r/%2Enotmuch/x" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		char *path = maildir_path("/r", cases[i].account, cases[i].folder, &error);
		char *account, *folder;

		g_assert_no_error(error);
		g_assert_cmpstr(path, ==, cases[i].path);
		g_assert_true(maildir_split("/r", path, &account, &folder));
		g_assert_cmpstr(account, ==, cases[i].account);
		g_assert_cmpstr(folder, ==, cases[i].folder);
		g_free(account);
		g_free(folder);
		g_free(path);
	}
}

static void
test_refused_names(void)
{
	char *long_name = g_strnfill(300, 'x');
	char *fits = g_strnfill(255, 'x'), *too_long = g_strnfill(256, 'x');
	GError *error = NULL;
	char *path;

	g_assert_null(maildir_path("/r", "job", "", &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
	g_clear_error(&error);
	g_assert_null(maildir_path("/r", "", "INBOX", &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
	g_clear_error(&error);
	g_assert_null(maildir_path("/r", "job", long_name, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
	g_clear_error(&error);
	path = maildir_path("/r", "job", fits, &error);
	g_assert_no_error(error);
	g_free(path);
	g_assert_null(maildir_path("/r", "job", too_long, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
	g_clear_error(&error);
	g_free(long_name);
	g_free(fits);
	g_free(too_long);
}

/* A random name out of the bytes that matter. */
static char *
random_name(void)
{
	static const char bytes[] = "./%cuewrntmp0aA2E\\\001\177\200\302\205\303\274\377 :,";
	gsize len = (gsize)g_test_rand_int_range(1, 12);
	char *name = g_malloc(len + 1);

	for (gsize i = 0; i < len; i++)
		name[i] = bytes[g_test_rand_int_range(0, (gint)sizeof(bytes) - 1)];
	name[len] = '\0';
	return name;
}

/* No path component may be special or leave the root. */
static void
assert_inside(const char *path)
{
	char **parts = g_strsplit(path + 1, "/", -1);

	g_assert_true(g_str_has_prefix(path, "/r/"));
	g_assert_true(g_utf8_validate(path, -1, NULL));
	for (size_t i = 1; parts[i] != NULL; i++) {
		g_assert_cmpstr(parts[i], !=, "");
		g_assert_true(parts[i][0] != '.');
		g_assert_false(maildir_name_is_reserved(parts[i]));
	}
	g_strfreev(parts);
}

static void
test_names_property(void)
{
	GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	for (int i = 0; i < 50000; i++) {
		char *name = random_name();
		char *path = maildir_path("/r", "job", name, NULL);
		const char *other = g_hash_table_lookup(seen, path);
		char *account, *folder;

		assert_inside(path);
		g_assert_true(maildir_split("/r", path, &account, &folder));
		g_assert_cmpstr(folder, ==, name);
		if (other != NULL)
			g_assert_cmpstr(other, ==, name);
		else
			g_hash_table_insert(seen, g_strdup(path), g_strdup(name));
		g_free(account);
		g_free(folder);
		g_free(path);
		g_free(name);
	}
	g_hash_table_unref(seen);
}

static void
test_split_foreign(void)
{
	static const struct {
		const char *path, *account, *folder;
	} cases[] = {
		{ "/r/job/INBOX/cur/1.x:2,S", "job", "INBOX" },
		{ "/r/job/a/b/new/1.x", "job", "a/b" },
		{ "/r/job/a/b", "job", "a/b" },
		{ "/r/INBOX/cur/1.x", NULL, "INBOX" },
		{ "/r/job/.Sent/cur/1.x", NULL, "job/.Sent" },
		{ "/r/job/100%/cur/1.x", NULL, "job/100%" },
		{ "/r/job/%2e./cur/1.x", NULL, "job/%2e." },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *account, *folder;

		g_assert_cmpint(maildir_split("/r", cases[i].path, &account, &folder), ==,
		    cases[i].account != NULL);
		g_assert_cmpstr(account, ==, cases[i].account);
		g_assert_cmpstr(folder, ==, cases[i].folder);
		g_free(account);
		g_free(folder);
	}
}

static void
test_list(struct store_fixture *f, gconstpointer data)
{
	static const char *const names[] = { "INBOX", "a/b", "a", "cur", "..", "z z" };
	static const char *const sorted[] = { "..", "INBOX", "a", "a/b", "cur", "z z" };
	GPtrArray *list;

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		char *path = maildir_path(f->root, "work", names[i], NULL);
		struct stat st;
		GError *error = NULL;

		g_assert_true(maildir_create(path, &error));
		g_assert_no_error(error);
		g_assert_true(maildir_create(path, &error)); /* again is fine */
		g_assert_cmpint(stat(path, &st), ==, 0);
		g_assert_cmpint(st.st_mode & 0777, ==, 0700);
		g_free(path);
	}
	list = maildir_list(f->root, "work");
	g_assert_cmpuint(list->len, ==, G_N_ELEMENTS(sorted));
	for (guint i = 0; i < list->len; i++)
		g_assert_cmpstr(g_ptr_array_index(list, i), ==, sorted[i]);
	g_ptr_array_unref(list);
	list = maildir_list(f->root, "nobody");
	g_assert_cmpuint(list->len, ==, 0);
	g_ptr_array_unref(list);
}

static void
test_flags(void)
{
	static const struct {
		const char *path, *flags, *base;
	} cases[] = {
		{ "/r/cur/1.x:2,", "", "1.x" },
		{ "/r/cur/1.x:2,SRF", "FRS", "1.x" },
		{ "/r/cur/1.x:2,SSab", "Sab", "1.x" },
		{ "/r/new/1.x", "", "1.x" },
		{ "/r:2,S/new/1.x", "", "1.x" },
		{ "/r/cur/1.x:2,S:2,F", "F", "1.x:2,S" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *flags = maildir_flags(cases[i].path), *base = maildir_base(cases[i].path);

		g_assert_cmpstr(flags, ==, cases[i].flags);
		g_assert_cmpstr(base, ==, cases[i].base);
		g_free(flags);
		g_free(base);
	}
}

static void
assert_content(const char *path, const char *expected)
{
	char *bytes = NULL;
	GError *error = NULL;

	g_file_get_contents(path, &bytes, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(bytes, ==, expected);
	g_free(bytes);
}

static void
test_delivery(struct store_fixture *f, gconstpointer data)
{
	char *folder = maildir_path(f->root, "work", "INBOX", NULL);
	char *source = g_build_filename(f->top, "source", NULL);
	char *path = NULL, *moved = NULL, *archive = maildir_path(f->root, "work", "Archive", NULL);
	char *base, *moved_base, *flags;
	GError *error = NULL;
	struct stat st;
	int fd;

	(void)data;
	fixture_write(source, "skipped|a message", -1);
	fd = open(source, O_RDONLY);
	g_assert_cmpint(lseek(fd, 8, SEEK_SET), ==, 8);
	g_assert_true(maildir_create(folder, &error));
	g_assert_true(maildir_create(archive, &error));
	g_assert_true(maildir_deliver_fd(folder, fd, NULL, &path, &error));
	g_assert_no_error(error);
	close(fd);
	assert_content(path, "a message");
	g_assert_nonnull(strstr(path, "work/INBOX/new/"));
	g_assert_cmpint(stat(path, &st), ==, 0);
	g_assert_cmpint(st.st_mode & 0777, ==, 0600);

	base = maildir_base(path);
	g_assert_true(maildir_set_flags(path, "SF", &moved, &error));
	g_assert_nonnull(strstr(moved, "work/INBOX/cur/"));
	g_assert_true(g_str_has_suffix(moved, ":2,FS"));
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	g_free(path);
	g_assert_true(maildir_move(moved, archive, &path, &error));
	g_assert_nonnull(strstr(path, "work/Archive/cur/"));
	moved_base = maildir_base(path);
	g_assert_cmpstr(moved_base, ==, base);
	flags = maildir_flags(path);
	g_assert_cmpstr(flags, ==, "FS");
	assert_content(path, "a message");
	g_free(base);
	g_free(moved_base);
	g_free(flags);
	g_free(path);
	g_free(moved);
	g_free(folder);
	g_free(archive);
	g_free(source);
}

/* A move never replaces a message that is there. */
static void
test_move_collision(struct store_fixture *f, gconstpointer data)
{
	char *first = fixture_put_bytes(f, "INBOX", "S", "first", 5), *moved = NULL;
	char *archive = maildir_path(f->root, "work", "Archive", NULL);
	char *base = maildir_base(first);
	char *taken = g_strconcat(archive, "/cur/", base, ":2,S", NULL);
	GError *error = NULL;

	(void)data;
	g_assert_true(maildir_create(archive, &error));
	fixture_write(taken, "second", -1);
	g_assert_true(maildir_move(first, archive, &moved, &error));
	assert_content(taken, "second");
	assert_content(moved, "first");
	g_free(first);
	g_free(moved);
	g_free(archive);
	g_free(base);
	g_free(taken);
}

/* Two files of one base: flags that make their names the same leave one of them when they are the same letter, and
 * both when they are not. */
static void
test_flags_collision(struct store_fixture *f, gconstpointer data)
{
	static const struct {
		const char *bytes;
		bool stays;
	} cases[] = { { "Subject: a\n\na\n", false }, { "Subject: b\n\nb\n", true } };

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *a = fixture_put_bytes(f, "INBOX", "", "Subject: a\n\na\n", 14);
		char *seen = g_strconcat(a, "S", NULL), *to = NULL, *left = NULL;
		GError *error = NULL;

		fixture_write(seen, cases[i].bytes, -1);
		g_assert_true(maildir_set_flags(a, "S", &to, &error));
		g_assert_no_error(error);
		g_assert_cmpint(access(a, F_OK), !=, 0);
		g_assert_true((strcmp(to, seen) == 0) == !cases[i].stays);
		g_assert_true(g_file_get_contents(seen, &left, NULL, NULL));
		g_assert_cmpstr(left, ==, cases[i].bytes);
		g_free(left);
		g_assert_true(g_file_get_contents(to, &left, NULL, NULL));
		g_assert_cmpstr(left, ==, "Subject: a\n\na\n");
		g_free(left);
		g_free(a);
		g_free(seen);
		g_free(to);
	}
}

/* The number that mbsync writes into a name is of one folder. */
static void
test_move_number(struct store_fixture *f, gconstpointer data)
{
	char *archive = maildir_path(f->root, "work", "Archive", NULL);
	char *inbox = maildir_path(f->root, "work", "INBOX", NULL), *moved = NULL;
	char *path = g_strconcat(inbox, "/cur/17.9_1.host,U=42:2,S", NULL);
	GError *error = NULL;

	(void)data;
	g_assert_true(maildir_create(inbox, &error) && maildir_create(archive, &error));
	fixture_write(path, "a message", -1);
	g_assert_true(maildir_move(path, archive, &moved, &error));
	g_assert_true(g_str_has_suffix(moved, "/Archive/cur/17.9_1.host:2,S"));
	g_free(moved);
	g_free(path);
	g_free(inbox);
	g_free(archive);
}

static guint
count_files(const char *folder, const char *sub)
{
	char *path = g_strconcat(folder, "/", sub, NULL);
	GDir *dir = g_dir_open(path, 0, NULL);
	guint n = 0;

	while (dir != NULL && g_dir_read_name(dir) != NULL)
		n++;
	if (dir != NULL)
		g_dir_close(dir);
	g_free(path);
	return n;
}

static void
test_abort(struct store_fixture *f, gconstpointer data)
{
	char *folder = maildir_path(f->root, "work", "INBOX", NULL);
	GError *error = NULL;
	struct maildir_delivery *d;

	(void)data;
	g_assert_true(maildir_create(folder, &error));
	d = maildir_begin(folder, &error);
	g_assert_cmpuint(count_files(folder, "tmp"), ==, 1);
	maildir_abort(d);
	maildir_abort(NULL);
	g_assert_cmpuint(count_files(folder, "tmp"), ==, 0);
	g_assert_cmpuint(count_files(folder, "new"), ==, 0);
	g_assert_no_error(error);
	g_free(folder);
}

/* Killed before the rename: nothing that a reader would take for a message. */
static void
test_killed(struct store_fixture *f, gconstpointer data)
{
	char *folder = maildir_path(f->root, "work", "INBOX", NULL);
	GError *error = NULL;
	int status;
	pid_t child;

	(void)data;
	g_assert_true(maildir_create(folder, &error));
	child = fork();
	if (child == 0) {
		struct maildir_delivery *d = maildir_begin(folder, NULL);

		(void)!write(maildir_fd(d), "half a mess", 11);
		kill(getpid(), SIGKILL);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFSIGNALED(status));
	g_assert_cmpuint(count_files(folder, "tmp"), ==, 1);
	g_assert_cmpuint(count_files(folder, "new"), ==, 0);
	g_assert_cmpuint(count_files(folder, "cur"), ==, 0);
	g_free(folder);
}

/* A source that cannot be read leaves nothing behind; a directory fails as a broken disk would. */
static void
test_read_error(struct store_fixture *f, gconstpointer data)
{
	char *folder = maildir_path(f->root, "work", "INBOX", NULL);
	GError *error = NULL;
	int fd = open(f->top, O_RDONLY);
	char *path = NULL;

	(void)data;
	g_assert_true(maildir_create(folder, &error));
	g_assert_cmpint(fd, >=, 0);
	g_assert_false(maildir_deliver_fd(folder, fd, NULL, &path, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_IO);
	g_clear_error(&error);
	g_assert_null(path);
	g_assert_cmpuint(count_files(folder, "tmp"), ==, 0);
	g_assert_cmpuint(count_files(folder, "new"), ==, 0);
	close(fd);
	g_free(folder);
}

static void
test_by_arrival(void)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(paths, g_strdup("/m/work/A/cur/1700000002.b:2,S"));
	g_ptr_array_add(paths, g_strdup("/m/work/Z/new/1700000001.a"));
	g_ptr_array_add(paths, g_strdup("1700000000.c"));
	g_ptr_array_sort(paths, maildir_compare_arrival);
	g_assert_cmpstr(paths->pdata[0], ==, "1700000000.c");
	g_assert_cmpstr(paths->pdata[1], ==, "/m/work/Z/new/1700000001.a");
	g_ptr_array_unref(paths);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/maildir/known-names", test_known_names);
	g_test_add_func("/maildir/refused-names", test_refused_names);
	g_test_add_func("/maildir/names-property", test_names_property);
	g_test_add_func("/maildir/split-foreign", test_split_foreign);
	g_test_add_func("/maildir/flags", test_flags);
	g_test_add_func("/maildir/by-arrival", test_by_arrival);
	FIXTURE_TEST("/maildir/list", test_list);
	FIXTURE_TEST("/maildir/delivery", test_delivery);
	FIXTURE_TEST("/maildir/move-collision", test_move_collision);
	FIXTURE_TEST("/maildir/flags-collision", test_flags_collision);
	FIXTURE_TEST("/maildir/move-number", test_move_number);
	FIXTURE_TEST("/maildir/abort", test_abort);
	FIXTURE_TEST("/maildir/killed", test_killed);
	FIXTURE_TEST("/maildir/read-error", test_read_error);
	return g_test_run();
}
