/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_copy.c - see index_copy.h. The copy has a name of its own, so that a synchronised folder takes it for what
 * it is: a message that the server does not have there yet. */
#include "store/index_copy.h"

#include "base/file.h"
#include "store/folders.h"
#include "store/index_add.h"
#include "store/maildir.h"
#include "store/placement.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void
free_copied(gpointer item)
{
	struct index_copied *c = item;

	g_free(c->id);
	g_free(c->path);
	g_free(c);
}

/* The real files of a message; empty when it is not there. Owned. */
static GPtrArray *
files_of(struct index *ix, notmuch_database_t *db, const char *id)
{
	notmuch_message_t *message = NULL;
	GPtrArray *files;

	if (index_find(db, id, &message) != NOTMUCH_STATUS_SUCCESS || message == NULL)
		return g_ptr_array_new();
	files = placement_files(ix, message);
	notmuch_message_destroy(message);
	return files;
}

static bool
is_within(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 && path[len] == '/' && maildir_is_message(path) &&
	    strchr(path + len + 1, '/') == strrchr(path, '/');
}

/* Its flags, but not that it is deleted. */
static char *
flags_for_copy(const char *path)
{
	char *flags = maildir_flags(path);
	char *deleted = strchr(flags, 'T');

	if (deleted != NULL)
		memmove(deleted, deleted + 1, strlen(deleted));
	return flags;
}

static char *
copy_file(const char *from, const char *folder, GError **error)
{
	int fd = file_open_regular(from, false);
	char *flags = flags_for_copy(from), *path = NULL;

	if (fd < 0)
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: cannot be read: %s", from, g_strerror(errno));
	else if (maildir_create(folder, error))
		(void)maildir_deliver_fd(folder, fd, flags, &path, error); /* told by path */
	if (fd >= 0)
		(void)close(fd); /* read only */
	g_free(flags);
	return path;
}

static bool
copy_one(struct index *ix, GPtrArray *files, const char *id, const struct index_target *to, GPtrArray *done,
    GError **error)
{
	const char *from = g_ptr_array_index(files, 0);
	char *folder = index_target_folder(ix, to, from, error);
	bool is_there = folder == NULL;
	char *path = NULL;

	for (guint i = 0; !is_there && i < files->len; i++)
		is_there = is_within(g_ptr_array_index(files, i), folder);
	if (!is_there)
		path = copy_file(from, folder, error);
	if (path != NULL) {
		struct index_copied *c = g_new0(struct index_copied, 1);
		c->id = g_strdup(id);
		c->path = g_steal_pointer(&path);
		g_ptr_array_add(done, c);
	}
	g_free(folder);
	return *error == NULL;
}

static bool
index_copies(struct index *ix, const GPtrArray *done, GError **error)
{
	GPtrArray *paths = g_ptr_array_new();
	guint n_indexed, n_failed;

	for (guint i = 0; i < done->len; i++)
		g_ptr_array_add(paths, ((struct index_copied *)g_ptr_array_index(done, i))->path);
	const struct index_add job = {.paths = (const char *const *)paths->pdata, .n = paths->len};
	bool ok = paths->len == 0 || index_add(ix, &job, &n_indexed, &n_failed, error);
	g_ptr_array_unref(paths);
	return ok;
}

/* All or none: a copy of which nobody was told would go up to the server. What is indexed of them already leaves with the next
 * scan. */
static void
unlink_copies(const GPtrArray *done)
{
	for (guint i = 0; i < done->len; i++)
		(void)unlink(((struct index_copied *)g_ptr_array_index(done, i))->path); /* as well as it goes */
}

GPtrArray *
index_copy(struct index *ix, GPtrArray *ids, const struct index_target *to, GError **error)
{
	GPtrArray *done = g_ptr_array_new_with_free_func(free_copied);
	notmuch_database_t *db = index_reader(ix, error);
	GError *own = NULL;

	for (guint i = 0; db != NULL && own == NULL && i < ids->len; i++) {
		const char *id = g_ptr_array_index(ids, i);
		GPtrArray *files = files_of(ix, db, id);
		if (files->len > 0)
			(void)copy_one(ix, files, id, to, done, &own); /* told by own */
		g_ptr_array_unref(files);
	}
	if (db != NULL && own == NULL && index_copies(ix, done, &own))
		return done;
	if (own != NULL)
		g_propagate_error(error, own);
	unlink_copies(done);
	g_ptr_array_unref(done);
	return NULL;
}

/* The message of a file that is not its last one; NULL for others. Owned. */
static char *
message_with_more(struct index *ix, notmuch_database_t *db, const char *path)
{
	notmuch_message_t *message = NULL;
	char *id = NULL;

	if (notmuch_database_find_message_by_filename(db, path, &message) == NOTMUCH_STATUS_SUCCESS &&
	    message != NULL) {
		GPtrArray *files = placement_files(ix, message);
		id = files->len > 1 ? g_strdup(notmuch_message_get_message_id(message)) : NULL;
		g_ptr_array_unref(files);
		notmuch_message_destroy(message);
	}
	return id;
}

static bool
uncopy_one(struct index *ix, const char *path, GPtrArray *gone, GError **error)
{
	notmuch_database_t *db = index_reader(ix, error);
	char *id = db != NULL ? message_with_more(ix, db, path) : NULL;
	char *folder = g_path_get_dirname(path);
	GPtrArray *one = g_ptr_array_new();
	bool ok = db != NULL;
	guint n;

	g_ptr_array_add(one, (gpointer)(guintptr)path);
	if (id != NULL && unlink(path) != 0 && errno != ENOENT) {
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: cannot be deleted: %s", path, g_strerror(errno));
		ok = false;
	} else if (id != NULL) {
		ok = file_sync_dir(folder, error) && index_removed(ix, one, &n, error);
	}
	if (ok && id != NULL) {
		struct index_copied *c = g_new0(struct index_copied, 1);
		c->id = g_steal_pointer(&id);
		c->path = g_strdup(path);
		g_ptr_array_add(gone, c);
	}
	g_ptr_array_unref(one);
	g_free(folder);
	g_free(id);
	return ok;
}

GPtrArray *
index_uncopy(struct index *ix, GPtrArray *paths, GError **error)
{
	GPtrArray *gone = g_ptr_array_new_with_free_func(free_copied);
	bool ok = true;

	for (guint i = 0; ok && i < paths->len; i++)
		ok = uncopy_one(ix, g_ptr_array_index(paths, i), gone, error);
	if (ok)
		return gone;
	g_ptr_array_unref(gone);
	return NULL;
}
