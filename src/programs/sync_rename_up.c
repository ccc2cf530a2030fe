/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which folders were given another name here. One that is known has gone, and a new one holds most of its files: so it was
 * renamed, by whatever program. Anything less clear is a move of messages. */
#include "programs/sync_private.h"

#include <string.h>
#include <unistd.h>

/* A folder of the server that is here no more. */
struct vanished {
	char *name;
	GHashTable *bases; /* of its files */
	char *to;	   /* where most of them are; NULL */
	bool is_below;	   /* of one that has moved likewise */
};

struct search {
	struct sync_sink *s;
	GPtrArray *vanished; /* struct vanished *, by name */
	GHashTable *fresh;   /* names of folders that are here alone; taken out when one is what another was */
};

static void
vanished_free(gpointer p)
{
	struct vanished *v = p;

	g_hash_table_unref(v->bases);
	g_free(v->name);
	g_free(v->to);
	g_free(v);
}

static bool
is_here(const struct place *place)
{
	char *cur = place->path != NULL ? g_build_filename(place->path, "cur", NULL) : NULL;
	bool is = cur != NULL && access(cur, F_OK) == 0;

	g_free(cur);
	return is;
}

/* A folder that has a part to play (INBOX, the trash) is left where it is. */
static void
on_folder(void *user, const char *name, const struct sync_folder *folder)
{
	struct search *x = user;
	const struct place *place = sync_sink_place(x->s, name);
	struct vanished *v;

	if (folder->uidvalidity == 0 || place->wire == NULL || place->path == NULL ||
	    place->role != IMAP_ROLE_NONE || sync_sink_is_usual(x->s, name) ||
	    !g_hash_table_contains(x->s->listed, name) || is_here(place))
		return;
	v = g_new0(struct vanished, 1);
	v->name = g_strdup(name);
	v->bases = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_ptr_array_add(x->vanished, v);
}

static void
on_row(void *user, const struct sync_message *m)
{
	struct vanished *v = user;

	if (strchr(m->flags, 'T') == NULL && !sync_state_is_detached(m->base))
		g_hash_table_add(v->bases, g_strdup(m->base));
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
	const struct vanished *x = *(const struct vanished *const *)a, *y = *(const struct vanished *const *)b;

	return strcmp(x->name, y->name);
}

static bool
find_vanished(struct search *x, GError **error)
{
	bool is_good = sync_state_each_folder(x->s->state, on_folder, x, error);

	for (guint i = 0; is_good && i < x->vanished->len; i++) {
		struct vanished *v = g_ptr_array_index(x->vanished, i);
		is_good = sync_state_each(
		    x->s->state, sync_sink_place(x->s, v->name)->state.id, on_row, v, error);
	}
	g_ptr_array_sort(x->vanished, compare_names);
	return is_good;
}

static void
find_fresh(struct search *x)
{
	struct sync_sink *s = x->s;
	GPtrArray *names = maildir_list(s->root, s->account->name);

	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);

		if (s->table.is_wanted(s, name, false) && !g_hash_table_contains(s->listed, name) &&
		    !sync_sink_is_usual(s, name) && !sync_rename_is_known(s, name) &&
		    is_here(sync_sink_place(s, name)))
			g_hash_table_add(x->fresh, g_strdup(name));
	}
	g_ptr_array_unref(names);
}

/* The rest of the name of what lies below a folder, with "/" in front; NULL. */
static const char *
below(const char *name, const char *folder)
{
	size_t len = strlen(folder);

	return g_str_has_prefix(name, folder) && name[len] == '/' ? name + len : NULL;
}

/* Where it went with the folder that it lies below. Owned; NULL. */
static char *
place_below(const struct search *x, const struct vanished *v)
{
	char *to = NULL;

	for (guint i = 0; to == NULL && i < x->vanished->len; i++) {
		const struct vanished *up = g_ptr_array_index(x->vanished, i);
		const char *rest = up->to != NULL ? below(v->name, up->name) : NULL;

		if (rest != NULL)
			to = g_strconcat(up->to, rest, NULL);
		if (to != NULL && !g_hash_table_contains(x->fresh, to))
			g_clear_pointer(&to, g_free);
	}
	return to;
}

/* The new folder with more than half of its files. Borrowed; NULL. */
static const char *
place_by_files(const struct search *x, const struct vanished *v)
{
	guint n = g_hash_table_size(v->bases), n_same = 0;
	GHashTableIter fresh, bases;
	const char *found = NULL;
	gpointer name, base;

	g_hash_table_iter_init(&fresh, x->fresh);
	while (g_hash_table_iter_next(&fresh, &name, NULL)) {
		struct place *place = sync_sink_place(x->s, name);
		guint n_here = 0, n_all = g_hash_table_size(sync_files_all(place));

		g_hash_table_iter_init(&bases, v->bases);
		while (g_hash_table_iter_next(&bases, &base, NULL))
			n_here += sync_files_find(place, base) != NULL;
		if (n > 0 ? n_here * 2 > n : n_all == 0) {
			found = name;
			n_same++;
		}
	}
	return n_same == 1 ? found : NULL; /* of two empty ones none is known from the other */
}

static void
match_all(struct search *x)
{
	guint n_empty = 0;

	for (guint i = 0; i < x->vanished->len; i++)
		n_empty += g_hash_table_size(((struct vanished *)g_ptr_array_index(x->vanished, i))->bases) == 0;
	for (guint i = 0; i < x->vanished->len; i++) {
		struct vanished *v = g_ptr_array_index(x->vanished, i);

		v->to = place_below(x, v);
		v->is_below = v->to != NULL;
		if (v->to == NULL && (g_hash_table_size(v->bases) > 0 || n_empty == 1))
			v->to = g_strdup(place_by_files(x, v));
		if (v->to != NULL)
			g_hash_table_remove(x->fresh, v->to);
		if (v->to != NULL && below(v->to, v->name) != NULL)
			g_clear_pointer(&v->to, g_free);
	}
}

/* Has this folder of the server gone to the same place as the one above it? */
static bool
went_with(const struct search *x, const struct vanished *up, const char *name)
{
	const char *rest = below(name, up->name);
	bool has = false;

	for (guint i = 0; !has && i < x->vanished->len; i++) {
		const struct vanished *v = g_ptr_array_index(x->vanished, i);
		has = v->is_below && v->to != NULL && strcmp(v->name, name) == 0 &&
		      strcmp(below(v->to, up->to) != NULL ? below(v->to, up->to) : "", rest) == 0;
	}
	return has;
}

/* All that the server has below it must have gone along, since there it does. */
static bool
is_whole(const struct search *x, const struct vanished *v)
{
	GHashTableIter iter;
	gpointer name;
	bool is = true;

	g_hash_table_iter_init(&iter, x->s->listed);
	while (is && g_hash_table_iter_next(&iter, &name, NULL))
		is = below(name, v->name) == NULL || went_with(x, v, name);
	return is;
}

static void
drop_parts(const struct search *x)
{
	for (guint i = 0; i < x->vanished->len; i++) {
		struct vanished *v = g_ptr_array_index(x->vanished, i);

		if (v->to == NULL || v->is_below || is_whole(x, v))
			continue;
		for (guint k = 0; k < x->vanished->len; k++) {
			struct vanished *w = g_ptr_array_index(x->vanished, k);
			if (w->is_below && below(w->name, v->name) != NULL)
				g_clear_pointer(&w->to, g_free);
		}
		g_clear_pointer(&v->to, g_free);
	}
}

static void
free_renaming(gpointer r)
{
	imap_renaming_free(r);
}

GPtrArray *
sync_rename_up_list(void *user, GError **error)
{
	struct search x = {.s = user, .vanished = g_ptr_array_new_with_free_func(vanished_free)};
	GPtrArray *list = g_ptr_array_new_with_free_func(free_renaming);
	bool is_good = find_vanished(&x, error);

	x.fresh = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (is_good && x.vanished->len > 0) {
		find_fresh(&x);
		match_all(&x);
		drop_parts(&x);
	}
	for (guint i = 0; is_good && i < x.vanished->len; i++) {
		const struct vanished *v = g_ptr_array_index(x.vanished, i);
		struct imap_renaming *r;

		if (v->to == NULL)
			continue;
		r = g_new0(struct imap_renaming, 1);
		r->from = g_strdup(v->name);
		r->to = g_strdup(v->to);
		r->is_below = v->is_below;
		g_ptr_array_add(list, r);
	}
	g_hash_table_unref(x.fresh);
	g_ptr_array_unref(x.vanished);
	if (!is_good)
		g_clear_pointer(&list, g_ptr_array_unref);
	return list;
}

bool
sync_rename_up_done(void *user, const char *from, const char *to, const char *wire, GError **error)
{
	struct sync_sink *s = user;
	struct place *old = sync_sink_place(s, from), *new = sync_sink_place(s, to);

	if (!sync_rename_state(s, from, to, wire, error))
		return false;
	g_hash_table_remove(s->listed, from);
	g_clear_pointer(&old->wire, g_free);
	old->state = new->state = (struct sync_folder){0};
	sync_files_forget(old);
	sync_files_forget(new);
	s->on_event(s->user, "renamed",
	    json_pack("{s:s, s:s, s:s}", "folder", to, "from", from, "side", "here"));
	return true;
}
