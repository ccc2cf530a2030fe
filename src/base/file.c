/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Durable writing and bounded reading of files. */
#define _GNU_SOURCE /* memfd_create, renameat2, O_TMPFILE */
#include "base/file.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

bool
file_fail(GError **error, const char *what, const char *path)
{
	int saved = errno;

	g_set_error(error, PF_ERROR, saved == ENOENT ? PF_ERROR_NOT_FOUND : PF_ERROR_IO,
	    "%s: %s: %s", path, what, g_strerror(saved));
	return false;
}

static bool
is_dir(const char *path)
{
	return g_file_test(path, G_FILE_TEST_IS_DIR);
}

/* One folder, its name durable in its parent. */
static bool
make_one_dir(const char *path, GError **error)
{
	char *parent;
	bool ok;

	if (is_dir(path))
		return true;
	if (mkdir(path, 0700) != 0 && (errno != EEXIST || !is_dir(path)))
		return file_fail(error, errno == EEXIST ? "is no folder" : "cannot make this folder", path);
	parent = g_path_get_dirname(path);
	ok = file_sync_dir(parent, error);
	g_free(parent);
	return ok;
}

bool
file_make_dir(const char *path, GError **error)
{
	char *at = g_strdup(path);
	bool ok = true;

	if (is_dir(path)) {
		g_free(at);
		return true;
	}
	/* parents first: every "/" ends one */
	for (char *p = strchr(at + 1, '/'); ok && p != NULL; p = strchr(p + 1, '/')) {
		*p = '\0';
		ok = make_one_dir(at, error);
		*p = '/';
	}
	ok = ok && make_one_dir(path, error);
	g_free(at);
	return ok;
}

int
file_rename_new(const char *from, const char *to)
{
	struct stat st;

#ifdef RENAME_NOREPLACE
	/* EINVAL: a file system that cannot, such as NFS */
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
#endif
	if (lstat(to, &st) == 0) {
		errno = EEXIST;
		return -1;
	}
	return rename(from, to);
}

int
file_open_new(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

int
file_in_memory(GError **error)
{
	int fd = memfd_create("penfold", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "no file in memory: %s",
		    g_strerror(errno));
	return fd;
}

int
file_unnamed(GError **error)
{
	const char *dir = g_get_tmp_dir();
	int fd = open(dir, O_RDWR | O_TMPFILE | O_EXCL | O_CLOEXEC, 0600);
	char *path = fd < 0 ? g_build_filename(dir, "penfold-XXXXXX", NULL) : NULL;

	if (fd < 0) { /* a file system that gives every file a name */
		fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);
		if (fd >= 0)
			(void)unlink(path); /* nobody's harm where it stays: it is nobody else's to read */
	}
	if (fd < 0)
		(void)file_fail(error, "no temporary file can be made here", dir);
	g_free(path);
	return fd;
}

bool
file_sync_dir(const char *path, GError **error)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return file_fail(error, "cannot open this folder", path);
	ok = fsync(fd) == 0 || file_fail(error, "cannot sync this folder", path);
	close(fd);
	return ok;
}

bool
file_write_all(int fd, const void *data, size_t len, GError **error)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			g_set_error(error, PF_ERROR, PF_ERROR_IO, "cannot write: %s",
			    g_strerror(errno));
			return false;
		}
		p += n;
		len -= (size_t)n;
	}
	return true;
}

/* Write the temporary file, and fsync it where that is wanted; the descriptor is closed in any case. A close that
 * fails after a good fsync has nothing left to lose. */
static bool
fill(int fd, const char *path, const void *data, size_t len, bool is_durable, GError **error)
{
	bool ok = file_write_all(fd, data, len, error);

	if (!ok)
		g_prefix_error(error, "%s: ", path);
	if (ok && is_durable && fsync(fd) != 0)
		ok = file_fail(error, "cannot sync", path);
	close(fd);
	return ok;
}

static bool
write_file(const char *path, const void *data, size_t len, int mode, bool is_durable, GError **error)
{
	char *folder = g_path_get_dirname(path);
	char *temporary = g_strdup_printf("%s.XXXXXX", path);
	int fd = g_mkstemp_full(temporary, O_WRONLY | O_CLOEXEC, mode);
	bool ok;

	if (fd < 0) {
		ok = file_fail(error, "cannot write beside it", path);
		goto out;
	}
	ok = fill(fd, temporary, data, len, is_durable, error);
	if (ok && rename(temporary, path) != 0)
		ok = file_fail(error, "cannot put the new file in place", path);
	if (!ok)
		unlink(temporary);
	ok = ok && (!is_durable || file_sync_dir(folder, error));
out:
	g_free(folder);
	g_free(temporary);
	return ok;
}

bool
file_write_durable(const char *path, const void *data, size_t len, int mode, GError **error)
{
	return write_file(path, data, len, mode, true, error);
}

bool
file_write_quick(const char *path, const void *data, size_t len, int mode, GError **error)
{
	return write_file(path, data, len, mode, false, error);
}

int
file_open_regular(const char *path, bool is_followed)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY |
		(is_followed ? 0 : O_NOFOLLOW));
	struct stat st;

	if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	return fd;
}

/* Read until end of file or one byte over the limit. */
static GByteArray *
read_bounded(int fd, const char *path, size_t limit, GError **error)
{
	GByteArray *bytes = g_byte_array_new();
	guint8 block[16384];

	for (;;) {
		ssize_t n = read(fd, block, sizeof(block));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			file_fail(error, "cannot read", path);
			break;
		}
		if (n == 0)
			return bytes;
		g_byte_array_append(bytes, block, (guint)n);
		if (bytes->len > limit) {
			g_set_error(error, PF_ERROR, PF_ERROR_LIMIT,
			    "%s: larger than %zu bytes", path, limit);
			break;
		}
	}
	g_byte_array_unref(bytes);
	return NULL;
}

GBytes *
file_read(const char *path, size_t limit, GError **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	GByteArray *bytes;

	if (fd < 0) {
		file_fail(error, "cannot open", path);
		return NULL;
	}
	bytes = read_bounded(fd, path, limit, error);
	close(fd);
	if (bytes != NULL && bytes->len == 0) { /* GLib's own empty bytes are at NULL */
		g_byte_array_unref(bytes);
		return g_bytes_new_static("", 0);
	}
	return bytes != NULL ? g_byte_array_free_to_bytes(bytes) : NULL;
}

bool
file_copy_fd(int from, int to, guint64 *n_out, GError **error)
{
	char block[65536];
	guint64 total = 0;

	for (;;) {
		ssize_t n = read(from, block, sizeof(block));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			g_set_error(error, PF_ERROR, PF_ERROR_IO, "cannot read: %s",
			    g_strerror(errno));
			return false;
		}
		if (n == 0)
			break;
		if (!file_write_all(to, block, (size_t)n, error))
			return false;
		total += (guint64)n;
	}
	if (n_out != NULL)
		*n_out = total;
	return true;
}

bool
file_copy_new(int from, const char *path, GError **error)
{
	int fd = file_open_new(path);
	bool ok;

	if (fd < 0 && errno == EEXIST)
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s exists already", path);
	else if (fd < 0)
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: not saved: %s", path, g_strerror(errno));
	if (fd < 0)
		return false;
	ok = file_copy_fd(from, fd, NULL, error);
	if (!ok)
		g_prefix_error(error, "%s: not saved: ", path);
	/* where the disk is elsewhere, only now it says that it is full */
	if (close(fd) != 0 && ok) {
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: not saved: %s", path, g_strerror(errno));
		ok = false;
	}
	if (!ok)
		(void)unlink(path); /* half a file helps nobody */
	return ok;
}

gint64
file_stamp(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return 0;
	return (st.st_mtim.tv_sec * G_GINT64_CONSTANT(1000000000) + st.st_mtim.tv_nsec) ^ (gint64)st.st_size ^
	    (gint64)st.st_ino;
}

char *
file_sha256_fd(int fd, GError **error)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	guchar block[65536];
	off_t offset = 0;
	char *hex = NULL;
	ssize_t n;

	for (;;) {
		n = pread(fd, block, sizeof(block), offset);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		g_checksum_update(sum, block, n);
		offset += n;
	}
	if (n < 0)
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "cannot read: %s", g_strerror(errno));
	else
		hex = g_strdup(g_checksum_get_string(sum));
	g_checksum_free(sum);
	return hex;
}

char *
file_sha256_path(const char *path, GError **error)
{
	int fd = file_open_regular(path, true);
	char *hex;

	if (fd < 0) {
		file_fail(error, "cannot open", path);
		return NULL;
	}
	hex = file_sha256_fd(fd, error);
	if (hex == NULL)
		g_prefix_error(error, "%s: ", path);
	close(fd);
	return hex;
}

int
file_memory(const void *data, size_t len, GError **error)
{
	int fd = file_in_memory(error);

	if (fd < 0 || (file_write_all(fd, data, len, error) && lseek(fd, 0, SEEK_SET) == 0))
		return fd;
	close(fd);
	return -1;
}

void
file_remove_dir(const char *dir)
{
	GDir *d = g_dir_open(dir, 0, NULL);
	const char *name;

	while (d != NULL && (name = g_dir_read_name(d)) != NULL) {
		char *path = g_build_filename(dir, name, NULL);

		(void)unlink(path); /* swept another time */
		g_free(path);
	}
	if (d != NULL)
		g_dir_close(d);
	(void)rmdir(dir);
}

/* Call remove for each that is_it() of a folder and was not changed for max_age_s seconds. */
static void
sweep(const char *dir, gint64 max_age_s, bool (*is_it)(const char *path, const char *name, mode_t mode),
    void (*remove)(const char *path))
{
	GDir *d = g_dir_open(dir, 0, NULL);
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	const char *name;

	while (d != NULL && (name = g_dir_read_name(d)) != NULL) {
		char *path = g_build_filename(dir, name, NULL);
		struct stat st;

		if (lstat(path, &st) == 0 && now - st.st_mtime > max_age_s && is_it(path, name, st.st_mode))
			remove(path);
		g_free(path);
	}
	if (d != NULL)
		g_dir_close(d);
}

static bool
is_uuid_folder(const char *path, const char *name, mode_t mode)
{
	(void)path;
	return S_ISDIR(mode) && g_uuid_string_is_valid(name);
}

void
file_sweep(const char *parent, gint64 max_age_s)
{
	sweep(parent, max_age_s, is_uuid_folder, file_remove_dir);
}

#define TAIL_LEN 7 /* of ".XXXXXX" */

/* As write_file() names what it has not put in place yet. */
static bool
is_unfinished(const char *path, const char *name, mode_t mode)
{
	size_t len = strlen(path);
	const char *tail = len > TAIL_LEN ? path + len - TAIL_LEN : path;
	char *whole = g_strndup(path, (gsize)(tail - path));
	bool is_it = S_ISREG(mode) && tail[0] == '.' &&
	    strspn(tail + 1, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS) == TAIL_LEN - 1 &&
	    (g_str_has_suffix(whole, ".json") || g_file_test(whole, G_FILE_TEST_IS_REGULAR));

	(void)name;
	g_free(whole);
	return is_it;
}

static void
remove_file(const char *path)
{
	(void)unlink(path); /* swept another time */
}

void
file_sweep_unfinished(const char *dir, gint64 max_age_s)
{
	sweep(dir, max_age_s, is_unfinished, remove_file);
}
