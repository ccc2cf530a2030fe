/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server lost. The file of a message that has gone goes to the local trash,
 * unless the very same bytes have come in another folder: then the server has moved it,
 * and one copy is enough. */
#include "programs/sync_private.h"

#include "net/imap_plan.h"

#include <string.h>

#define TRASH_DAYS 30

/* A deletion that was cut off behind its COPY: no file is left of it, and one is due in the trash. */
static bool
is_copy_of_deleted(struct sync_sink *s, const struct arrival *a, const struct sync_gone *g)
{
	return a->expected == NULL && sync_sink_is_trash(s, a->place->name) &&
	       sync_state_is_expected(s->state, g->folder, g->base) &&
	       sync_files_anywhere(s, a->place, g->base) == NULL;
}

/* It was moved here, the run that told the server was cut off, and since then the file has gone on to another folder,
 * or for good. */
static bool
is_on_its_way(struct sync_sink *s, const struct arrival *a, const struct sync_gone *g)
{
	struct place *place;

	if (a->message.part != SYNC_WHOLE || !sync_state_is_expected(s->state, g->folder, g->base))
		return false;
	place = sync_files_anywhere(s, a->place, g->base);
	if (place == NULL)
		return !sync_sink_is_trash(s, a->place->name);
	return sync_files_is_like_delivery(a->delivery, a->place, sync_files_find(place, g->base));
}

/* It went up, the run that sent it was cut off before the answer, and since then the file has gone on to another folder,
 * under its name or another: the base name of that. Owned, NULL. */
static char *
find_sent(struct sync_sink *s, const struct arrival *a, const struct sync_gone *g, GHashTable *taken)
{
	const char *base = g->base;
	struct place *place;

	if (a->message.part != SYNC_WHOLE || !sync_state_is_sending(s->state, g->folder, g->base))
		return NULL;
	place = sync_files_anywhere(s, a->place, base);
	if (place == NULL && a->message.message_id[0] != '\0')
		place = sync_recover_renamed(s, &a->message, &base);
	if (place == NULL || g_hash_table_contains(taken, base) ||
	    !sync_files_is_like_delivery(a->delivery, a->place, sync_files_find(place, base)))
		return NULL;
	return g_strdup(base);
}

char *
sync_gone_take_up(struct sync_sink *s, struct arrival *a, GHashTable *taken)
{
	GArray *candidates = sync_state_gone_like(s->state, &a->message, NULL);
	char *base = NULL;

	for (guint i = 0; candidates != NULL && base == NULL && i < candidates->len;
	     i++) {
		const struct sync_gone *g =
		    &g_array_index(candidates, struct sync_gone, i);
		const char *path = sync_files_find(a->place, g->base);
		if (g_hash_table_contains(taken, g->base))
			continue;
		if (path != NULL && placeholder_is(path) && a->message.part == SYNC_WHOLE) {
			g_free(a->message.was); /* its letter has come */
			a->message.was = g_strdup(g->base);
		} else if (path != NULL &&
			   sync_files_is_like_delivery(a->delivery, a->place, path)) {
			base = g_strdup(g->base);
		} else if (path == NULL && is_copy_of_deleted(s, a, g)) {
			a->expected = g_strdup(g->base);
		} else if (path == NULL && is_on_its_way(s, a, g)) {
			base = g_strdup(g->base);
			s->is_again = true; /* where the file is goes up then */
		} else if (path == NULL && (base = find_sent(s, a, g, taken)) != NULL) {
			s->is_again = true; /* likewise */
		}
		if (base != NULL)
			a->is_moved = sync_state_is_expected(s->state, g->folder, base);
	}
	if (candidates != NULL)
		g_array_unref(candidates);
	return base;
}

/* Does the server have the same message, byte by byte, in another folder, or here with another file? Of a letter that
 * was on its way up, one more than it had then. */
static bool
has_twin(struct sync_sink *s, const struct sync_gone *g, const char *path)
{
	struct sync_message like = {
	    .folder = g->folder, .base = g->base, .size = g->size, .message_id = g->message_id};
	GArray *twins = sync_state_twins(s->state, &like, NULL);
	bool has = false, is_more = twins != NULL && (gint64)twins->len >= g->since;
	GHashTableIter iter;
	gpointer value;

	for (guint i = 0; is_more && !has && i < twins->len; i++) {
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

/* What the server lost stays here for a month, for whoever misses it. What left the
 * server's own trash stays where it is. */
static bool
move_to_trash(struct sync_sink *s, struct place *place, const struct sync_gone *g,
    const char *path, GError **error)
{
	char *to = maildir_path(s->root, s->account->name, sync_sink_trash(s), error);
	char *moved = NULL;
	bool is_good = to != NULL;

	if (is_good && strcmp(to, place->path) != 0)
		is_good =
		    maildir_create(to, error) && maildir_move(path, to, &moved, error);
	if (moved != NULL) {
		sync_sink_tell_renamed(s, place->name, path, moved);
		sync_files_renamed(place, g->base, NULL);
		sync_files_forget(sync_sink_place(s, sync_sink_trash(s)));
	}
	s->counts.deleted += moved != NULL;
	g_free(moved);
	g_free(to);
	return is_good && sync_state_gone_set(
			      s->state, g, SYNC_GONE_CLOSED, sync_sink_now(), error);
}

static bool
remove_twin(
    struct sync_sink *s, struct place *place, const struct sync_gone *g, GError **error)
{
	sync_files_remove(s, place, g->base);
	return sync_state_gone_forget(s->state, g->folder, g->base, error);
}

/* Its file is not where it was. In the trash it was put by a run that ended before this was
 * noted, or by a person who deleted it as the server did. */
static bool
settle_away(struct sync_sink *s, const struct sync_gone *g, GError **error)
{
	struct place *trash = sync_sink_place(s, sync_sink_trash(s));
	const char *path =
	    trash->state.id != g->folder ? sync_files_find(trash, g->base) : NULL;

	/* a message of the trash, or one that is to be known there, is settled as such */
	if (path == NULL || sync_state_is_in(s->state, trash->state.id, g->base) ||
	    sync_state_is_expected(s->state, trash->state.id, g->base))
		return sync_state_gone_forget(s->state, g->folder, g->base, error);
	if (has_twin(s, g, path))
		return remove_twin(s, trash, g, error);
	return sync_state_gone_set(
	    s->state, g, SYNC_GONE_CLOSED, sync_sink_now(), error);
}

/* A message without a file, or whose letter lies in another folder as well, needs no
 * decision. True in *is_lost_out when the last copy is here. */
static bool
settle_plain(
    struct sync_sink *s, const struct sync_gone *g, bool *is_lost_out, GError **error)
{
	struct place *place = sync_sink_place(s, g->folder_name);
	const char *path = sync_files_find(place, g->base);

	*is_lost_out = false;
	if (path == NULL)
		return settle_away(s, g, error);
	if (sync_await_owner(s, place, g->base) != NULL) {
		s->is_again = true; /* that it was moved from there goes up */
		return sync_state_gone_forget(s->state, g->folder, g->base, error);
	}
	if (has_twin(s, g, path))
		return remove_twin(s, place, g, error);
	*is_lost_out = true;
	return true;
}

static void
tell_held(struct sync_sink *s, const char *folder, guint n, guint total, bool is_by_steps)
{
	const char *account = s->account->name;
	char *within = is_by_steps ? g_strdup_printf("within %d minutes", SYNC_RECENT_SECONDS / 60)
				   : g_strdup("at once");
	char *text = g_strdup_printf(
	    "the server has lost %u of %u messages of this folder %s; their files are kept "
	    "where they are. `penfold sync --yes %s` moves them to the trash, `penfold sync --no "
	    "%s` puts them back on the server",
	    n, total, within, account, account);

	sync_sink_tell_held(s, folder, "server", n, text);
	g_free(within);
	g_free(text);
}

/* What went to the trash a moment ago was the beginning of it: it comes back to where it was, and
 * is decided about with the rest. Their number in *n_out. */
static bool
hold_recent(struct sync_sink *s, struct place *place, gint64 folder, guint *n_out, GError **error)
{
	GArray *recent = sync_state_recent_all(
	    s->state, folder, sync_sink_now() - SYNC_RECENT_SECONDS, error);
	struct place *trash = sync_sink_place(s, sync_sink_trash(s));
	bool is_good = recent != NULL;

	for (guint i = 0; is_good && i < recent->len; i++) {
		const struct sync_gone *g = &g_array_index(recent, struct sync_gone, i);
		char *path = g_strdup(sync_files_find(trash, g->base)), *moved = NULL;

		if (path != NULL && maildir_move(path, place->path, &moved, NULL)) {
			sync_sink_tell_renamed(s, trash->name, path, moved);
			sync_files_renamed(trash, g->base, NULL);
			sync_files_renamed(place, g->base, moved);
			is_good = sync_state_gone_set(s->state, g, SYNC_GONE_HELD, 0, error);
			(*n_out)++;
		}
		g_free(moved);
		g_free(path);
	}
	if (recent != NULL)
		g_array_unref(recent);
	return is_good;
}

/* Follow the server, hold back, or undo: lost is an array of borrowed struct sync_gone of
 * one folder. */
static bool
settle_lost(struct sync_sink *s, const GPtrArray *lost, bool was_held, GError **error)
{
	const struct sync_gone *first = g_ptr_array_index(lost, 0);
	struct place *place = sync_sink_place(s, first->folder_name);
	gint64 after = sync_sink_now() - SYNC_RECENT_SECONDS;
	guint n_recent = was_held ? 0 : sync_state_recent(s->state, first->folder, false, after);
	guint n = lost->len, total = sync_state_count(s->state, first->folder) + n + n_recent;
	bool is_much = was_held || (!sync_sink_is_trash(s, place->name) &&
				       imap_plan_is_held(n + n_recent, total));
	bool is_good = true;

	for (guint i = 0; is_good && i < lost->len; i++) {
		const struct sync_gone *g = g_ptr_array_index(lost, i);
		char *path = g_strdup(sync_files_find(place, g->base));

		if (!is_much || s->answer == SYNC_ANSWER_YES)
			is_good = move_to_trash(s, place, g, path, error);
		else if (s->answer == SYNC_ANSWER_NO) /* now it is a letter of its own */
			is_good =
			    sync_state_gone_forget(s->state, g->folder, g->base, error);
		else
			is_good = sync_state_gone_set(
			    s->state, g, SYNC_GONE_HELD, 0, error);
		g_free(path);
	}
	if (is_good && is_much && n_recent > 0 && s->answer == SYNC_ANSWER_ASK)
		is_good = hold_recent(s, place, first->folder, &n, error);
	if (is_good && s->answer == SYNC_ANSWER_YES)
		is_good = sync_state_recent_end(s->state, first->folder, false, after, error);
	if (is_good && is_much && s->answer == SYNC_ANSWER_ASK)
		tell_held(s, place->name, n, total, n_recent > 0);
	s->is_again = s->is_again || (is_much && s->answer == SYNC_ANSWER_NO);
	return is_good;
}

/* Those of all folders; gone is in order of folders. */
static bool
settle_all(struct sync_sink *s, const GArray *gone, bool was_held, GError **error)
{
	GPtrArray *lost = g_ptr_array_new();
	bool is_good = true;

	for (guint i = 0; is_good && i < gone->len; i++) {
		struct sync_gone *g = &g_array_index(gone, struct sync_gone, i);
		bool is_last = i + 1 == gone->len ||
			       g_array_index(gone, struct sync_gone, i + 1).folder != g->folder;
		bool is_lost;

		is_good = settle_plain(s, g, &is_lost, error);
		if (is_lost)
			g_ptr_array_add(lost, g);
		if (is_good && is_last && lost->len > 0) {
			is_good = settle_lost(s, lost, was_held, error);
			g_ptr_array_set_size(lost, 0);
		}
	}
	g_ptr_array_unref(lost);
	return is_good;
}

static bool
settle_state(
    struct sync_sink *s, enum sync_gone_state state, bool was_held, GError **error)
{
	GArray *gone = sync_state_gone_in(s->state, state, error);
	bool is_good = gone != NULL && settle_all(s, gone, was_held, error);

	if (gone != NULL)
		g_array_unref(gone);
	return is_good;
}

/* A file was moved here, and the server did not have the message any more: it was moved there as
 * well, and where it went it is now here too; or else it is a letter that the server lacks. */
static bool
settle_missed(struct sync_sink *s, GError **error)
{
	GArray *gone = sync_state_gone_in(s->state, SYNC_GONE_MISSED, error);
	bool is_good = gone != NULL;

	for (guint i = 0; is_good && i < gone->len; i++) {
		const struct sync_gone *g = &g_array_index(gone, struct sync_gone, i);
		bool is_lost;

		is_good = settle_plain(s, g, &is_lost, error) &&
			  (!is_lost ||
			      sync_state_gone_forget(s->state, g->folder, g->base, error));
		s->is_again = s->is_again || is_lost;
	}
	if (gone != NULL)
		g_array_unref(gone);
	return is_good;
}

/* After a month what the server lost leaves the trash, if it still lies there. */
static bool
expire(struct sync_sink *s, GError **error)
{
	gint64 now = sync_sink_now();
	GArray *old = sync_state_gone_before(s->state, now - TRASH_DAYS * 86400, error);
	struct place *trash = sync_sink_place(s, sync_sink_trash(s));
	bool is_good = old != NULL;

	for (guint i = 0; is_good && i < old->len; i++)
		is_good = remove_twin(
		    s, trash, &g_array_index(old, struct sync_gone, i), error);
	if (old != NULL)
		g_array_unref(old);
	return is_good;
}

bool
sync_gone_settle(struct sync_sink *s, GError **error)
{
	return sync_state_recent_drop(s->state, sync_sink_now() - SYNC_RECENT_SECONDS, error) &&
	       settle_missed(s, error) && settle_state(s, SYNC_GONE_HELD, true, error) &&
	       settle_state(s, SYNC_GONE_OPEN, false, error) && expire(s, error);
}
