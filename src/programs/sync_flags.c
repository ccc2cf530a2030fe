/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flags that the server changed come into the names of files. */
#include "programs/sync_private.h"

#include <string.h>

char *
sync_flags_merge(
    const struct sync_sink *s, const char *local, const char *before, const char *now)
{
	GString *out = g_string_new(NULL);

	for (const char *p = s->letters; *p != '\0'; p++) {
		bool was = strchr(before, *p) != NULL, is = strchr(now, *p) != NULL;
		if (was != is ? is : strchr(local, *p) != NULL)
			g_string_append_c(out, *p);
	}
	for (const char *p = local; *p != '\0'; p++) /* letters that other programs use */
		if (strchr(s->letters, *p) == NULL)
			g_string_append_c(out, *p);
	return g_string_free(out, FALSE);
}

static bool
rename_flags(struct sync_sink *s, struct place *place, const struct sync_message *m,
    const char *flags, GError **error)
{
	char *path = g_strdup(sync_files_find(place, m->base)), *to = NULL;
	char *local = path != NULL ? maildir_flags(path) : NULL;
	char *merged = path != NULL ? sync_flags_merge(s, local, m->flags, flags) : NULL;
	bool is_good = true;

	if (path != NULL && strcmp(local, merged) != 0) {
		is_good = maildir_set_flags(path, merged, &to, error);
		if (is_good) {
			s->counts.flags++;
			sync_files_renamed(place, m->base, to);
			sync_sink_tell_renamed(s, place->name, path, to);
		}
	}
	g_free(merged);
	g_free(local);
	g_free(to);
	g_free(path);
	return is_good;
}

/* What is here no more, but for its mark on the server, has lost the mark by another client: it comes as if it had
 * never been here, into the gap that it leaves. */
static bool
revive(struct sync_sink *s, struct place *place, const struct sync_message *m, GError **error)
{
	bool is_good = sync_state_begin(s->state, error);

	place->has_gaps = true;
	place->state.uidnext = 0;
	s->is_again = true;
	is_good = is_good && sync_state_gone_forget(s->state, m->folder, m->base, error) &&
		  sync_state_forget(s->state, m->folder, m->uid, error) &&
		  sync_state_folder_put(s->state, place->name, place->wire,
		      imap_role_name(place->role), &place->state, error) &&
		  sync_state_commit(s->state, error);
	if (!is_good)
		sync_state_rollback(s->state);
	return is_good;
}

/* A file that lies elsewhere is that of a copy, or else of a move that is still to go up. */
static bool
is_revived(struct sync_sink *s, struct place *place, const struct sync_message *m,
    const char *flags)
{
	return strchr(m->flags, 'T') != NULL && strchr(flags, 'T') == NULL &&
	       (sync_state_is_left(s->state, m->folder, m->base) ||
		   sync_files_anywhere(s, place, m->base) == NULL);
}

bool
sync_flags_set(void *user, const char *folder, guint32 uid, const char *flags, GError **error)
{
	struct sync_sink *s = user;
	struct place *place = sync_sink_place(s, folder);
	struct sync_message m = {0};
	bool is_good = true, is_other, is_here;

	if (!sync_state_message(s->state, place->state.id, uid, &m, NULL))
		return true;
	is_other = strcmp(m.flags, flags) != 0;
	is_here = is_other && sync_files_find(place, m.base) != NULL;
	/* of a file that has just been moved the new place will tell the flags */
	if (is_other && !is_here && is_revived(s, place, &m, flags))
		is_good = revive(s, place, &m, error);
	else if (is_here)
		is_good =
		    rename_flags(s, place, &m, flags, error) &&
		    sync_state_set_flags(s->state, place->state.id, uid, flags, error);
	sync_message_clear(&m);
	return is_good;
}
