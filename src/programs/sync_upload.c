/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which local letters the server's sent folder lacks, and what becomes of them. */
#include "programs/sync_private.h"

#include <sys/stat.h>

static void
free_upload(gpointer u)
{
	imap_upload_free(u);
}

/* Letters that were filed under the usual name before the server's own name for the
 * folder was known. */
static void
gather_sent(struct sync_sink *s, struct place *to)
{
	struct place *from = sync_sink_place(s, s->account->sent);
	struct sync_folder known;
	GList *bases;

	if (from == to || from->path == NULL ||
	    !sync_state_folder(s->state, from->name, &known, NULL) || known.id != 0)
		return; /* a folder that the server has as well is left alone */
	bases = g_hash_table_get_keys(sync_files_all(from));
	for (GList *l = bases; l != NULL; l = l->next) {
		const char *base = l->data;
		char *path = g_strdup(sync_files_find(from, base)), *moved = NULL;

		if (maildir_move(
			path, to->path, &moved, NULL)) { /* else it is tried next time */
			char *name = maildir_base(moved);
			sync_sink_tell_renamed(s, from->name, path, moved);
			sync_files_renamed(to, name, moved);
			g_free(name);
		}
		g_free(moved);
		g_free(path);
	}
	g_list_free(bases);
}

GPtrArray *
sync_upload_list(void *user, const char *folder)
{
	struct sync_sink *s = user;
	struct place *place = sync_sink_place(s, folder);
	GPtrArray *list = g_ptr_array_new_with_free_func(free_upload);
	GHashTableIter iter;
	gpointer base, path;

	gather_sent(s, place);
	g_hash_table_iter_init(&iter, sync_files_all(place));
	while (g_hash_table_iter_next(&iter, &base, &path)) {
		struct imap_upload *u;
		char *flags;

		if (sync_state_has_base(s->state, base))
			continue;
		u = g_new0(struct imap_upload, 1);
		flags = maildir_flags(path);
		u->base = g_strdup(base);
		u->path = g_strdup(path);
		u->message_id = sync_files_message_id_of(path);
		(void)g_strlcpy(u->flags, flags, sizeof(u->flags));
		g_free(flags);
		g_ptr_array_add(list, u);
	}
	return list;
}

bool
sync_upload_done(
    void *user, const char *folder, const char *base, guint32 uid, GError **error)
{
	struct sync_sink *s = user;
	struct place *place = sync_sink_place(s, folder);
	const char *path = sync_files_find(place, base);
	struct sync_message m = {
	    .folder = place->state.id, .uid = uid, .base = g_strdup(base)};
	struct stat st;
	bool is_good;

	if (path != NULL && stat(path, &st) == 0)
		m.size = (guint64)st.st_size;
	m.flags = path != NULL ? maildir_flags(path) : g_strdup("");
	m.message_id = path != NULL ? sync_files_message_id_of(path) : g_strdup("");
	is_good = sync_state_note(s->state, &m, error);
	s->counts.pushed += is_good;
	sync_message_clear(&m);
	return is_good;
}
