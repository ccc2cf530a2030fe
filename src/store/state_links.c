/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state.db: what the user linked and parted. */
#include "store/state_private.h"

struct state_link *
state_link_new(const char *id, const char *parent)
{
	struct state_link *link = g_new0(struct state_link, 1);

	link->id = g_strdup(id);
	link->parent = g_strdup(parent);
	return link;
}

void
state_link_free(void *link)
{
	struct state_link *l = link;

	if (l == NULL)
		return;
	g_free(l->id);
	g_free(l->parent);
	g_free(l);
}

GPtrArray *
state_links(struct state_db *db)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(state_link_free);
	sqlite3_stmt *st = state_bind(db, STATE_LINKS, "");

	while (st != NULL && sqlite3_step(st) == SQLITE_ROW)
		g_ptr_array_add(out, state_link_new((const char *)sqlite3_column_text(st, 0),
				    (const char *)sqlite3_column_text(st, 1)));
	sqlite3_reset(st);
	return out;
}

bool
state_link_put(struct state_db *db, const struct state_link *link, GError **error)
{
	return state_run(db,
	    link->parent != NULL ? state_bind(db, STATE_LINK_PUT, "ss", link->id, link->parent)
				 : state_bind(db, STATE_LINK_REMOVE, "s", link->id),
	    error);
}
