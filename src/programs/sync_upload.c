/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters on their way up, and what becomes of them. */
#include "programs/sync_private.h"

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
	sync_files_forget(from);
}

void
sync_upload_gather(struct sync_sink *s)
{
	GList *places = g_hash_table_get_values(s->places);

	for (GList *l = places; l != NULL; l = l->next) {
		struct place *place = l->data;
		if (place->role == IMAP_ROLE_SENT && place->wire != NULL)
			gather_sent(s, place);
	}
	g_list_free(places);
}

/* Those that have not come back from the server by now. */
GPtrArray *
sync_upload_list(void *user, GError **error)
{
	struct sync_sink *s = user;
	GPtrArray *list = g_ptr_array_new_with_free_func(free_upload);

	for (guint i = 0; i < s->uploads->len; i++) {
		struct imap_upload *u = g_ptr_array_index(s->uploads, i);
		const struct place *place = sync_sink_place(s, u->folder);

		/* back here, or where it was before: then that it was moved goes up next */
		if (u->base != NULL && (sync_state_is_in(s->state, place->state.id, u->base) ||
					   sync_await_owner(s, place, u->base) != NULL))
			imap_upload_free(u);
		else {
			u->refused = sync_refused_look(s, u);
			g_ptr_array_add(list, u);
		}
		s->uploads->pdata[i] = NULL;
	}
	g_ptr_array_set_size(s->uploads, 0);
	if (sync_state_gone_drop(s->state, SYNC_GONE_OFFERED, error))
		return list;
	g_ptr_array_unref(list);
	return NULL;
}

static struct sync_message
message_of(struct sync_sink *s, const struct imap_upload *u)
{
	return (struct sync_message){.folder = sync_sink_place(s, u->folder)->state.id,
	    .base = u->base,
	    .message_id = u->message_id,
	    .size = sync_files_wire_size(u->path)};
}

static bool
put_sent(struct sync_sink *s, const struct imap_upload *u, GError **error)
{
	struct sync_message m = message_of(s, u);

	return sync_state_gone_put(s->state, &m, SYNC_GONE_SENT, error);
}

/* Letters like it that are known in other places, and one. */
static gint64
count_like(struct sync_sink *s, const struct sync_message *m)
{
	GArray *twins = sync_state_twins(s->state, m, NULL);
	gint64 n = twins != NULL ? (gint64)twins->len + 1 : 1;

	if (twins != NULL)
		g_array_unref(twins);
	return n;
}

static bool
put_sending(struct sync_sink *s, const struct imap_upload *u, GError **error)
{
	struct sync_message m = message_of(s, u);

	return sync_state_gone_put_since(s->state, &m, SYNC_GONE_SENDING, count_like(s, &m), error);
}

bool
sync_upload_sending(void *user, const GPtrArray *uploads, GError **error)
{
	struct sync_sink *s = user;
	bool is_good = sync_state_begin(s->state, error);

	for (guint i = 0; is_good && i < uploads->len; i++)
		is_good = put_sending(s, g_ptr_array_index(uploads, i), error);
	if (is_good && sync_state_commit(s->state, error))
		return true;
	sync_state_rollback(s->state);
	return false;
}

/* A UID that stands for another file already is not believed: what is there is fetched and
 * compared. */
static bool
note(struct sync_sink *s, const struct imap_upload *u, guint32 uid, GError **error)
{
	const struct place *place = sync_sink_place(s, u->folder);
	struct sync_message m = {.folder = place->state.id,
	    .uid = uid,
	    .base = u->base,
	    .message_id = u->message_id};
	struct sync_message other = {0};
	bool is_good;

	if (sync_state_message(s->state, m.folder, uid, &other, NULL)) {
		sync_message_clear(&other);
		return put_sent(s, u, error);
	}
	m.size = sync_files_wire_size(u->path);
	m.flags = (char *)(guintptr)u->flags;
	is_good = sync_state_begin(s->state, error) &&
		  sync_state_note(s->state, &m, error) &&
		  sync_state_gone_forget(s->state, m.folder, m.base, error) &&
		  sync_state_confirm(s->state, error) &&
		  sync_state_commit(s->state, error);
	if (!is_good)
		sync_state_rollback(s->state);
	return is_good;
}

bool
sync_upload_done(void *user, const struct imap_upload *u, guint32 uidvalidity,
    guint32 uid, GError **error)
{
	struct sync_sink *s = user;
	struct place *place = sync_sink_place(s, u->folder);
	bool is_new = place->state.uidvalidity == 0 && uid != 0;

	s->counts.pushed++;
	sync_sink_tell_pushed(s, u->folder, NULL, 1);
	if (sync_state_has_refused(s->state) &&
	    !sync_state_accept(s->state, place->state.id, u->base, error))
		return false;
	if (is_new) {
		place->state.uidvalidity = uidvalidity;
		if (!sync_state_folder_put(s->state, place->name,
			place->wire != NULL ? place->wire : "",
			imap_role_name(place->role), &place->state, error))
			return false;
	}
	if (uid == 0 || uidvalidity != place->state.uidvalidity)
		return put_sent(s, u, error);
	return note(s, u, uid, error);
}
