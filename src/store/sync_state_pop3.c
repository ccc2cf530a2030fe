/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of a POP3 account. */
#include "store/sync_state_pop3.h"

#include "store/sync_state_private.h"

bool
sync_state_pop3_get(
    struct sync_state *db, const char *id, struct sync_pop3 *out, GError **error)
{
	sqlite3_stmt *st = sync_state_bind(db, error,
	    "SELECT uid, size, first, indexed, tries FROM pop3 WHERE id = ?1", "s", id);

	*out = (struct sync_pop3){0};
	if (st == NULL || sync_state_step(db, st, error) != 1)
		return false;
	out->uid = (guint32)sqlite3_column_int64(st, 0);
	out->size = (guint64)sqlite3_column_int64(st, 1);
	out->first = sqlite3_column_int64(st, 2);
	out->is_indexed = sqlite3_column_int64(st, 3) != 0;
	out->tries = (guint)sqlite3_column_int64(st, 4);
	sqlite3_reset(st);
	return true;
}

bool
sync_state_pop3_put(
    struct sync_state *db, const char *id, const struct sync_pop3 *p, GError **error)
{
	return sync_state_run(db, error,
	    "INSERT OR REPLACE INTO pop3(id, uid, size, first, indexed, tries)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
	    "siiiii", id, (gint64)p->uid, (gint64)p->size, p->first,
	    (gint64)p->is_indexed, (gint64)p->tries);
}

bool
sync_state_pop3_forget(struct sync_state *db, const char *id, GError **error)
{
	return sync_state_run(db, error, "DELETE FROM pop3 WHERE id = ?1", "s", id);
}

GPtrArray *
sync_state_pop3_ids(struct sync_state *db, GError **error)
{
	sqlite3_stmt *st = sync_state_bind(db, error, "SELECT id FROM pop3", "");
	GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
	int r = -1;

	while (st != NULL && (r = sync_state_step(db, st, error)) == 1)
		g_ptr_array_add(ids, sync_state_text(st, 0));
	if (r == 0)
		return ids;
	g_ptr_array_unref(ids);
	return NULL;
}
