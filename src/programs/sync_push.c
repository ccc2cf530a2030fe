/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server has confirmed of the changes made here is noted. */
#include "programs/sync_private.h"

#include <string.h>

/* All changes of a function in one transaction. */
static bool
end(struct sync_sink *s, bool is_good, GError **error)
{
	if (is_good && sync_state_commit(s->state, error))
		return true;
	sync_state_rollback(s->state);
	return false;
}

/* before with letters added or taken away, in order. Owned. */
static char *
changed_flags(
    const struct sync_sink *s, const char *before, const char *letters, bool is_added)
{
	GString *out = g_string_new(NULL);

	for (const char *p = s->letters; *p != '\0'; p++)
		if (strchr(letters, *p) != NULL ? is_added : strchr(before, *p) != NULL)
			g_string_append_c(out, *p);
	return g_string_free(out, FALSE);
}

static bool
change_flags(struct sync_sink *s, gint64 folder, const GArray *uids, const char *letters,
    bool is_added, GError **error)
{
	bool is_good = true;

	for (guint i = 0; is_good && i < uids->len; i++) {
		guint32 uid = g_array_index(uids, guint32, i);
		struct sync_message m = {0};
		char *flags;

		if (!sync_state_message(s->state, folder, uid, &m, NULL))
			continue;
		flags = changed_flags(s, m.flags, letters, is_added);
		is_good = sync_state_set_flags(s->state, folder, uid, flags, error);
		g_free(flags);
		sync_message_clear(&m);
	}
	return is_good;
}

bool
sync_push_stored(void *user, const char *folder, const GArray *uids, const char *letters,
    bool is_added, GError **error)
{
	struct sync_sink *s = user;

	s->counts.pushed += uids->len;
	sync_sink_tell_pushed(s, folder, NULL, uids->len);
	return end(s,
	    sync_state_begin(s->state, error) &&
		change_flags(
		    s, sync_sink_place(s, folder)->state.id, uids, letters, is_added, error),
	    error);
}

bool
sync_push_expect(
    void *user, const char *folder, const char *to, const GArray *uids, GError **error)
{
	struct sync_sink *s = user;
	const struct place *from = sync_sink_place(s, folder);
	struct place *place = sync_sink_place(s, to);
	bool is_good;

	/* a copy that was made and is not known to be expected is made again */
	sync_state_durable(s->state, true);
	is_good = sync_state_begin(s->state, error) && sync_sink_know(s, place, error);
	for (guint i = 0; is_good && i < uids->len; i++) {
		struct sync_message m = {0};
		if (!sync_state_message(s->state, from->state.id,
			g_array_index(uids, guint32, i), &m, NULL))
			continue;
		is_good = sync_state_expect(s->state, &m, place->state.id, error);
		sync_message_clear(&m);
	}
	is_good = end(s, is_good, error);
	sync_state_durable(s->state, false);
	return is_good;
}

/* One message has a place in another folder, and the file is that of the new place from now on: the old one would
 * else be taken for deleted here, or go with the file wherever that goes next. A UID that stands for another file
 * already is not believed: what is there is fetched and compared. */
static bool
note_copy(struct sync_sink *s, gint64 folder, guint32 uid, const struct place *to,
    guint32 new_uid, bool is_moved, GError **error)
{
	struct sync_message m = {0}, other = {0};
	bool is_good = true, is_taken;

	if (!sync_state_message(s->state, folder, uid, &m, NULL))
		return true;
	if (is_moved)
		is_good = sync_state_forget(s->state, folder, uid, error);
	is_taken = sync_state_message(s->state, to->state.id, new_uid, &other, NULL);
	if (!is_taken) {
		m.folder = to->state.id;
		m.uid = new_uid;
		is_good = is_good && (is_moved || sync_state_detach(s->state, folder, uid, error)) &&
			  sync_state_note(s->state, &m, error) &&
			  sync_state_gone_forget(s->state, m.folder, m.base, error);
	}
	sync_message_clear(&other);
	sync_message_clear(&m);
	return is_good;
}

bool
sync_push_copied(void *user, const char *folder, const char *into, guint32 uidvalidity,
    const GArray *from, const GArray *to, bool is_moved, GError **error)
{
	struct sync_sink *s = user;
	const struct place *old = sync_sink_place(s, folder);
	struct place *place = sync_sink_place(s, into);
	bool is_good;

	if (place->state.uidvalidity != 0 && place->state.uidvalidity != uidvalidity)
		return true; /* the folder was made anew: the next look tells */
	is_good = sync_state_begin(s->state, error);
	if (is_good && place->state.uidvalidity == 0) {
		place->state.uidvalidity = uidvalidity;
		is_good = sync_state_folder_put(s->state, into,
		    place->wire != NULL ? place->wire : "", imap_role_name(place->role),
		    &place->state, error);
	}
	for (guint i = 0; is_good && i < from->len; i++) {
		guint32 uid = g_array_index(from, guint32, i);

		is_good = note_copy(s, old->state.id, uid, place, g_array_index(to, guint32, i), is_moved, error);
	}
	return end(s, is_good && sync_state_confirm(s->state, error), error);
}

/* A deletion is expected in the trash only for as long as its old place is not gone: no file waits
 * there for it. It counts for a while: much at once is asked about, and a run may see half of it. */
static bool
note_deletion(
    struct sync_sink *s, gint64 folder, const char *base, const char *to, GError **error)
{
	gint64 trash = sync_sink_place(s, to)->state.id;

	if (sync_state_is_expected(s->state, trash, base) &&
	    !sync_state_gone_forget(s->state, trash, base, error))
		return false;
	return s->answer == SYNC_ANSWER_YES ||
	       sync_state_recent_put(s->state, folder, base, sync_sink_now(), error);
}

/* One message has left the folder, or will once its mark is heeded. */
static bool
leave(struct sync_sink *s, const struct sync_message *m, const char *to, bool is_marked,
    bool is_deleted, GError **error)
{
	if (!is_marked && sync_state_has_refused(s->state) &&
	    !sync_state_accept(s->state, m->folder, m->base, error))
		return false;
	return (is_marked ? sync_state_leave(s->state, m->folder, m->uid, error)
			  : sync_state_forget(s->state, m->folder, m->uid, error)) &&
	       (!is_deleted || to == NULL ||
		   note_deletion(s, m->folder, m->base, to, error));
}

bool
sync_push_left(void *user, const char *folder, const char *to, const GArray *uids,
    bool is_marked, bool is_deleted, GError **error)
{
	struct sync_sink *s = user;
	gint64 id = sync_sink_place(s, folder)->state.id;
	bool is_good;

	s->counts.pushed += uids->len;
	sync_sink_tell_pushed(s, folder, to, uids->len);
	is_good = sync_state_begin(s->state, error) &&
		  (!is_marked || change_flags(s, id, uids, "T", true, error));
	for (guint i = 0; is_good && i < uids->len; i++) {
		struct sync_message m = {0};

		if (!sync_state_message(s->state, id, g_array_index(uids, guint32, i), &m, NULL))
			continue;
		is_good = leave(s, &m, to, is_marked, is_deleted, error);
		sync_message_clear(&m);
	}
	return end(s, is_good, error);
}

bool
sync_push_settled(void *user, const char *folder, GError **error)
{
	struct sync_sink *s = user;
	gint64 id = sync_sink_place(s, folder)->state.id;

	return !sync_state_has_expected(s->state) ||
	       sync_state_settle(s->state, id, error);
}
