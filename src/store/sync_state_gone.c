/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of an account that no message of the server stands for: what it lost, what is
 * expected there, what goes up. */
#include "store/sync_state_private.h"

void
sync_gone_clear(struct sync_gone *g)
{
	g_free(g->folder_name);
	g_free(g->base);
	g_free(g->message_id);
}

static void
clear_gone(gpointer p)
{
	sync_gone_clear(p);
}

bool
sync_state_gone_note(
    struct sync_state *db, gint64 folder, guint32 uid, enum sync_gone_state state, GError **error)
{
	return sync_state_run(db, error,
	    "INSERT OR REPLACE INTO gone(folder, base, size, message_id, open)"
	    " SELECT folder, base, size, message_id, ?3 FROM message"
	    " WHERE folder = ?1 AND uid = ?2",
	    "iii", folder, (gint64)uid, (gint64)state);
}

bool
sync_state_gone(struct sync_state *db, gint64 folder, guint32 uid, GError **error)
{
	return sync_state_gone_note(db, folder, uid, SYNC_GONE_OPEN, error) &&
	       sync_state_forget(db, folder, uid, error);
}

bool
sync_state_gone_put_since(struct sync_state *db, const struct sync_message *m,
    enum sync_gone_state state, gint64 since, GError **error)
{
	return sync_state_run(db, error,
	    "INSERT OR REPLACE INTO gone(folder, base, size, message_id, open, since)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
	    "isisii", m->folder, m->base, (gint64)m->size, m->message_id, (gint64)state,
	    since);
}

bool
sync_state_gone_put(struct sync_state *db, const struct sync_message *m,
    enum sync_gone_state state, GError **error)
{
	return sync_state_gone_put_since(db, m, state, 0, error);
}

/* All rows of a bound statement; NULL on error. */
static GArray *
read_gone(struct sync_state *db, sqlite3_stmt *st, GError **error)
{
	GArray *array = g_array_new(FALSE, FALSE, sizeof(struct sync_gone));
	int r = -1;

	g_array_set_clear_func(array, clear_gone);
	while (st != NULL && (r = sync_state_step(db, st, error)) == 1) {
		struct sync_gone g = {.folder = sqlite3_column_int64(st, 0),
		    .folder_name = sync_state_text(st, 1),
		    .base = sync_state_text(st, 2),
		    .message_id = sync_state_text(st, 3),
		    .size = (guint64)sqlite3_column_int64(st, 4),
		    .since = sqlite3_column_int64(st, 5)};
		g_array_append_val(array, g);
	}
	if (r < 0) {
		g_array_unref(array);
		return NULL;
	}
	return array;
}

#define GONE_ROWS                                                                        \
	"SELECT gone.folder, folder.name, base, message_id, size, since"                 \
	" FROM gone JOIN folder ON folder.id = gone.folder "

GArray *
sync_state_gone_in(struct sync_state *db, enum sync_gone_state state, GError **error)
{
	return read_gone(db,
	    sync_state_bind(db, error, GONE_ROWS "WHERE open = ?1 ORDER BY 1", "i",
		(gint64)state),
	    error);
}

GArray *
sync_state_gone_before(struct sync_state *db, gint64 when, GError **error)
{
	return read_gone(db,
	    sync_state_bind(db, error,
		GONE_ROWS "WHERE open = ?2 AND since > 0 AND since < ?1", "ii", when,
		(gint64)SYNC_GONE_CLOSED),
	    error);
}

GArray *
sync_state_gone_like(struct sync_state *db, const struct sync_message *m, GError **error)
{
	return read_gone(db,
	    sync_state_bind(db, error,
		GONE_ROWS "WHERE gone.folder = ?1 AND message_id = ?3"
			  " AND abs(size - ?2) IN (0, 22)", /* mbsync's line more or less */
		"iis", m->folder, (gint64)m->size, m->message_id),
	    error);
}

bool
sync_state_gone_each(
    struct sync_state *db, const char *base, sync_state_gone_fn fn, void *user)
{
	sqlite3_stmt *st = sync_state_bind(
	    db, NULL, "SELECT folder, open, since FROM gone WHERE base = ?1", "s", base);
	int r = -1;

	while (st != NULL && (r = sync_state_step(db, st, NULL)) == 1)
		fn(user, sqlite3_column_int64(st, 0),
		    (enum sync_gone_state)sqlite3_column_int64(st, 1),
		    sqlite3_column_int64(st, 2));
	return r == 0;
}

bool
sync_state_gone_set(struct sync_state *db, const struct sync_gone *g,
    enum sync_gone_state state, gint64 since, GError **error)
{
	return sync_state_run(db, error,
	    "UPDATE gone SET open = ?3, since = ?4 WHERE folder = ?1 AND base = ?2", "isii",
	    g->folder, g->base, (gint64)state, since);
}

bool
sync_state_gone_forget(
    struct sync_state *db, gint64 folder, const char *base, GError **error)
{
	return sync_state_run(db, error,
	    "DELETE FROM gone WHERE folder = ?1 AND base = ?2", "is", folder, base);
}

bool
sync_state_gone_drop(
    struct sync_state *db, enum sync_gone_state state, GError **error)
{
	return sync_state_run(
	    db, error, "DELETE FROM gone WHERE open = ?1", "i", (gint64)state);
}

bool
sync_state_recent_put(
    struct sync_state *db, gint64 folder, const char *base, gint64 when, GError **error)
{
	return sync_state_run(db, error,
		   "INSERT OR IGNORE INTO gone(folder, base, size, message_id, open)"
		   " VALUES(?1, ?2, 0, '', ?3)",
		   "isi", folder, base, (gint64)SYNC_GONE_RECENT) &&
	       sync_state_run(db, error,
		   "UPDATE gone SET since = ?3 WHERE folder = ?1 AND base = ?2"
		   " AND open IN (?4, ?5)",
		   "isiii", folder, base, when, (gint64)SYNC_GONE_RECENT,
		   (gint64)SYNC_GONE_LEFT);
}

#define RECENT_ROWS "folder = ?1 AND since > ?2 AND open IN (?3, ?4)"

static gint64
recent_state(bool is_here, bool is_other)
{
	if (!is_here)
		return SYNC_GONE_CLOSED;
	return is_other ? SYNC_GONE_LEFT : SYNC_GONE_RECENT;
}

guint
sync_state_recent(struct sync_state *db, gint64 folder, bool is_here, gint64 after)
{
	sqlite3_stmt *st = sync_state_bind(db, NULL,
	    "SELECT count(*) FROM gone WHERE " RECENT_ROWS, "iiii", folder, after,
	    recent_state(is_here, false), recent_state(is_here, true));
	guint n = 0;

	if (st != NULL && sync_state_step(db, st, NULL) == 1) {
		n = (guint)sqlite3_column_int64(st, 0);
		sqlite3_reset(st);
	}
	return n;
}

bool
sync_state_recent_end(struct sync_state *db, gint64 folder, bool is_here, gint64 after,
    GError **error)
{
	return sync_state_run(db, error, "UPDATE gone SET since = ?2 WHERE " RECENT_ROWS,
	    "iiii", folder, after, recent_state(is_here, false),
	    recent_state(is_here, true));
}

GArray *
sync_state_recent_all(struct sync_state *db, gint64 folder, gint64 after, GError **error)
{
	return read_gone(db,
	    sync_state_bind(db, error,
		GONE_ROWS "WHERE gone.folder = ?1 AND since > ?2 AND open = ?3", "iii",
		folder, after, (gint64)SYNC_GONE_CLOSED),
	    error);
}

bool
sync_state_recent_drop(struct sync_state *db, gint64 before, GError **error)
{
	return sync_state_run(db, error, "DELETE FROM gone WHERE open = ?1 AND since <= ?2",
	    "ii", (gint64)SYNC_GONE_RECENT, before);
}
