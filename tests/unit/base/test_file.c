/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Durable writing, bounded reading, digests. */
#include "base/error.h"
#include "base/file.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *folder;

static char *
in_folder(const char *name)
{
	return g_build_filename(folder, name, NULL);
}

static guint
count_names(void)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	guint n = 0;

	while (g_dir_read_name(dir) != NULL)
		n++;
	g_dir_close(dir);
	return n;
}

static void
test_write_durable(void)
{
	char *path = in_folder("letter");
	GError *error = NULL;
	struct stat st;
	GBytes *bytes;

	for (int i = 0; i < 4; i++) {
		bool (*write_it)(const char *, const void *, size_t, int, GError **) = i < 2 ? file_write_durable
											     : file_write_quick;
		g_assert_true(write_it(path, i % 2 == 0 ? "first" : "2nd", i % 2 == 0 ? 5 : 3, 0600, &error));
		g_assert_no_error(error);
		bytes = file_read(path, 100, &error);
		g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
		    i % 2 == 0 ? "first" : "2nd", i % 2 == 0 ? 5 : 3);
		g_bytes_unref(bytes);
	}
	g_assert_cmpint(stat(path, &st), ==, 0);
	g_assert_cmpint(st.st_mode & 0777, ==, 0600);
	g_assert_cmpuint(count_names(), ==, 1); /* no temporary file stays */
	g_unlink(path);
	g_free(path);
}

/* It has no name, no child gets it, and what was written can be read again. */
static void
test_unnamed(void)
{
	GError *error = NULL;
	char bytes[4] = "";
	struct stat st;
	int fd = file_unnamed(&error);

	g_assert_no_error(error);
	g_assert_cmpint(fstat(fd, &st), ==, 0);
	g_assert_cmpuint(st.st_nlink, ==, 0);
	g_assert_cmpint(fcntl(fd, F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
	g_assert_true(file_write_all(fd, "abc", 3, &error));
	g_assert_cmpint(pread(fd, bytes, 3, 0), ==, 3);
	g_assert_cmpstr(bytes, ==, "abc");
	close(fd);
}

/* A new file or none: what is there stays as it is, and of what cannot be read nothing is left. */
static void
test_copy_new(void)
{
	char *path = in_folder("copy");
	GError *error = NULL;
	int from = file_memory("abc", 3, &error), nothing = open(folder, O_RDONLY | O_CLOEXEC);
	GBytes *bytes;

	g_assert_true(file_copy_new(from, path, &error));
	g_assert_no_error(error);
	bytes = file_read(path, 100, &error);
	g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), "abc", 3);
	g_bytes_unref(bytes);
	g_assert_false(file_copy_new(from, path, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_IO);
	g_assert_true(g_str_has_suffix(error->message, "/copy exists already"));
	g_clear_error(&error);
	g_assert_cmpint(g_unlink(path), ==, 0);
	g_assert_false(file_copy_new(nothing, path, &error));
	g_assert_nonnull(strstr(error->message, "/copy: not saved: cannot read: "));
	g_clear_error(&error);
	g_assert_cmpuint(count_names(), ==, 0);
	close(from);
	close(nothing);
	g_free(path);
}

/* The target is a folder: the rename fails, the error names the path, nothing stays behind. */
static void
test_write_fails(void)
{
	char *path = in_folder("taken"), *inside = in_folder("taken/x");
	GError *error = NULL;

	g_assert_true(file_make_dir(inside, &error));
	g_assert_false(file_write_durable(path, "x", 1, 0600, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_IO);
	g_assert_nonnull(strstr(error->message, path));
	g_clear_error(&error);
	g_assert_cmpuint(count_names(), ==, 1);
	g_assert_false(file_write_durable("/nonexistent/folder/file", "x", 1, 0600, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_NOT_FOUND);
	g_clear_error(&error);
	g_rmdir(inside);
	g_rmdir(path);
	g_free(path);
	g_free(inside);
}

static void
test_read_limit(void)
{
	char *path = in_folder("ten");
	GError *error = NULL;
	GBytes *bytes;

	g_assert_true(g_file_set_contents(path, "0123456789", 10, NULL));
	for (size_t limit = 9; limit <= 11; limit++) {
		bytes = file_read(path, limit, &error);
		if (limit < 10) {
			g_assert_null(bytes);
			g_assert_error(error, PF_ERROR, PF_ERROR_LIMIT);
			g_clear_error(&error);
		} else {
			g_assert_no_error(error);
			g_bytes_unref(bytes);
		}
	}
	g_assert_null(file_read("/nonexistent", 1, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_NOT_FOUND);
	g_clear_error(&error);
	g_unlink(path);
	g_free(path);
}

static void
test_sha256(void)
{
	char *path = in_folder("abc"), *hex;
	GError *error = NULL;
	int fd;

	g_assert_true(g_file_set_contents(path, "abc", 3, NULL));
	hex = file_sha256_path(path, &error);
	g_assert_cmpstr(hex, ==, /* FIPS 180-2, appendix B.1 */
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	g_free(hex);
	fd = open(path, O_RDONLY);
	g_assert_cmpint(lseek(fd, 2, SEEK_SET), ==, 2);
	hex = file_sha256_fd(fd, &error); /* from the start, and the offset stays */
	g_assert_true(g_str_has_prefix(hex, "ba7816bf"));
	g_assert_cmpint(lseek(fd, 0, SEEK_CUR), ==, 2);
	close(fd);
	g_free(hex);
	g_assert_null(file_sha256_path("/nonexistent", &error));
	g_assert_nonnull(error);
	g_clear_error(&error);
	g_unlink(path);
	g_free(path);
}

/* A FIFO among mail must not be waited for: with a plain open() this test would not end. */
static void
test_open_regular(void)
{
	static const struct {
		const char *name;
		bool is_followed, is_opened;
	} cases[] = {
		{ "plain", false, true },
		{ "link", true, true },
		{ "link", false, false },
		{ "fifo", true, false },
		{ "dir", true, false },
		{ "none", true, false },
	};
	char *plain = in_folder("plain"), *link = in_folder("link"), *fifo = in_folder("fifo"),
	     *dir = in_folder("dir");

	g_assert_true(g_file_set_contents(plain, "x", 1, NULL));
	g_assert_cmpint(symlink(plain, link), ==, 0);
	g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
	g_assert_cmpint(g_mkdir(dir, 0700), ==, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *path = in_folder(cases[i].name);
		int fd = file_open_regular(path, cases[i].is_followed);

		g_assert_cmpint(fd >= 0, ==, cases[i].is_opened);
		if (fd >= 0)
			close(fd);
		g_free(path);
	}
	g_assert_null(file_sha256_path(fifo, NULL));
	g_unlink(link);
	g_unlink(plain);
	g_unlink(fifo);
	g_rmdir(dir);
	g_free(plain);
	g_free(link);
	g_free(fifo);
	g_free(dir);
}

/* Old folders with a UUID for their name go with what is in them; young ones and others stay. */
static void
test_sweep(void)
{
	char *parent = g_dir_make_tmp("pf-sweep-XXXXXX", NULL);
	char *uuid = g_uuid_string_random();
	char *due = g_build_filename(parent, uuid, NULL);
	char *other = g_build_filename(parent, "kept", NULL);
	char *inside = g_build_filename(due, "a", NULL);

	g_assert_true(file_make_dir(due, NULL) && file_make_dir(other, NULL));
	g_assert_true(g_file_set_contents(inside, "x", 1, NULL));
	file_sweep(parent, 3600);
	g_assert_true(g_file_test(inside, G_FILE_TEST_EXISTS));
	file_sweep(parent, -1);
	g_assert_false(g_file_test(due, G_FILE_TEST_EXISTS));
	g_assert_true(g_file_test(other, G_FILE_TEST_IS_DIR));
	file_remove_dir(other);
	file_remove_dir(parent);
	g_assert_false(g_file_test(parent, G_FILE_TEST_EXISTS));
	g_free(inside);
	g_free(other);
	g_free(due);
	g_free(uuid);
	g_free(parent);
}

/* What a killed writer left goes when it is old; what only looks so stays. */
static void
test_sweep_unfinished(void)
{
	static const char *const names[] = {"a", "a.aB3xYz", "b.json.000000", "screen.socket", "a.aB3xY", "a.aB3.Yz", ".aB3xYz"};
	char *dir = g_dir_make_tmp("pf-sweep-XXXXXX", NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		char *path = g_build_filename(dir, names[i], NULL);

		g_assert_true(g_file_set_contents(path, "x", 1, NULL));
		g_free(path);
	}
	for (int age = 3600; age >= -1; age -= 3601) {
		file_sweep_unfinished(dir, age);
		for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
			char *path = g_build_filename(dir, names[i], NULL);

			g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS) == (age > 0 || (i != 1 && i != 2)));
			g_free(path);
		}
	}
	file_remove_dir(dir);
	g_free(dir);
}

int
main(int argc, char **argv)
{
	int code;

	g_test_init(&argc, &argv, NULL);
	folder = g_dir_make_tmp("penfold-test.XXXXXX", NULL);
	g_test_add_func("/file/write-durable", test_write_durable);
	g_test_add_func("/file/unnamed", test_unnamed);
	g_test_add_func("/file/copy-new", test_copy_new);
	g_test_add_func("/file/write-fails", test_write_fails);
	g_test_add_func("/file/read-limit", test_read_limit);
	g_test_add_func("/file/sha256", test_sha256);
	g_test_add_func("/file/open-regular", test_open_regular);
	g_test_add_func("/file/sweep", test_sweep);
	g_test_add_func("/file/sweep-unfinished", test_sweep_unfinished);
	code = g_test_run();
	g_rmdir(folder);
	g_free(folder);
	return code;
}
