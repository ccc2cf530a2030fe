/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters that a server refused, and when each is offered to it again. */
#include "store/sync_state_private.h"

bool
sync_state_refuse(struct sync_state *db, gint64 folder, const char *base,
    const struct sync_refused *r, GError **error)
{
	return sync_state_run(db, error,
	    "INSERT OR REPLACE INTO refused(folder, base, why, tries, next) VALUES(?1, ?2, ?3, ?4, ?5)",
	    "isiii", folder, base, (gint64)r->why, (gint64)r->tries, r->next);
}

bool
sync_state_refused(
    struct sync_state *db, gint64 folder, const char *base, struct sync_refused *out)
{
	sqlite3_stmt *st = sync_state_bind(db, NULL,
	    "SELECT why, tries, next FROM refused WHERE folder = ?1 AND base = ?2", "is", folder, base);

	if (st == NULL || sync_state_step(db, st, NULL) != 1)
		return false;
	*out = (struct sync_refused){.why = (int)sqlite3_column_int64(st, 0),
	    .tries = (guint)sqlite3_column_int64(st, 1),
	    .next = sqlite3_column_int64(st, 2)};
	sqlite3_reset(st);
	return true;
}

bool
sync_state_has_refused(struct sync_state *db)
{
	sqlite3_stmt *st = sync_state_bind(db, NULL, "SELECT 1 FROM refused LIMIT 1", "");
	bool has = st != NULL && sync_state_step(db, st, NULL) == 1;

	if (has)
		sqlite3_reset(st);
	return has;
}

bool
sync_state_accept(struct sync_state *db, gint64 folder, const char *base, GError **error)
{
	return sync_state_run(db, error,
	    "DELETE FROM refused WHERE folder = ?1 AND base = ?2", "is", folder, base);
}

bool
sync_state_accept_old(struct sync_state *db, gint64 before, GError **error)
{
	return sync_state_run(db, error, "DELETE FROM refused WHERE next < ?1", "i", before);
}
