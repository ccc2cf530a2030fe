/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an account's state remembers while changes made here go up: every row of a folder,
 * and which files wait for their new UID in the folder that they were moved to. */
#include "store/sync_state_private.h"

#define EXPECTED 2 /* value of gone.open; 0 closed, 1 to be dealt with */

bool
sync_state_each(struct sync_state *db, gint64 folder, sync_state_row_fn fn, void *user,
    GError **error)
{
	sqlite3_stmt *st = sync_state_bind(db, error,
	    "SELECT folder, uid, base, flags, size, message_id FROM message"
	    " WHERE folder = ?1 AND noted = 0 ORDER BY uid",
	    "i", folder);
	int r = -1;

	while (st != NULL && (r = sync_state_step(db, st, error)) == 1) {
		struct sync_message m = {.folder = folder,
		    .uid = (guint32)sqlite3_column_int64(st, 1),
		    .base = sync_state_text(st, 2),
		    .flags = sync_state_text(st, 3),
		    .size = (guint64)sqlite3_column_int64(st, 4),
		    .message_id = sync_state_text(st, 5)};

		fn(user, &m);
		sync_message_clear(&m);
	}
	return r == 0;
}

static bool
has_row(struct sync_state *db, sqlite3_stmt *st)
{
	bool has = st != NULL && sync_state_step(db, st, NULL) == 1;

	if (has)
		sqlite3_reset(st);
	return has;
}

bool
sync_state_is_in(struct sync_state *db, gint64 folder, const char *base)
{
	return has_row(db,
	    sync_state_bind(db, NULL,
		"SELECT 1 FROM message WHERE base = ?1 AND folder = ?2 LIMIT 1", "si",
		base, folder));
}

bool
sync_state_expect(
    struct sync_state *db, const struct sync_message *m, gint64 to, GError **error)
{
	return sync_state_run(db, error,
	    "INSERT OR REPLACE INTO gone(folder, base, size, message_id, open)"
	    " VALUES(?1, ?2, ?3, ?4, ?5)",
	    "isisi", to, m->base, (gint64)m->size, m->message_id, (gint64)EXPECTED);
}

bool
sync_state_is_expected(struct sync_state *db, gint64 folder, const char *base)
{
	return has_row(db,
	    sync_state_bind(db, NULL,
		"SELECT 1 FROM gone WHERE folder = ?1 AND base = ?2 AND open = ?3", "isi",
		folder, base, (gint64)EXPECTED));
}

bool
sync_state_has_expected(struct sync_state *db)
{
	return has_row(db,
	    sync_state_bind(db, NULL, "SELECT 1 FROM gone WHERE open = ?1 LIMIT 1", "i",
		(gint64)EXPECTED));
}

bool
sync_state_settle(struct sync_state *db, gint64 folder, GError **error)
{
	return sync_state_run(db, error,
	    "UPDATE gone SET open = 0 WHERE folder = ?1 AND open = ?2", "ii", folder,
	    (gint64)EXPECTED);
}
