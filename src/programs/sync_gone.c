/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server lost. The file of a message that has gone goes to the local trash,
 * unless the very same bytes have come in another folder: then the server has moved it,
 * and one copy is enough. */
#include "programs/sync_private.h"

#include "base/log.h"

#include <string.h>
#include <unistd.h>

char *
sync_gone_take_up(struct sync_sink *s, const struct arrival *a)
{
	GArray *candidates = sync_state_gone_like(s->state, &a->message, NULL);
	char *base = NULL;

	for (guint i = 0; candidates != NULL && base == NULL && i < candidates->len;
	     i++) {
		const struct sync_gone *g =
		    &g_array_index(candidates, struct sync_gone, i);
		const char *path = sync_files_find(a->place, g->base);
		if (path != NULL &&
		    sync_files_is_like_delivery(a->delivery, a->place, path))
			base = g_strdup(g->base);
	}
	if (candidates != NULL)
		g_array_unref(candidates);
	return base;
}

/* Is the same message, byte by byte, in another folder that the server has? */
static bool
has_twin(struct sync_sink *s, const struct sync_gone *g, const char *path)
{
	struct sync_message like = {
	    .folder = g->folder, .size = g->size, .message_id = g->message_id};
	GArray *twins = sync_state_twins(s->state, &like, NULL);
	bool has = false;
	GHashTableIter iter;
	gpointer value;

	for (guint i = 0; twins != NULL && !has && i < twins->len; i++) {
		const struct sync_message *m =
		    &g_array_index(twins, struct sync_message, i);

		g_hash_table_iter_init(&iter, s->places);
		while (!has && g_hash_table_iter_next(&iter, NULL, &value)) {
			struct place *p = value;
			const char *other =
			    p->state.id == m->folder ? sync_files_find(p, m->base) : NULL;
			has = other != NULL && sync_files_are_equal(path, other);
		}
	}
	if (twins != NULL)
		g_array_unref(twins);
	return has;
}

static bool
move_to_trash(struct sync_sink *s, struct place *place, const struct sync_gone *g,
    const char *path, GError **error)
{
	char *role = sync_state_folder_of_role(s->state, "trash");
	const char *trash = role != NULL ? role : s->account->trash;
	char *to = maildir_path(s->root, s->account->name, trash, error);
	char *moved = NULL;
	bool is_good = to != NULL;

	if (is_good &&
	    strcmp(to, place->path) != 0) { /* what left the server's trash stays here */
		is_good =
		    maildir_create(to, error) && maildir_move(path, to, &moved, error);
		if (is_good) {
			s->counts.deleted++;
			sync_sink_tell_renamed(s, place->name, path, moved);
			sync_files_renamed(place, g->base, NULL);
		}
	}
	g_free(moved);
	g_free(to);
	g_free(role);
	return is_good;
}

static bool
settle(struct sync_sink *s, const struct sync_gone *g, GError **error)
{
	struct place *place = sync_sink_place(s, g->folder_name);
	const char *found = sync_files_find(place, g->base);
	char *path = g_strdup(found);
	bool is_good = true;

	if (path != NULL && has_twin(s, g, path)) {
		if (unlink(path) == 0) {
			s->on_event(s->user, "removed",
			    json_pack("{s:s, s:s}", "folder", place->name, "path", path));
			sync_files_renamed(place, g->base, NULL);
		}
	} else if (path != NULL) {
		is_good = move_to_trash(s, place, g, path, error);
	}
	g_free(path);
	return is_good && sync_state_gone_close(s->state, g->folder, g->base, error);
}

bool
sync_gone_settle(struct sync_sink *s, GError **error)
{
	GArray *open = sync_state_gone_open(s->state, error);
	bool is_good = open != NULL;

	for (guint i = 0; is_good && i < open->len; i++)
		is_good = settle(s, &g_array_index(open, struct sync_gone, i), error);
	if (open != NULL)
		g_array_unref(open);
	return is_good;
}
