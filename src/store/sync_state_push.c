/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an account's state remembers while changes made here go up: every row of a folder,
 * and which files wait for their new UID in the folder that they were moved to. */
#include "store/sync_state_private.h"

bool
sync_state_each(struct sync_state *db, gint64 folder, sync_state_row_fn fn, void *user,
    GError **error)
{
	sqlite3_stmt *st = sync_state_bind(db, error,
	    "SELECT folder, uid, base, flags, size, message_id, part FROM message"
	    " WHERE folder = ?1 AND noted = 0 ORDER BY uid",
	    "i", folder);
	int r = -1;

	while (st != NULL && (r = sync_state_step(db, st, error)) == 1) {
		struct sync_message m = {.folder = folder,
		    .uid = (guint32)sqlite3_column_int64(st, 1),
		    .base = sync_state_text(st, 2),
		    .flags = sync_state_text(st, 3),
		    .size = (guint64)sqlite3_column_int64(st, 4),
		    .message_id = sync_state_text(st, 5),
		    .part = (enum sync_part)sqlite3_column_int64(st, 6)};

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
sync_state_is_file(struct sync_state *db, const char *base)
{
	return has_row(
	    db, sync_state_bind(db, NULL, "SELECT 1 FROM message WHERE base = ?1 LIMIT 1", "s", base));
}

bool
sync_state_expect(
    struct sync_state *db, const struct sync_message *m, gint64 to, GError **error)
{
	struct sync_message there = *m;

	there.folder = to;
	return sync_state_gone_put(db, &there, SYNC_GONE_EXPECTED, error);
}

static bool
is_gone(struct sync_state *db, gint64 folder, const char *base, enum sync_gone_state state)
{
	return has_row(db,
	    sync_state_bind(db, NULL,
		"SELECT 1 FROM gone WHERE folder = ?1 AND base = ?2 AND open = ?3", "isi",
		folder, base, (gint64)state));
}

bool
sync_state_is_expected(struct sync_state *db, gint64 folder, const char *base)
{
	return is_gone(db, folder, base, SYNC_GONE_EXPECTED);
}

bool
sync_state_is_sending(struct sync_state *db, gint64 folder, const char *base)
{
	return is_gone(db, folder, base, SYNC_GONE_SENDING);
}

bool
sync_state_follow(struct sync_state *db, gint64 folder, const char *expected,
    const char *base, GError **error)
{
	return sync_state_run(db, error,
		   "UPDATE message SET base = ?3 WHERE base = ?2 AND folder <> ?1 AND NOT EXISTS"
		   " (SELECT 1 FROM gone WHERE gone.folder = message.folder"
		   " AND gone.base = message.base AND open = ?4)",
		   "issi", folder, expected, base, (gint64)SYNC_GONE_LEFT) &&
	       sync_state_gone_forget(db, folder, expected, error);
}

bool
sync_state_leave(struct sync_state *db, gint64 folder, guint32 uid, GError **error)
{
	return sync_state_gone_note(db, folder, uid, SYNC_GONE_LEFT, error);
}

bool
sync_state_is_left(struct sync_state *db, gint64 folder, const char *base)
{
	return is_gone(db, folder, base, SYNC_GONE_LEFT);
}

#define NO_FILE '/' /* in front of the UID */

bool
sync_state_detach(struct sync_state *db, gint64 folder, guint32 uid, GError **error)
{
	return sync_state_run(db, error,
	    "UPDATE message SET base = '/' || uid WHERE folder = ?1 AND uid = ?2", "ii", folder,
	    (gint64)uid);
}

bool
sync_state_is_detached(const char *base)
{
	return base[0] == NO_FILE;
}

bool
sync_state_detach_file(struct sync_state *db, gint64 folder, const char *base, GError **error)
{
	return sync_state_run(db, error,
	    "UPDATE message SET base = '/' || uid WHERE folder = ?1 AND base = ?2", "is", folder, base);
}

bool
sync_state_has_expected(struct sync_state *db)
{
	return has_row(db,
	    sync_state_bind(db, NULL,
		"SELECT 1 FROM gone WHERE open IN (?1, ?2, ?3) LIMIT 1", "iii",
		(gint64)SYNC_GONE_EXPECTED, (gint64)SYNC_GONE_SENDING,
		(gint64)SYNC_GONE_SENT));
}

bool
sync_state_settle(struct sync_state *db, gint64 folder, GError **error)
{
	/* what was on its way up and has not come back did not arrive: it goes again */
	return sync_state_run(db, error, "DELETE FROM gone WHERE folder = ?1 AND open = ?2",
		   "ii", folder, (gint64)SYNC_GONE_SENDING) &&
	       sync_state_run(db, error,
		   "UPDATE gone SET open = ?3 WHERE folder = ?1 AND open = ?2", "iii", folder,
		   (gint64)SYNC_GONE_EXPECTED, (gint64)SYNC_GONE_MISSED) &&
	       sync_state_run(db, error,
		   "UPDATE gone SET open = ?3 WHERE folder = ?1 AND open = ?2", "iii", folder,
		   (gint64)SYNC_GONE_SENT, (gint64)SYNC_GONE_CLOSED);
}

bool
sync_state_rebase(struct sync_state *db, gint64 folder, guint32 uid, const char *base,
    GError **error)
{
	return sync_state_run(db, error,
	    "UPDATE message SET base = ?3 WHERE folder = ?1 AND uid = ?2", "iis", folder,
	    (gint64)uid, base);
}

bool
sync_state_reset(struct sync_state *db, gint64 folder, GError **error)
{
	return sync_state_run(db, error, "DELETE FROM message WHERE folder = ?1", "i",
		   folder) &&
	       sync_state_run(db, error,
		   "UPDATE folder SET uidvalidity = 0, uidnext = 0, modseq = 0, messages = 0"
		   " WHERE id = ?1",
		   "i", folder);
}

guint
sync_state_count(struct sync_state *db, gint64 folder)
{
	sqlite3_stmt *st = sync_state_bind(
	    db, NULL, "SELECT count(*) FROM message WHERE folder = ?1", "i", folder);
	guint n = 0;

	if (st != NULL && sync_state_step(db, st, NULL) == 1) {
		n = (guint)sqlite3_column_int64(st, 0);
		sqlite3_reset(st);
	}
	return n;
}
