/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder that has another name on the server gets it here: its files are moved, and the state
 * follows. Interrupted, the next run sees the same and moves what is left. */
#include "programs/sync_private.h"

#include "base/error.h"
#include "base/file.h"
#include "base/jsonl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct lost {
	struct sync_sink *s;
	GPtrArray *list; /* struct imap_lost */
};

static void
free_lost(gpointer l)
{
	imap_lost_free(l);
}

static void
on_folder(void *user, const char *name, const struct sync_folder *folder)
{
	struct lost *l = user;
	struct imap_lost *x;

	if (folder->uidvalidity == 0 || g_hash_table_contains(l->s->listed, name) ||
	    !l->s->table.is_wanted(l->s, name, false))
		return;
	x = g_new0(struct imap_lost, 1);
	x->name = g_strdup(name);
	x->uidvalidity = folder->uidvalidity;
	x->uidnext = folder->uidnext;
	g_ptr_array_add(l->list, x);
}

GPtrArray *
sync_rename_lost(void *user, GError **error)
{
	struct lost l = {user, g_ptr_array_new_with_free_func(free_lost)};

	if (!sync_state_each_folder(l.s->state, on_folder, &l, error)) {
		g_ptr_array_unref(l.list);
		return NULL;
	}
	for (guint i = 0; i < l.list->len; i++) {
		struct imap_lost *x = g_ptr_array_index(l.list, i);
		struct sync_folder f = {0};

		(void)sync_state_folder(l.s->state, x->name, &f, NULL); /* else 0 */
		x->messages = sync_state_count(l.s->state, f.id);
		x->wire = sync_state_folder_wire(l.s->state, f.id);
		x->id = sync_state_folder_object(l.s->state, f.id);
	}
	return l.list;
}

bool
sync_rename_is_known(void *user, const char *folder)
{
	struct sync_sink *s = user;
	struct sync_folder f = {0};

	return sync_state_folder(s->state, folder, &f, NULL) && f.id != 0 &&
	       (f.uidvalidity != 0 || sync_state_count(s->state, f.id) > 0);
}

bool
sync_rename_sample(
    void *user, const char *folder, guint n, GArray *seen, GError **error)
{
	struct sync_sink *s = user;
	GArray *uids = g_array_new(FALSE, FALSE, sizeof(guint32));
	struct sync_folder f = {0};
	bool is_good = sync_state_folder(s->state, folder, &f, error) &&
		       sync_state_uids(s->state, f.id, uids, error);

	for (guint i = 0; is_good && i < uids->len && i < n; i++) {
		struct sync_message m = {0};
		struct imap_seen x = {0};

		x.uid = g_array_index(uids, guint32, uids->len - 1 - i);
		if (!sync_state_message(s->state, f.id, x.uid, &m, NULL))
			continue;
		x.size = (guint32)m.size;
		x.message_id = g_strdup(m.message_id);
		g_array_append_val(seen, x);
		sync_message_clear(&m);
	}
	g_array_free(uids, TRUE);
	return is_good;
}

/* All files of cur/ or new/, each told. */
static bool
move_files(
    struct sync_sink *s, const struct place *from, const struct place *to, const char *sub, GError **error)
{
	char *old = g_build_filename(from->path, sub, NULL);
	char *new = g_build_filename(to->path, sub, NULL);
	GDir *dir = g_dir_open(old, 0, NULL);
	const char *name;
	bool is_good = true;

	while (is_good && dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		char *source = g_build_filename(old, name, NULL);
		char *target = g_build_filename(new, name, NULL);

		/* Another program may have taken it away meanwhile; another letter of that name, which only a
		 * copy by hand can bring there, is not written over: this one stays, as a letter new here. */
		is_good = file_rename_new(source, target) == 0 || errno == ENOENT || errno == EEXIST;
		if (is_good && !g_file_test(source, G_FILE_TEST_EXISTS))
			sync_sink_tell_renamed(s, to->name, source, target);
		else if (!is_good)
			g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: cannot be moved to %s: %s",
			    source, new, g_strerror(errno));
		g_free(target);
		g_free(source);
	}
	if (dir != NULL)
		g_dir_close(dir);
	is_good = is_good && file_sync_dir(new, error) &&
		  (access(old, F_OK) != 0 || file_sync_dir(old, error));
	g_free(new);
	g_free(old);
	return is_good;
}

/* The empty folder, and what is then empty above it; one with folders below it stays as their parent. */
static void
remove_folder(const char *path, unsigned depth)
{
	static const char *const subs[] = {"cur", "new", "tmp"};

	for (size_t i = 0; i < G_N_ELEMENTS(subs); i++) {
		char *sub = g_build_filename(path, subs[i], NULL);
		(void)rmdir(sub); /* not empty: something came meanwhile */
		g_free(sub);
	}
	for (char *at = g_strdup(path), *up;; at = up, depth--) {
		bool is_gone = rmdir(at) == 0;

		up = is_gone && depth > 0 ? g_path_get_dirname(at) : NULL;
		g_free(at);
		if (up == NULL)
			return;
	}
}

/* How many folders it lies below. */
static unsigned
depth_of(const char *folder)
{
	unsigned n = 0;

	for (; *folder != '\0'; folder++)
		n += *folder == '/';
	return n;
}

bool
sync_rename_state(struct sync_sink *s, const char *from, const char *to, const char *wire, GError **error)
{
	bool is_good = sync_state_begin(s->state, error) &&
		       sync_state_folder_rename(s->state, from, to, wire, error) &&
		       sync_state_commit(s->state, error);

	if (!is_good)
		sync_state_rollback(s->state);
	return is_good;
}

bool
sync_rename(void *user, const char *from, const struct imap_sync_folder *to, GError **error)
{
	struct sync_sink *s = user;
	struct place *old = sync_sink_place(s, from), *new = sync_sink_place(s, to->name);

	if (new->path == NULL)
		return maildir_path(s->root, s->account->name, to->name, error) != NULL;
	if (!maildir_create(new->path, error) || !move_files(s, old, new, "cur", error) ||
	    !move_files(s, old, new, "new", error) || 
	    !sync_rename_state(s, from, to->name, to->wire, error))
		return false;
	remove_folder(old->path, depth_of(from));
	old->state = (struct sync_folder){0};
	sync_files_forget(old);
	sync_files_forget(new);
	s->on_event(s->user, "renamed",
	    json_pack("{s:s, s:s, s:s}", "folder", to->name, "from", from, "side", "server"));
	return true;
}
