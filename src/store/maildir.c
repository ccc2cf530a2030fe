/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maildir on disk: deliveries through tmp/, flags in the name, moves by rename. */
#include "store/maildir.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "store/maildir_name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define INFO ":2,"

struct maildir_delivery {
	char *folder, *name, *tmp_path;
	int fd;
};

/* Unique without a counter: time, process and 64 random bits. */
static char *
unique_name(void)
{
	gint64 now = g_get_real_time();

	return g_strdup_printf("%" G_GINT64_FORMAT ".M%06dP%dR%08x%08x.penfold",
	    now / G_USEC_PER_SEC, (int)(now % G_USEC_PER_SEC), (int)getpid(), g_random_int(),
	    g_random_int());
}

bool
maildir_create(const char *folder_path, GError **error)
{
	static const char *const names[] = { "tmp", "new", "cur" };
	bool ok = true;

	for (size_t i = 0; ok && i < G_N_ELEMENTS(names); i++) {
		char *path = g_strconcat(folder_path, "/", names[i], NULL);

		ok = file_make_dir(path, error);
		g_free(path);
	}
	return ok;
}

bool
maildir_create_soon(const char *folder_path, GError **error)
{
	static const char *const names[] = { "tmp", "new", "cur" };
	bool ok = true;

	for (size_t i = 0; ok && i < G_N_ELEMENTS(names); i++) {
		char *path = g_strconcat(folder_path, "/", names[i], NULL);

		ok = g_mkdir_with_parents(path, 0700) == 0 || file_fail(error, "cannot make this folder", path);
		g_free(path);
	}
	return ok;
}

/* One folder on the way down: where it is, what it is called, how deep. */
struct level {
	char *path, *name;
	unsigned depth;
};

static void
push_children(GQueue *todo, const struct level *at)
{
	GDir *dir = g_dir_open(at->path, 0, NULL);
	const char *entry;

	if (dir == NULL || at->depth >= LIMIT_FOLDER_DEPTH) {
		if (dir != NULL)
			g_dir_close(dir);
		return;
	}
	while ((entry = g_dir_read_name(dir)) != NULL) {
		char *name = maildir_name_decode(entry);
		char *path = g_strconcat(at->path, "/", entry, NULL);

		if (name != NULL && g_file_test(path, G_FILE_TEST_IS_DIR)) {
			struct level *child = g_new0(struct level, 1);

			child->path = g_steal_pointer(&path);
			child->name = at->name[0] == '\0' ? g_strdup(name)
							  : g_strconcat(at->name, "/", name, NULL);
			child->depth = at->depth + 1;
			g_queue_push_tail(todo, child);
		}
		g_free(name);
		g_free(path);
	}
	g_dir_close(dir);
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
maildir_list(const char *root, const char *account)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
	GQueue todo = G_QUEUE_INIT;
	struct level *at = g_new0(struct level, 1);
	char *encoded = maildir_name_encode(account);

	at->path = g_strconcat(root, "/", encoded, NULL);
	at->name = g_strdup("");
	g_free(encoded);
	for (; at != NULL; at = g_queue_pop_head(&todo)) {
		char *cur = g_strconcat(at->path, "/cur", NULL);

		if (at->name[0] != '\0' && g_file_test(cur, G_FILE_TEST_IS_DIR))
			g_ptr_array_add(out, g_strdup(at->name));
		push_children(&todo, at);
		g_free(cur);
		g_free(at->path);
		g_free(at->name);
		g_free(at);
	}
	g_ptr_array_sort(out, compare_names);
	return out;
}

static void
delivery_free(struct maildir_delivery *d)
{
	if (d->fd >= 0)
		close(d->fd);
	g_free(d->folder);
	g_free(d->name);
	g_free(d->tmp_path);
	g_free(d);
}

struct maildir_delivery *
maildir_begin(const char *folder_path, GError **error)
{
	return maildir_begin_as(folder_path, "", error);
}

struct maildir_delivery *
maildir_begin_as(const char *folder_path, const char *suffix, GError **error)
{
	struct maildir_delivery *d = g_new0(struct maildir_delivery, 1);
	char *name = unique_name();

	d->folder = g_strdup(folder_path);
	d->name = g_strconcat(name, suffix, NULL);
	g_free(name);
	d->tmp_path = g_strconcat(folder_path, "/tmp/", d->name, NULL);
	d->fd = open(d->tmp_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (d->fd >= 0)
		return d;
	file_fail(error, "cannot make this file", d->tmp_path);
	delivery_free(d);
	return NULL;
}

int
maildir_fd(const struct maildir_delivery *d)
{
	return d->fd;
}

const char *
maildir_delivery_name(const struct maildir_delivery *d)
{
	return d->name;
}

bool
maildir_end(struct maildir_delivery *d, GError **error)
{
	int fd = d->fd;

	d->fd = -1;
	return fd < 0 || close(fd) == 0 || file_fail(error, "cannot write", d->tmp_path);
}

bool
maildir_sync(struct maildir_delivery *d, GError **error)
{
	return fsync(d->fd) == 0 || file_fail(error, "cannot sync", d->tmp_path);
}

/* The sorted letters of flags, each once; anything that is no ASCII letter or digit is left out. */
static char *
normal_flags(const char *flags)
{
	GString *out = g_string_new(NULL);

	for (int c = '0'; c <= 'z'; c++)
		if (g_ascii_isalnum(c) && strchr(flags, c) != NULL)
			g_string_append_c(out, (char)c);
	return g_string_free(out, FALSE);
}

/* FOLDER/cur/BASE:2,FLAGS, or FOLDER/new/BASE when flags is NULL. */
static char *
final_path(const char *folder, const char *base, const char *flags)
{
	char *normal, *path;

	if (flags == NULL)
		return g_strconcat(folder, "/new/", base, NULL);
	normal = normal_flags(flags);
	path = g_strconcat(folder, "/cur/", base, INFO, normal, NULL);
	g_free(normal);
	return path;
}

bool
maildir_commit(struct maildir_delivery *d, const char *flags, char **path_out, GError **error)
{
	char *path = final_path(d->folder, d->name, flags);
	bool ok = maildir_end(d, error);

	ok = ok && (rename(d->tmp_path, path) == 0 || file_fail(error, "cannot put in place", path));
	if (!ok) {
		maildir_abort(d);
		g_free(path);
		return false;
	}
	delivery_free(d);
	if (path_out != NULL)
		*path_out = path;
	else
		g_free(path);
	return true;
}

bool
maildir_link(const char *folder_path, const char *from, const char *flags, char **path_out, GError **error)
{
	char *name = unique_name();
	char *path = final_path(folder_path, name, flags);
	bool ok = link(from, path) == 0 || file_fail(error, "cannot put in place", path);

	g_free(name);
	if (ok)
		*path_out = g_steal_pointer(&path);
	g_free(path);
	return ok;
}

void
maildir_abort(struct maildir_delivery *d)
{
	if (d == NULL)
		return;
	unlink(d->tmp_path);
	delivery_free(d);
}

#define ENVELOPE_MAX 1000 /* bytes of an envelope line */

/* "From ann@example.org Sat Nov 21 ...": the line that an mbox and many MTAs have before a message is
 * none of its header, and makes readers take it for an mbox of several. It is left out. */
static bool
skip_envelope(int from, int to, GError **error)
{
	char start[ENVELOPE_MAX] = "";
	size_t n = 0;

	while (n < sizeof(start) && (n == 0 || start[n - 1] != '\n') &&
	    (n > 5 || memcmp(start, "From ", MIN(n, 5)) == 0)) {
		ssize_t got = read(from, start + n, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		n++;
	}
	if (n > 5 && start[n - 1] == '\n')
		return true;
	return file_write_all(to, start, n, error);
}

bool
maildir_deliver_fd(const char *folder_path, int fd, const char *flags, char **path_out,
    GError **error)
{
	struct maildir_delivery *d = maildir_begin(folder_path, error);
	char *path = NULL, *folder;
	bool ok;

	if (d == NULL)
		return false;
	if (!skip_envelope(fd, d->fd, error) || !file_copy_fd(fd, d->fd, NULL, error) || !maildir_sync(d, error)) {
		maildir_abort(d);
		return false;
	}
	if (!maildir_commit(d, flags, &path, error))
		return false;
	folder = g_path_get_dirname(path);
	ok = file_sync_dir(folder, error);
	g_free(folder);
	if (!ok)
		unlink(path); /* not known to be durable: the caller keeps its copy */
	if (ok && path_out != NULL)
		*path_out = g_steal_pointer(&path);
	g_free(path);
	return ok;
}

char *
maildir_flags(const char *path)
{
	const char *name = strrchr(path, '/');
	const char *info = g_strrstr(name != NULL ? name : path, INFO);

	return info != NULL ? normal_flags(info + strlen(INFO)) : g_strdup("");
}

char *
maildir_base(const char *path)
{
	const char *name = strrchr(path, '/');
	const char *info;

	name = name != NULL ? name + 1 : path;
	info = g_strrstr(name, INFO);
	return info != NULL ? g_strndup(name, (gsize)(info - name)) : g_strdup(name);
}

/* The folder of a message: what stands before /cur/ or /new/; for a file elsewhere its own folder. */
static char *
folder_of(const char *path)
{
	char *dir = g_path_get_dirname(path);
	char *last = g_path_get_basename(dir);
	char *folder = maildir_name_is_reserved(last) ? g_path_get_dirname(dir) : g_strdup(dir);

	g_free(last);
	g_free(dir);
	return folder;
}

bool
maildir_is_message(const char *path)
{
	char *dir = g_path_get_dirname(path);
	bool is_message = g_str_has_suffix(dir, "/cur") || g_str_has_suffix(dir, "/new");

	g_free(dir);
	return is_message;
}

char *
maildir_key(const char *path)
{
	char *folder = folder_of(path);
	char *base = maildir_base(path);
	char *key = g_strconcat(folder, "/", base, NULL);

	g_free(folder);
	g_free(base);
	return key;
}

static bool
has_same_bytes(const char *a, const char *b)
{
	char *sum_a = file_sha256_path(a, NULL), *sum_b = file_sha256_path(b, NULL);
	bool same = sum_a != NULL && g_strcmp0(sum_a, sum_b) == 0;

	g_free(sum_a);
	g_free(sum_b);
	return same;
}

/* Rename within a folder, but not over another letter. Two files of one base, as an old copy that was put back
 * leaves them, become one only when their bytes are the same. */
static bool
rename_in_folder(const char *path, const char *folder, const char *flags, char **to, GError **error)
{
	char *base;

	if (file_rename_new(path, *to) == 0)
		return true;
	if (errno != EEXIST)
		return file_fail(error, "cannot set its flags", path);
	if (has_same_bytes(path, *to))
		return rename(path, *to) == 0 || file_fail(error, "cannot set its flags", path);
	base = unique_name();
	g_free(*to);
	*to = final_path(folder, base, flags);
	g_free(base);
	return file_rename_new(path, *to) == 0 || file_fail(error, "cannot set its flags", path);
}

bool
maildir_set_flags(const char *path, const char *flags, char **path_out, GError **error)
{
	char *folder = folder_of(path);
	char *base = maildir_base(path);
	char *to = final_path(folder, base, flags);
	bool ok = strcmp(path, to) == 0 || rename_in_folder(path, folder, flags, &to, error);

	g_free(folder);
	g_free(base);
	if (ok && path_out != NULL)
		*path_out = g_steal_pointer(&to);
	g_free(to);
	return ok;
}

/* A base name without the number that mbsync gave the message in its folder, which would
 * stand for another message elsewhere. */
static void
forget_number(char *base)
{
	char *u = strstr(base, ",U=");
	size_t n = u != NULL ? strspn(u + 3, "0123456789") : 0;

	if (n > 0)
		memmove(u, u + 3 + n, strlen(u + 3 + n) + 1);
}

/* Where path goes in another folder. The base name is kept, so that every program that watches
 * the tree sees a move; only when it is taken there the message gets a new one. */
static char *
move_target(const char *path, const char *to_folder_path)
{
	char *base = maildir_base(path);
	char *dir = g_path_get_dirname(path);
	char *last = g_path_get_basename(dir);
	char *flags = strcmp(last, "new") == 0 ? NULL : maildir_flags(path);
	struct stat st;
	char *to;

	forget_number(base);
	to = final_path(to_folder_path, base, flags);

	if (lstat(to, &st) == 0) {
		g_free(to);
		g_free(base);
		base = unique_name();
		to = final_path(to_folder_path, base, flags);
	}
	g_free(base);
	g_free(dir);
	g_free(last);
	g_free(flags);
	return to;
}

bool
maildir_move(const char *path, const char *to_folder_path, char **path_out, GError **error)
{
	char *to = move_target(path, to_folder_path);
	char *from_dir = g_path_get_dirname(path);
	char *to_dir = g_path_get_dirname(to);
	/* The new name first: after a crash between the two syncs there is one name or both. */
	bool ok = (file_rename_new(path, to) == 0 || file_fail(error, "cannot move it", path)) &&
	    file_sync_dir(to_dir, error) && file_sync_dir(from_dir, error);

	g_free(from_dir);
	g_free(to_dir);
	if (ok && path_out != NULL)
		*path_out = g_steal_pointer(&to);
	g_free(to);
	return ok;
}
