/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of files in the index follow those on disk. */
#include "store/index_files.h"

#include "base/file.h"
#include "base/log.h"
#include "store/index_add.h"
#include "store/index_keywords.h"
#include "store/index_work.h"
#include "store/linkage.h"
#include "store/maildir.h"
#include "store/placement.h"
#include "store/standin.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static bool
is_fine(notmuch_status_t status)
{
	return status == NOTMUCH_STATUS_SUCCESS || status == NOTMUCH_STATUS_DUPLICATE_MESSAGE_ID;
}

/* The message of a real file, through its stand-in if it has one. NULL when the index lacks it. */
static notmuch_message_t *
message_of_file(struct index *ix, notmuch_database_t *db, const char *path, bool *is_standin_out)
{
	char *key = index_key(ix, path);
	struct state_standin *s = state_standin_of_key(index_state(ix), key);
	char *name = s != NULL ? g_strconcat(index_root(ix), "/", s->standin, NULL) : g_strdup(path);
	notmuch_message_t *message = NULL;

	(void)notmuch_database_find_message_by_filename(db, name, &message);
	*is_standin_out = s != NULL;
	state_standin_free(s);
	g_free(key);
	g_free(name);
	return message;
}

/* The thread of a message whose files change: its row may change without a trace in lastmod. */
static void
note_dirty(struct index *ix, notmuch_message_t *message)
{
	const char *thread = notmuch_message_get_thread_id(message);

	if (thread != NULL)
		(void)state_dirty_add(index_state(ix), thread, NULL); /* else all rows are made anew */
}

bool
index_rename_file(struct index *ix, notmuch_database_t *db, const char *from, const char *to,
    bool is_standin, GError **error)
{
	char *from_key = index_key(ix, from), *to_key = index_key(ix, to);
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;
	bool ok = true;

	if (is_standin)
		ok = state_standin_move(index_state(ix), from_key, to_key, index_relative(ix, to),
		    error);
	else
		status = notmuch_database_index_file(db, to, NULL, NULL);
	if (!is_standin && is_fine(status))
		status = notmuch_database_remove_message(db, from);
	if (!is_fine(status))
		ok = index_fail(db, status, error);
	if (ok && strcmp(from_key, to_key) != 0)
		ok = state_file_move(index_state(ix), from_key, to_key, error);
	g_free(from_key);
	g_free(to_key);
	return ok;
}

/* Tags after a file's new name: the flags in it, and its place. */
static bool
retag(struct index *ix, notmuch_database_t *db, const char *id, const struct placement *before,
    const struct index_rename *names, GError **error)
{
	notmuch_message_t *message = NULL;
	notmuch_status_t status = index_find(db, id, &message);

	if (status == NOTMUCH_STATUS_SUCCESS && message != NULL) {
		notmuch_message_freeze(message);
		status = placement_tag_flags(ix, message);
		if (status == NOTMUCH_STATUS_SUCCESS)
			status = placement_tag_moved(ix, message, before);
		if (status == NOTMUCH_STATUS_SUCCESS && names != NULL)
			status = index_keywords_renamed(ix, message, names->from, names->to);
		notmuch_message_thaw(message);
	}
	if (message != NULL)
		notmuch_message_destroy(message);
	return status == NOTMUCH_STATUS_SUCCESS || index_fail(db, status, error);
}

struct renaming {
	GPtrArray *renames;
	GPtrArray *unknown; /* paths to index as new files */
};

static bool
rename_one(struct index *ix, notmuch_database_t *db, guint i, void *user, GError **error)
{
	struct renaming *r = user;
	const struct index_rename *one = g_ptr_array_index(r->renames, i);
	bool is_standin;
	notmuch_message_t *message = message_of_file(ix, db, one->from, &is_standin);
	struct placement before;
	char *id;
	bool ok;

	if (message == NULL || access(one->to, F_OK) != 0) {
		/* told late: the file went on, or the index never saw it */
		g_ptr_array_add(r->unknown, g_strdup(one->to));
		if (message != NULL)
			notmuch_message_destroy(message);
		return true;
	}
	id = g_strdup(notmuch_message_get_message_id(message));
	placement_of(ix, message, &before);
	note_dirty(ix, message); /* behind a stand-in the database sees no change */
	notmuch_message_destroy(message);
	ok = index_rename_file(ix, db, one->from, one->to, is_standin, error) &&
	    retag(ix, db, id, &before, one, error);
	g_free(id);
	return ok;
}

bool
index_renamed(struct index *ix, GPtrArray *renames, GError **error)
{
	struct renaming r = { renames, g_ptr_array_new_with_free_func(g_free) };
	struct index_work work = { .n = renames->len, .one = rename_one, .user = &r,
		.keeps_partial = true };
	bool ok = index_work_run(ix, &work, error);

	if (ok && r.unknown->len > 0) {
		struct index_add job = { .paths = (const char *const *)r.unknown->pdata,
			.n = r.unknown->len };
		guint indexed, failed;

		ok = index_add(ix, &job, &indexed, &failed, error);
	}
	g_ptr_array_unref(r.unknown);
	return ok;
}

/* Take a name out of the index; through the stand-in when it is the last behind one. */
static bool
remove_from_index(struct index *ix, notmuch_database_t *db, const char *path, bool is_standin,
    GError **error)
{
	char *key = index_key(ix, path);
	char *standin = is_standin ? standin_drop(ix, path) : NULL;
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;
	bool ok;

	if (!is_standin)
		status = notmuch_database_remove_message(db, path);
	else if (standin != NULL)
		status = notmuch_database_remove_message(db, standin);
	if (is_fine(status) && standin != NULL)
		(void)unlink(standin); /* a left-over is harmless */
	ok = (is_fine(status) || index_fail(db, status, error)) &&
	    state_file_remove(index_state(ix), key, error);
	g_free(standin);
	g_free(key);
	return ok;
}

struct removing {
	GPtrArray *items; /* paths, or ids */
	guint n;
	const struct index_target *from; /* only files there; NULL: all */
	bool has_links;			 /* those of the beginning were read */
	const struct linkage *links;	 /* borrowed; NULL for none */
};

/* A message that goes: what is hung below it, or where it is hung, takes another place too. */
static void
note_leaving(struct index *ix, notmuch_database_t *db, struct removing *r, notmuch_message_t *message)
{
	GHashTable *threads;
	GHashTableIter iter;
	gpointer thread;

	note_dirty(ix, message);
	if (!r->has_links)
		r->has_links = linkage_read(ix, db, &r->links) == NOTMUCH_STATUS_SUCCESS;
	if (linkage_message(r->links, notmuch_message_get_message_id(message)) == NULL)
		return;
	threads = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_hash_table_add(threads, g_strdup(notmuch_message_get_thread_id(message)));
	linkage_expand(r->links, threads);
	g_hash_table_iter_init(&iter, threads);
	while (g_hash_table_iter_next(&iter, &thread, NULL))
		(void)state_dirty_add(index_state(ix), thread, NULL);
	g_hash_table_unref(threads);
}

static bool
remove_one(struct index *ix, notmuch_database_t *db, guint i, void *user, GError **error)
{
	struct removing *r = user;
	const char *path = g_ptr_array_index(r->items, i);
	bool is_standin;
	notmuch_message_t *message = message_of_file(ix, db, path, &is_standin);

	if (message == NULL)
		return true;
	note_leaving(ix, db, r, message);
	notmuch_message_destroy(message);
	r->n++;
	return remove_from_index(ix, db, path, is_standin, error);
}

bool
index_removed(struct index *ix, GPtrArray *paths, guint *n_out, GError **error)
{
	struct removing r = { .items = paths };
	struct index_work work = { .n = paths->len, .one = remove_one, .user = &r,
		.keeps_partial = true };
	bool ok = index_work_run(ix, &work, error);

	*n_out = r.n;
	return ok;
}

struct moving {
	GPtrArray *ids;
	const struct index_target *to;
	GPtrArray *done; /* struct index_moved, of the current batch */
	index_moved_fn on_moved;
	void *user;
};

static void
free_moved(gpointer item)
{
	struct index_moved *m = item;

	g_free(m->id);
	g_free(m->from);
	g_free(m->to);
	g_free(m->from_folder);
	g_free(m);
}

char *
index_target_folder(struct index *ix, const struct index_target *to, const char *path, GError **error)
{
	const struct folder *at = folders_of_path(index_folders(ix), path);
	const char *account = to->account != NULL ? to->account : at->account;
	const char *name = to->folder;

	if (to->account != NULL && rc_account(index_rc(ix), to->account) == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "there is no account \"%s\"", to->account);
		return NULL;
	}
	if (name == NULL)
		name = folders_name_of_role(index_folders(ix), account, to->role);
	if (name == NULL || account[0] == '\0') {
		g_set_error(error, PF_ERROR, PF_ERROR_DATA,
		    "%s: this file is in no account of the rc file, so it has no %s folder", path,
		    name != NULL ? name : folder_role_name(to->role));
		return NULL;
	}
	return maildir_path(index_root(ix), account, name, error);
}

/* One's own copies stay, unless they are all there is. */
static bool
is_left_alone(struct index *ix, GPtrArray *files, const char *path)
{
	enum folder_role role = folders_of_path(index_folders(ix), path)->role;
	bool has_other = false;

	if (role != FOLDER_SENT && role != FOLDER_DRAFTS)
		return false;
	for (guint i = 0; i < files->len; i++) {
		enum folder_role other =
		    folders_of_path(index_folders(ix), g_ptr_array_index(files, i))->role;

		has_other = has_other || (other != FOLDER_SENT && other != FOLDER_DRAFTS);
	}
	return has_other;
}

static bool
is_from(struct index *ix, const struct index_target *to, const char *path)
{
	const struct folder *at = folders_of_path(index_folders(ix), path);

	if (to->from_folder != NULL)
		return g_strcmp0(at->name, to->from_folder) == 0 && g_strcmp0(at->account, to->from_account) == 0;
	return to->from_role == FOLDER_PLAIN || at->role == to->from_role;
}

/* Only those files that lie where the user sees the message, if any do: other copies are meant to be there. */
static void
keep_those_from(struct index *ix, const struct index_target *to, GPtrArray *files)
{
	bool has_any = false;

	for (guint i = 0; i < files->len; i++)
		has_any = has_any || is_from(ix, to, g_ptr_array_index(files, i));
	for (guint i = files->len; has_any && i > 0; i--)
		if (!is_from(ix, to, g_ptr_array_index(files, i - 1)))
			g_ptr_array_remove_index(files, i - 1);
}

static bool
move_file(struct index *ix, notmuch_database_t *db, struct moving *m, const char *id,
    const char *path, GError **error)
{
	char *folder = index_target_folder(ix, m->to, path, error);
	const struct folder *at = folders_of_path(index_folders(ix), path);
	char *inside = folder != NULL ? g_strconcat(folder, "/", NULL) : NULL;
	char *to = NULL, *key = index_key(ix, path);
	struct state_standin *s = state_standin_of_key(index_state(ix), key);
	bool ok = folder != NULL;

	if (ok && !g_str_has_prefix(path, inside))
		ok = maildir_create(folder, error) && maildir_move(path, folder, &to, error);
	if (to != NULL) {
		struct index_moved *done = g_new0(struct index_moved, 1);

		ok = index_rename_file(ix, db, path, to, s != NULL, error);
		done->id = g_strdup(id);
		done->from = g_strdup(path);
		done->to = g_steal_pointer(&to);
		done->from_folder = g_strdup(at->name);
		g_ptr_array_add(m->done, done);
	}
	state_standin_free(s);
	g_free(key);
	g_free(inside);
	g_free(folder);
	return ok;
}

static bool
move_one(struct index *ix, notmuch_database_t *db, guint i, void *user, GError **error)
{
	struct moving *m = user;
	const char *id = g_ptr_array_index(m->ids, i);
	notmuch_message_t *message = NULL;
	struct placement before;
	GPtrArray *files;
	bool ok = true, was_new_there;
	guint first = m->done->len;

	if (index_find(db, id, &message) != NOTMUCH_STATUS_SUCCESS ||
	    message == NULL)
		return true;
	files = placement_files(ix, message);
	placement_of(ix, message, &before);
	was_new_there = before.has_plain && !before.has_inbox && index_message_has_tag(message, "inbox");
	note_dirty(ix, message);
	notmuch_message_destroy(message);
	keep_those_from(ix, m->to, files);
	for (guint k = 0; ok && k < files->len; k++) {
		const char *path = g_ptr_array_index(files, k);

		if (!is_left_alone(ix, files, path))
			ok = move_file(ix, db, m, id, path, error);
	}
	ok = ok && retag(ix, db, id, &before, NULL, error);
	for (guint k = first; k < m->done->len; k++)
		((struct index_moved *)g_ptr_array_index(m->done, k))->was_new_there = was_new_there;
	g_ptr_array_unref(files);
	return ok;
}

static bool
moves_committed(struct index *ix, guint first, guint end, void *user, GError **error)
{
	struct moving *m = user;

	(void)ix;
	(void)first;
	(void)end;
	(void)error;
	for (guint i = 0; i < m->done->len; i++) {
		const struct index_moved *one = g_ptr_array_index(m->done, i);

		if (m->on_moved != NULL)
			m->on_moved(one, m->user);
	}
	g_ptr_array_set_size(m->done, 0);
	return true;
}

bool
index_move(struct index *ix, GPtrArray *ids, const struct index_target *to, index_moved_fn on_moved,
    void *user, GError **error)
{
	struct moving m = { ids, to, g_ptr_array_new_with_free_func(free_moved), on_moved,
		user };
	struct index_work work = { .n = ids->len, .one = move_one, .committed = moves_committed,
		.user = &m, .keeps_partial = true };
	bool ok = index_work_run(ix, &work, error);

	g_ptr_array_unref(m.done);
	return ok;
}

static bool
unlink_durably(const char *path, GError **error)
{
	char *dir = g_path_get_dirname(path);
	bool ok = unlink(path) == 0 || errno == ENOENT;

	if (!ok)
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: cannot be deleted: %s", path,
		    g_strerror(errno));
	ok = ok && file_sync_dir(dir, error);
	g_free(dir);
	return ok;
}

static bool
delete_one(struct index *ix, notmuch_database_t *db, guint i, void *user, GError **error)
{
	struct removing *r = user;
	notmuch_message_t *message = NULL;
	GPtrArray *files;
	bool ok = true, has_any = false;

	if (index_find(db, g_ptr_array_index(r->items, i), &message) !=
		NOTMUCH_STATUS_SUCCESS ||
	    message == NULL)
		return true;
	files = placement_files(ix, message);
	note_leaving(ix, db, r, message);
	notmuch_message_destroy(message);
	for (guint k = 0; ok && k < files->len; k++) {
		const char *path = g_ptr_array_index(files, k);
		/* a copy elsewhere is another letter: it was not asked about */
		if (r->from != NULL && !is_from(ix, r->from, path))
			continue;
		char *key = index_key(ix, path);
		struct state_standin *s = state_standin_of_key(index_state(ix), key);

		ok = unlink_durably(path, error) &&
		    remove_from_index(ix, db, path, s != NULL, error);
		state_standin_free(s);
		g_free(key);
		has_any = true;
	}
	g_ptr_array_unref(files);
	r->n += has_any;
	return ok;
}

bool
index_delete(struct index *ix, GPtrArray *ids, const struct index_target *from, guint *n_out, GError **error)
{
	struct removing r = { .items = ids, .from = from };
	struct index_work work = { .n = ids->len, .one = delete_one, .user = &r,
		.keeps_partial = true };
	bool ok = index_work_run(ix, &work, error);

	*n_out = r.n;
	return ok;
}
