/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The messages of an account's state: noted, confirmed, renumbered. */
#include "store/sync_state_private.h"

#include "base/error.h"

#include <string.h>

void
sync_message_clear(struct sync_message *m)
{
	g_free(m->base);
	g_free(m->flags);
	g_free(m->message_id);
	g_free(m->was);
}

static void
clear_message(gpointer p)
{
	sync_message_clear(p);
}

bool
sync_state_uids(struct sync_state *db, gint64 folder, GArray *uids, GError **error)
{
	sqlite3_stmt *st = sync_state_bind(db, error,
	    "SELECT uid FROM message WHERE folder = ?1 ORDER BY uid", "i", folder);
	int r = -1;

	while (st != NULL && (r = sync_state_step(db, st, error)) == 1) {
		guint32 uid = (guint32)sqlite3_column_int64(st, 0);
		g_array_append_val(uids, uid);
	}
	return r == 0;
}

bool
sync_state_note(struct sync_state *db, const struct sync_message *m, GError **error)
{
	return sync_state_run(db, error,
	    "INSERT OR REPLACE INTO message(folder, uid, base, flags, size, message_id, "
	    "noted, part, was)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?8)",
	    "iissisis", m->folder, (gint64)m->uid, m->base, m->flags, (gint64)m->size,
	    m->message_id, (gint64)m->part, m->was != NULL ? m->was : "");
}

bool
sync_state_confirm(struct sync_state *db, GError **error)
{
	return sync_state_run(
	    db, error, "UPDATE message SET noted = 0, was = '' WHERE noted = 1", "");
}

#define MESSAGE_COLUMNS "folder, uid, base, flags, size, message_id, part, was"

static void
read_message(sqlite3_stmt *st, struct sync_message *out)
{
	out->folder = sqlite3_column_int64(st, 0);
	out->uid = (guint32)sqlite3_column_int64(st, 1);
	out->base = sync_state_text(st, 2);
	out->flags = sync_state_text(st, 3);
	out->size = (guint64)sqlite3_column_int64(st, 4);
	out->message_id = sync_state_text(st, 5);
	out->part = (enum sync_part)sqlite3_column_int64(st, 6);
	out->was = sync_state_text(st, 7);
	if (out->was[0] == '\0')
		g_clear_pointer(&out->was, g_free);
}

bool
sync_state_want(struct sync_state *db, const char *base, GError **error)
{
	return sync_state_run(db, error,
	    "UPDATE message SET part = ?2 WHERE base = ?1 AND part = ?3", "sii", base,
	    (gint64)SYNC_WANTED, (gint64)SYNC_PLACEHOLDER);
}

bool
sync_state_misjudges(struct sync_state *db, gint64 folder)
{
	sqlite3_stmt *st = sync_state_bind(db, NULL,
	    "SELECT 1 FROM message WHERE folder = ?1 AND part = ?2 LIMIT 1", "ii", folder,
	    (gint64)SYNC_MISJUDGED);
	bool has = st != NULL && sync_state_step(db, st, NULL) == 1;

	if (has)
		sqlite3_reset(st);
	return has;
}

bool
sync_state_wanted(struct sync_state *db, gint64 folder, GArray *uids, GError **error)
{
	sqlite3_stmt *st = sync_state_bind(db, error,
	    "SELECT uid FROM message WHERE folder = ?1 AND part IN (?2, ?3) AND noted = 0 ORDER BY uid",
	    "iii", folder, (gint64)SYNC_WANTED, (gint64)SYNC_SHORT);
	int r = -1;

	while (st != NULL && (r = sync_state_step(db, st, error)) == 1) {
		guint32 uid = (guint32)sqlite3_column_int64(st, 0);
		g_array_append_val(uids, uid);
	}
	return r == 0;
}

/* All rows of a bound statement; NULL on error. */
static GArray *
read_messages(struct sync_state *db, sqlite3_stmt *st, GError **error)
{
	GArray *array = g_array_new(FALSE, FALSE, sizeof(struct sync_message));
	int r = -1;

	g_array_set_clear_func(array, clear_message);
	while (st != NULL && (r = sync_state_step(db, st, error)) == 1) {
		struct sync_message m;
		read_message(st, &m);
		g_array_append_val(array, m);
	}
	if (r < 0) {
		g_array_unref(array);
		return NULL;
	}
	return array;
}

GArray *
sync_state_noted(struct sync_state *db, GError **error)
{
	return read_messages(db,
	    sync_state_bind(db, error,
		"SELECT " MESSAGE_COLUMNS
		" FROM message WHERE noted = 1 ORDER BY folder, uid",
		""),
	    error);
}

bool
sync_state_message(struct sync_state *db, gint64 folder, guint32 uid,
    struct sync_message *out, GError **error)
{
	sqlite3_stmt *st = sync_state_bind(db, error,
	    "SELECT " MESSAGE_COLUMNS " FROM message WHERE folder = ?1 AND uid = ?2",
	    "ii", folder, (gint64)uid);

	if (st == NULL || sync_state_step(db, st, error) != 1)
		return false;
	read_message(st, out);
	sqlite3_reset(st);
	return true;
}

bool
sync_state_set_flags(
    struct sync_state *db, gint64 folder, guint32 uid, const char *flags, GError **error)
{
	if (strchr(flags, 'T') == NULL &&
	    !sync_state_run(db, error,
		"DELETE FROM gone WHERE folder = ?1 AND open = ?3 AND base ="
		" (SELECT base FROM message WHERE folder = ?1 AND uid = ?2)",
		"iii", folder, (gint64)uid, (gint64)SYNC_GONE_LEFT))
		return false;
	return sync_state_run(db, error,
	    "UPDATE message SET flags = ?3 WHERE folder = ?1 AND uid = ?2", "iis", folder,
	    (gint64)uid, flags);
}

bool
sync_state_forget(struct sync_state *db, gint64 folder, guint32 uid, GError **error)
{
	return sync_state_run(db, error,
	    "DELETE FROM message WHERE folder = ?1 AND uid = ?2", "ii", folder,
	    (gint64)uid);
}

GArray *
sync_state_twins(struct sync_state *db, const struct sync_message *m, GError **error)
{
	return read_messages(db,
	    sync_state_bind(db, error,
		"SELECT " MESSAGE_COLUMNS " FROM message"
		" WHERE size = ?1 AND message_id = ?2 AND (folder <> ?3 OR base <> ?4)",
		"isis", (gint64)m->size, m->message_id, m->folder, m->base),
	    error);
}

/* renumbering */

static char *
likeness(const char *message_id, guint64 size)
{
	return g_strdup_printf("%" G_GUINT64_FORMAT " %s", size, message_id);
}

/* Known messages by likeness: each entry a GQueue of borrowed messages, in UID order. */
static GHashTable *
index_known(GArray *known)
{
	GHashTable *table = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_queue_free);

	for (guint i = 0; i < known->len; i++) {
		struct sync_message *m = &g_array_index(known, struct sync_message, i);
		char *key = likeness(m->message_id, m->size);
		GQueue *queue = g_hash_table_lookup(table, key);

		if (m->message_id[0] == '\0') {
			g_free(key); /* nothing to know it by: it is fetched again and
					compared */
			continue;
		}
		if (queue == NULL) {
			queue = g_queue_new();
			g_hash_table_insert(table, g_strdup(key), queue);
		}
		g_queue_push_tail(queue, m);
		g_free(key);
	}
	return table;
}

/* The known message that a seen one is, taken out of the table; NULL when none. */
static struct sync_message *
take_match(GHashTable *table, const struct sync_seen *seen)
{
	char *key = likeness(seen->message_id, seen->size);
	GQueue *queue = g_hash_table_lookup(table, key);
	struct sync_message *m = queue != NULL ? g_queue_pop_head(queue) : NULL;

	g_free(key);
	return m;
}

static bool
note_matches(struct sync_state *db, GHashTable *table, const struct sync_seen *seen,
    guint n_seen, guint *n_matched, GError **error)
{
	for (guint i = 0; i < n_seen; i++) {
		struct sync_message *m = take_match(table, &seen[i]);

		if (m == NULL)
			continue;
		m->uid = seen[i].uid; /* the flags stay as they were: the run brings the
					 new ones */
		if (!sync_state_gone_forget(db, m->folder, m->base, error) ||
		    !sync_state_note(db, m, error))
			return false;
		(*n_matched)++;
	}
	return true;
}

static bool
renumber(struct sync_state *db, gint64 folder, guint32 uidvalidity,
    const struct sync_seen *seen, guint n_seen, guint *n_matched, GError **error)
{
	GArray *known = read_messages(db,
	    sync_state_bind(db, error,
		"SELECT " MESSAGE_COLUMNS " FROM message WHERE folder = ?1 ORDER BY uid",
		"i", folder),
	    error);
	GHashTable *table;
	bool is_good;

	if (known == NULL)
		return false;
	table = index_known(known);
	is_good = sync_state_run(db, error,
		      "INSERT OR REPLACE INTO gone(folder, base, size, message_id, open)"
		      " SELECT folder, base, size, message_id, ?2 FROM message WHERE "
		      "folder = ?1",
		      "ii", folder, (gint64)SYNC_GONE_HELD) &&
		  sync_state_run(
		      db, error, "DELETE FROM message WHERE folder = ?1", "i", folder) &&
		  note_matches(db, table, seen, n_seen, n_matched, error) &&
		  sync_state_confirm(db, error) &&
		  sync_state_run(db, error,
		      "UPDATE folder SET uidvalidity = ?2, uidnext = 0, modseq = 0, "
		      "messages = 0"
		      " WHERE id = ?1",
		      "ii", folder, (gint64)uidvalidity);
	g_hash_table_unref(table);
	g_array_unref(known);
	return is_good;
}

bool
sync_state_renumber(struct sync_state *db, gint64 folder, guint32 uidvalidity,
    const struct sync_seen *seen, guint n_seen, guint *n_matched_out, GError **error)
{
	guint n_matched = 0;

	if (!sync_state_begin(db, error))
		return false;
	if (!renumber(db, folder, uidvalidity, seen, n_seen, &n_matched, error) ||
	    !sync_state_commit(db, error)) {
		sync_state_rollback(db);
		return false;
	}
	if (n_matched_out != NULL)
		*n_matched_out = n_matched;
	return true;
}
