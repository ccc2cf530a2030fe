/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linkage_reach.c - how far a change in one natural thread reaches: to all that links join to it, over any number
 * of them. A message that comes or goes lets a link elsewhere take effect, or ends it. */
#include "store/linkage.h"

#include <string.h>

/* natural -> another one of its group, up to the one that stands for it. */
static const char *
group_of(GHashTable *groups, const char *natural)
{
	const char *up;

	while ((up = g_hash_table_lookup(groups, natural)) != NULL)
		natural = up;
	return natural;
}

/* Owned; the strings are those of the links. */
static GHashTable *
find_groups(const struct linkage *l)
{
	GHashTable *groups = g_hash_table_new(g_str_hash, g_str_equal);
	const GPtrArray *table = linkage_table(l);

	for (guint i = 0; i < table->len; i++) {
		const struct state_link *link = g_ptr_array_index(table, i);
		const struct linked *n = linkage_message(l, link->id), *parent = linkage_message(l, link->parent);
		const char *a = n != NULL ? group_of(groups, n->natural) : NULL;
		const char *b = parent != NULL ? group_of(groups, parent->natural) : NULL;

		if (a != NULL && b != NULL && strcmp(a, b) != 0)
			g_hash_table_insert(groups, (gpointer)(guintptr)a, (gpointer)(guintptr)b);
	}
	return groups;
}

struct reach {
	GHashTable *groups;
	GHashTable *touched; /* those that stand for a group */
	GHashTable *threads;
};

static void
touch(const struct linked *m, void *user)
{
	struct reach *r = user;

	if (g_hash_table_contains(r->threads, m->natural) || g_hash_table_contains(r->threads, m->thread))
		g_hash_table_add(r->touched, (gpointer)(guintptr)group_of(r->groups, m->natural));
}

static void
add_threads(const struct linked *m, void *user)
{
	struct reach *r = user;

	if (!g_hash_table_contains(r->touched, group_of(r->groups, m->natural)))
		return;
	g_hash_table_add(r->threads, g_strdup(m->natural));
	g_hash_table_add(r->threads, g_strdup(m->thread));
}

void
linkage_expand(const struct linkage *l, GHashTable *threads)
{
	struct reach r = { .threads = threads };

	if (l == NULL)
		return;
	r.groups = find_groups(l);
	r.touched = g_hash_table_new(g_str_hash, g_str_equal);
	linkage_each(l, touch, &r);
	linkage_each(l, add_threads, &r);
	g_hash_table_unref(r.touched);
	g_hash_table_unref(r.groups);
}
