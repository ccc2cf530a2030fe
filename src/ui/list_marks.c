/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_marks.c - which threads of the list are marked. */
#include "ui/list_view_private.h"

void
list_view_toggle_mark(struct list_view *l, const char *thread)
{
	if (!g_hash_table_remove(l->marks, thread))
		g_hash_table_add(l->marks, g_strdup(thread));
}

bool
list_view_set_mark(struct list_view *l, const char *thread, bool wanted)
{
	return wanted ? g_hash_table_add(l->marks, g_strdup(thread)) : g_hash_table_remove(l->marks, thread);
}

void
list_view_clear_marks(struct list_view *l)
{
	g_hash_table_remove_all(l->marks);
}

bool
list_view_is_marked(const struct list_view *l, const char *thread)
{
	return g_hash_table_contains(l->marks, thread);
}

guint
list_view_n_marked(const struct list_view *l)
{
	return g_hash_table_size(l->marks);
}

GPtrArray *
list_view_marked(const struct list_view *l)
{
	GPtrArray *threads = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	gpointer key;
	g_hash_table_iter_init(&iter, l->marks);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		g_ptr_array_add(threads, g_strdup(key));
	return threads;
}

GPtrArray *
list_view_take_marked(struct list_view *l)
{
	guint n;
	gpointer *keys = g_hash_table_get_keys_as_array(l->marks, &n);
	GPtrArray *threads = g_ptr_array_new_full(n, g_free);
	for (guint i = 0; i < n; i++)
		g_ptr_array_add(threads, keys[i]);
	g_hash_table_steal_all(l->marks);
	g_free(keys);
	return threads;
}
