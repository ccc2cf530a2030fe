/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linkage_change.c - linking and parting: the new table is tried on the forest before it is written. */
#include "store/linkage.h"

#include <string.h>

struct change {
	struct index *ix;
	GPtrArray *ids, *threads; /* what is asked about */
	const char *parent;	  /* NULL: part them */
	GPtrArray *table;	  /* struct state_link: what is to be set */
	GPtrArray *firsts;
	bool is_back; /* what was is never refused: a link that cannot be now waits */
	GHashTable *dirty; /* threads whose rows change */
	GError *error;
};

/* The first refusal counts. */
static void
refuse(struct change *c, const char *id, const char *why)
{
	if (c->error == NULL)
		g_set_error(&c->error, PF_ERROR, PF_ERROR_USAGE, "%s %s", id, why);
}

/* state.db's table with these links set. Array of owned struct state_link. */
static GPtrArray *
table_with(struct index *ix, GPtrArray *set)
{
	GPtrArray *out = state_links(index_state(ix));

	for (guint i = 0; i < set->len; i++) {
		const struct state_link *link = g_ptr_array_index(set, i);

		for (guint k = out->len; k > 0; k--)
			if (strcmp(((struct state_link *)g_ptr_array_index(out, k - 1))->id, link->id) == 0)
				g_ptr_array_remove_index(out, k - 1);
		if (link->parent != NULL)
			g_ptr_array_add(out, state_link_new(link->id, link->parent));
	}
	return out;
}

/* The forest with the messages of the change in it, whatever they are now. */
static notmuch_status_t
build_around(struct change *c, notmuch_database_t *db, GPtrArray *table, struct linkage **out)
{
	GPtrArray *naturals = g_ptr_array_new_with_free_func(g_free);
	GPtrArray *ids = g_ptr_array_new();
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;

	for (guint i = 0; c->ids != NULL && i < c->ids->len; i++)
		g_ptr_array_add(ids, g_ptr_array_index(c->ids, i));
	if (c->parent != NULL)
		g_ptr_array_add(ids, (gpointer)(guintptr)c->parent);
	for (guint i = 0; i < ids->len && status == NOTMUCH_STATUS_SUCCESS; i++) {
		notmuch_message_t *message = NULL;

		status = index_find(db, g_ptr_array_index(ids, i), &message);
		if (message == NULL)
			continue;
		g_ptr_array_add(naturals, g_strdup(notmuch_message_get_thread_id(message)));
		notmuch_message_destroy(message);
	}
	for (guint i = 0; c->threads != NULL && i < c->threads->len; i++)
		g_ptr_array_add(naturals, g_strdup(g_ptr_array_index(c->threads, i)));
	if (status == NOTMUCH_STATUS_SUCCESS)
		status = linkage_build(db, table, naturals, out);
	g_ptr_array_unref(naturals);
	g_ptr_array_unref(ids);
	return status;
}

/* What state.db is to say of one message; NULL for nothing. */
static struct state_link *
link_for(struct change *c, const struct linkage *now, const char *id)
{
	const struct linked *m = linkage_message(now, id);
	GPtrArray *members;

	if (m == NULL) {
		refuse(c, id, "is no message that is here");
		return NULL;
	}
	if (c->parent != NULL) {
		if (strcmp(c->parent, id) == 0)
			return NULL;
		return state_link_new(id, g_strcmp0(m->natural_parent, c->parent) == 0 ? NULL : c->parent);
	}
	members = linkage_members(now, m->thread);
	if (m->parent == NULL && (members == NULL || g_ptr_array_index(members, 0) == m)) {
		refuse(c, id, "begins its thread already");
		return NULL;
	}
	/* what was linked only goes back to where it came from */
	return state_link_new(id, m->natural_parent == NULL && strcmp(m->thread, m->natural) != 0 ? NULL : "");
}

static notmuch_status_t
plan(notmuch_database_t *db, void *user)
{
	struct change *c = user;
	GPtrArray *table = state_links(index_state(c->ix));
	struct linkage *now = NULL;
	notmuch_status_t status = build_around(c, db, table, &now);

	g_ptr_array_set_size(c->table, 0);
	g_clear_error(&c->error);
	if (status == NOTMUCH_STATUS_SUCCESS && c->parent != NULL && linkage_message(now, c->parent) == NULL)
		refuse(c, c->parent, "is no message that is here");
	for (guint i = 0; status == NOTMUCH_STATUS_SUCCESS && c->error == NULL && i < c->ids->len; i++) {
		struct state_link *link = link_for(c, now, g_ptr_array_index(c->ids, i));

		if (link != NULL)
			g_ptr_array_add(c->table, link);
	}
	linkage_free(now);
	g_ptr_array_unref(table);
	return status;
}

/* the threads whose rows change */

struct comparison {
	struct change *c;
	const struct linkage *other;
	bool is_after;
};

static void
compare(const struct linked *m, void *user)
{
	const struct comparison *cmp = user;
	const struct linked *was = linkage_message(cmp->other, m->id);

	if (cmp->is_after && !cmp->c->is_back && m->is_refused && (was == NULL || !was->is_refused))
		refuse(cmp->c, m->id, "would be an answer to its own answer");
	if (was != NULL && strcmp(was->thread, m->thread) == 0 && g_strcmp0(was->parent, m->parent) == 0)
		return;
	g_hash_table_add(cmp->c->dirty, g_strdup(m->thread));
	g_hash_table_add(cmp->c->dirty, g_strdup(m->natural));
	if (was != NULL)
		g_hash_table_add(cmp->c->dirty, g_strdup(was->thread));
}

static notmuch_status_t
try_it(notmuch_database_t *db, void *user)
{
	struct change *c = user;
	GPtrArray *old = state_links(index_state(c->ix)), *new = table_with(c->ix, c->table);
	struct linkage *before = NULL, *after = NULL;
	notmuch_status_t status = build_around(c, db, old, &before);

	g_hash_table_remove_all(c->dirty);
	if (status == NOTMUCH_STATUS_SUCCESS)
		status = build_around(c, db, new, &after);
	if (status == NOTMUCH_STATUS_SUCCESS) {
		linkage_each(after, compare, &(struct comparison){ c, before, true });
		linkage_each(before, compare, &(struct comparison){ c, after, false });
	}
	linkage_free(before);
	linkage_free(after);
	g_ptr_array_unref(old);
	g_ptr_array_unref(new);
	return status;
}

static const char *
parent_in(GPtrArray *table, const char *id)
{
	for (guint i = 0; i < table->len; i++) {
		const struct state_link *link = g_ptr_array_index(table, i);

		if (strcmp(link->id, id) == 0)
			return link->parent;
	}
	return NULL;
}

static bool
write_table(struct change *c, GPtrArray *before, GError **error)
{
	struct state_db *db = index_state(c->ix);
	GPtrArray *old = state_links(db);
	GHashTableIter iter;
	gpointer thread;
	bool ok = state_begin(db, error);

	for (guint i = 0; ok && i < c->table->len; i++) {
		const struct state_link *link = g_ptr_array_index(c->table, i);

		ok = state_link_put(db, link, error);
		g_ptr_array_add(before, state_link_new(link->id, parent_in(old, link->id)));
	}
	g_hash_table_iter_init(&iter, c->dirty);
	while (ok && g_hash_table_iter_next(&iter, &thread, NULL))
		ok = state_dirty_add(db, thread, error);
	if (ok)
		ok = state_commit(db, error);
	else
		state_rollback(db);
	g_ptr_array_unref(old);
	return ok;
}

/* c->table is what is to be set. */
static bool
set(struct change *c, GPtrArray *before, GError **error)
{
	bool ok;

	c->dirty = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	ok = index_read(c->ix, try_it, c, error);
	if (ok && c->error != NULL) {
		g_propagate_error(error, g_steal_pointer(&c->error));
		ok = false;
	}
	g_clear_error(&c->error);
	ok = ok && write_table(c, before, error);
	g_hash_table_unref(c->dirty);
	return ok;
}

static bool
change(struct index *ix, GPtrArray *ids, const char *parent, GPtrArray *before, GError **error)
{
	struct change c = { .ix = ix,
		.ids = ids,
		.parent = parent,
		.table = g_ptr_array_new_with_free_func(state_link_free) };
	bool ok = index_read(ix, plan, &c, error);

	if (ok && c.error != NULL) {
		g_propagate_error(error, g_steal_pointer(&c.error));
		ok = false;
	}
	g_clear_error(&c.error);
	ok = ok && set(&c, before, error);
	g_ptr_array_unref(c.table);
	return ok;
}

bool
linkage_hang(struct index *ix, GPtrArray *ids, const char *parent, GPtrArray *before, GError **error)
{
	return change(ix, ids, parent, before, error);
}

bool
linkage_break(struct index *ix, GPtrArray *ids, GPtrArray *before, GError **error)
{
	return change(ix, ids, NULL, before, error);
}

bool
linkage_restore(struct index *ix, GPtrArray *table, GPtrArray *before, GError **error)
{
	GPtrArray *ids = g_ptr_array_new();
	struct change c = { .ix = ix, .ids = ids, .table = table, .is_back = true };
	bool ok;

	for (guint i = 0; i < table->len; i++)
		g_ptr_array_add(ids, ((struct state_link *)g_ptr_array_index(table, i))->id);
	ok = set(&c, before, error);
	g_ptr_array_unref(ids);
	return ok;
}

static notmuch_status_t
find_firsts(notmuch_database_t *db, void *user)
{
	struct change *c = user;
	GPtrArray *table = state_links(index_state(c->ix));
	struct linkage *now = NULL;
	notmuch_status_t status = build_around(c, db, table, &now);

	g_ptr_array_set_size(c->firsts, 0);
	for (guint i = 0; status == NOTMUCH_STATUS_SUCCESS && i < c->threads->len; i++) {
		GPtrArray *members = linkage_members(now, g_ptr_array_index(c->threads, i));

		for (guint k = 0; members != NULL && k < members->len; k++) {
			const struct linked *m = g_ptr_array_index(members, k);

			if (m->parent == NULL)
				g_ptr_array_add(c->firsts, g_strdup(m->id));
		}
	}
	linkage_free(now);
	g_ptr_array_unref(table);
	return status;
}

GPtrArray *
linkage_firsts(struct index *ix, GPtrArray *threads, GError **error)
{
	struct change c = { .ix = ix, .threads = threads, .firsts = g_ptr_array_new_with_free_func(g_free) };

	if (index_read(ix, find_firsts, &c, error))
		return c.firsts;
	g_ptr_array_unref(c.firsts);
	return NULL;
}
