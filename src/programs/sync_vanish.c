/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are nowhere any more. To delete is to move to the trash: the server's copy goes
 * to the server's trash, and what was deleted from the trash goes for good. A whole folder
 * that is away, or much of one, may be a disk that is not mounted: that is asked about. */
#include "programs/sync_compare.h"

#include <string.h>
#include <unistd.h>

#define MANY	 50 /* files of one folder gone at once, or ... */
#define SOME	 5  /* ... more than these few, if they are ... */
#define PERCENT 20 /* ... this part of it */

/* All base names that lie anywhere in the account now: a file may have been renamed or moved
 * while the folders were read. */
static GHashTable *
bases_now(struct sync_sink *s)
{
	GHashTable *bases = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GPtrArray *names = maildir_list(s->root, s->account->name);
	GHashTableIter iter;
	gpointer base;

	for (guint i = 0; i < names->len; i++) {
		struct place *place = sync_sink_place(s, g_ptr_array_index(names, i));

		if (place->path == NULL)
			continue;
		sync_files_forget(place);
		g_hash_table_iter_init(&iter, sync_files_all(place));
		while (g_hash_table_iter_next(&iter, &base, NULL))
			g_hash_table_add(bases, g_strdup(base));
		sync_files_forget(place);
	}
	g_ptr_array_unref(names);
	return bases;
}

static guint
count_in(const struct comparison *c, const struct place *place)
{
	GHashTableIter iter;
	gpointer value;
	guint n = 0;

	g_hash_table_iter_init(&iter, c->missing);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		for (const struct missing *m = value; m != NULL; m = m->next)
			n += m->place == place;
	return n;
}

static guint
recently(const struct comparison *c, const struct place *place)
{
	return sync_state_recent(c->s->state, place->state.id, true,
	    sync_sink_now() - SYNC_RECENT_SECONDS);
}

/* n of total: now, and a moment ago, when a run saw less of it. */
static bool
is_much(const struct comparison *c, const struct place *place, guint n, guint total)
{
	char *cur = g_build_filename(place->path, "cur", NULL);
	bool is_away = access(cur, F_OK) != 0;
	bool is_trash = sync_sink_is_trash(c->s, place->name);

	g_free(cur);
	return is_away || (!is_trash && (n > MANY || (n > SOME && n * 100 > total * PERCENT)));
}

static void
tell_held(const struct comparison *c, const struct place *place, guint n, guint total)
{
	const char *account = c->s->account->name;
	guint n_recent = recently(c, place);
	char *before = n_recent > 0 ? g_strdup_printf(" (%u more were deleted within %d minutes)",
					  n_recent, SYNC_RECENT_SECONDS / 60)
				    : g_strdup("");
	char *text = g_strdup_printf(
	    "%u of %u messages of this folder are no longer here%s; the server keeps them. "
	    "`penfold sync --yes %s` deletes them there, `penfold sync --no %s` fetches them "
	    "again",
	    n, total, before, account, account);

	sync_sink_tell_held(c->s, place->name, "here", n, text);
	g_free(before);
	g_free(text);
}

static void
add_deletions(struct comparison *c, const struct place *place)
{
	bool is_for_good = sync_sink_is_trash(c->s, place->name);
	const struct place *trash =
	    is_for_good ? NULL : sync_sink_place(c->s, sync_sink_trash(c->s));
	GHashTableIter iter;
	gpointer base, value;

	g_hash_table_iter_init(&iter, c->missing);
	while (g_hash_table_iter_next(&iter, &base, &value))
		for (const struct missing *m = value; m != NULL; m = m->next) {
			struct imap_push push = {.folder = place->name,
			    .to = trash != NULL ? trash->name : NULL,
			    .uid = m->uid,
			    .is_deleted = true,
			    .is_marked = strchr(m->flags, 'T') != NULL};
			if (m->place == place && !sync_await_is_open(c->s, base))
				g_array_append_val(c->pushes, push);
		}
}

static bool
settle_place(struct comparison *c, struct place *place, GError **error)
{
	guint n = count_in(c, place), total, n_recent;

	if (n == 0)
		return true;
	total = sync_state_count(c->s->state, place->state.id);
	n_recent = recently(c, place);
	if (c->s->answer == SYNC_ANSWER_YES &&
	    !sync_state_recent_end(c->s->state, place->state.id, true,
		sync_sink_now() - SYNC_RECENT_SECONDS, error))
		return false;
	if (c->s->answer != SYNC_ANSWER_YES &&
	    is_much(c, place, n + n_recent, total + n_recent)) {
		if (c->s->answer != SYNC_ANSWER_NO) {
			tell_held(c, place, n, total);
			return true;
		}
		c->is_changed = true;
		place->is_matched = false;
		return sync_state_reset(c->s->state, place->state.id, error);
	}
	add_deletions(c, place);
	return true;
}

static gboolean
is_somewhere(gpointer base, gpointer value, gpointer user)
{
	(void)value;
	return g_hash_table_contains(user, base);
}

bool
sync_vanish(struct comparison *c, GError **error)
{
	GList *places = g_hash_table_get_values(c->s->places);
	bool is_good = true;
	GHashTable *bases;

	if (g_hash_table_size(c->missing) > 0) {
		bases = bases_now(c->s);
		g_hash_table_foreach_remove(c->missing, is_somewhere, bases);
		g_hash_table_unref(bases);
	}
	for (GList *l = places; is_good && l != NULL; l = l->next)
		is_good = settle_place(c, l->data, error);
	g_list_free(places);
	return is_good;
}
