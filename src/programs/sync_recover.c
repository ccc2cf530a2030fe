/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The notes of an interrupted run. Between a note and its confirmation the file is put in its place: that it is
 * there, wherever it has been moved since and whatever it is called by now, says that it was. */
#include "programs/sync_private.h"

#include <string.h>
#include <unistd.h>

/* The letter did not come about: what it was to replace stands for it again, and it is still wanted. */
static bool
put_back(struct sync_sink *s, const struct sync_message *m, GError **error)
{
	struct sync_message before = *m;

	before.base = m->was;
	before.was = NULL;
	before.part = placeholder_is(m->was) ? SYNC_WANTED : SYNC_SHORT;
	return sync_state_note(s->state, &before, error);
}

/* Its file waits in tmp/ yet, or never was in its place. */
static bool
is_in_tmp(const struct place *place, const char *base)
{
	char *path = g_build_filename(place->path, "tmp", base, NULL);
	bool is_there = access(path, F_OK) == 0;

	g_free(path);
	return is_there;
}

/* Does a message have this file, or is it known to have none? */
static void
on_gone(void *user, gint64 folder, enum sync_gone_state state, gint64 since)
{
	bool *is_gone = user;

	(void)folder;
	(void)since;
	*is_gone = *is_gone || state != SYNC_GONE_OFFERED; /* what is to go up is nobody's yet */
}

static bool
is_known(struct sync_sink *s, const char *base)
{
	bool is_gone = false;

	(void)sync_state_gone_each(s->state, base, on_gone, &is_gone); /* else none */
	return is_gone || sync_state_is_file(s->state, base);
}

/* Is it the letter? Other programs keep letters with other line ends. */
static bool
is_like(struct sync_sink *s, const struct sync_message *m, const char *path)
{
	char *id = sync_files_id_of(path);
	guint64 whole = 0;
	bool is_placeholder = sync_part_is(s, path, &whole);
	bool is_same = strcmp(id, m->message_id) == 0 && is_placeholder == (m->part == SYNC_PLACEHOLDER) &&
		       (is_placeholder ? whole : sync_files_wire_size(path)) == m->size;

	g_free(id);
	return is_same;
}

/* The base name of a file of the place that nobody knows and that is this letter; borrowed, NULL. */
static const char *
find_renamed(struct sync_sink *s, struct place *place, const struct sync_message *m)
{
	GHashTableIter iter;
	gpointer base, path;

	g_hash_table_iter_init(&iter, sync_files_all(place));
	while (g_hash_table_iter_next(&iter, &base, &path))
		if (!is_known(s, base) && is_like(s, m, path))
			return base;
	return NULL;
}

struct place *
sync_recover_renamed(struct sync_sink *s, const struct sync_message *m, const char **base_out)
{
	GPtrArray *names = maildir_list(s->root, s->account->name);
	struct place *found = NULL;

	for (guint i = 0; found == NULL && i < names->len; i++) {
		struct place *other = sync_sink_place(s, g_ptr_array_index(names, i));

		*base_out = other->path != NULL ? find_renamed(s, other, m) : NULL;
		found = *base_out != NULL ? other : NULL;
	}
	g_ptr_array_unref(names);
	return found;
}

/* Where the note's file is, and what it is called by now; NULL when it never came about. */
static struct place *
find_file(struct sync_sink *s, struct place *place, const struct sync_message *m, const char **base_out)
{
	struct place *found = sync_files_anywhere(s, place, m->base);

	*base_out = m->base;
	if (found != NULL || place->path == NULL || m->message_id[0] == '\0' || is_in_tmp(place, m->base))
		return found;
	return sync_recover_renamed(s, m, base_out);
}

/* What holds is told again, since nobody may have heard. */
static bool
recover(struct sync_sink *s, const struct sync_message *m, GError **error)
{
	char *name = sync_state_folder_name(s->state, m->folder);
	struct place *place = sync_sink_place(s, name != NULL ? name : "");
	struct arrival a = {.message = *m};
	const char *base;
	bool is_good = true;

	a.place = find_file(s, place, m, &base);
	if (a.place == NULL)
		is_good = m->was != NULL ? put_back(s, m, error)
					 : sync_state_forget(s->state, m->folder, m->uid, error);
	else if (base != m->base)
		is_good = sync_state_rebase(s->state, m->folder, m->uid, base, error);
	if (a.place != NULL) {
		sync_commit_tell(s, &a, sync_files_find(a.place, base));
		if (m->was != NULL)
			sync_files_remove(s, a.place, m->was);
	}
	g_free(name);
	return is_good;
}

bool
sync_recover(struct sync_sink *s, GError **error)
{
	GArray *noted = sync_state_noted(s->state, error);
	bool is_good = noted != NULL && sync_state_begin(s->state, error);

	for (guint i = 0; is_good && i < noted->len; i++)
		is_good = recover(s, &g_array_index(noted, struct sync_message, i), error);
	is_good = is_good && sync_state_confirm(s->state, error) &&
		  sync_state_commit(s->state, error);
	if (!is_good)
		sync_state_rollback(s->state);
	if (noted != NULL)
		g_array_unref(noted);
	return is_good;
}
