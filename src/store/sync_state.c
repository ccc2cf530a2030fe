/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The database of one account: opening, the lock, statements, folders. */
#include "store/sync_state.h"

#include "store/database.h"
#include "store/maildir_name.h"
#include "store/sync_state_private.h"

#include "base/error.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/file.h>
#include <unistd.h>

#define VERSION 3 /* to be raised with each table and column that comes */

struct sync_state {
	sqlite3 *db;
	GHashTable *statements; /* address of the SQL -> sqlite3_stmt * */
	int lock;
};

/* A commit is not on disk at once: after a power
 * cut the state may be a little older than the files, never torn. That is harmless, since files that
 * it does not know are compared with what the server has before anything is fetched or sent. */
static const char ways[] = "PRAGMA synchronous = NORMAL";
static const char schema[] =
    "CREATE TABLE IF NOT EXISTS folder(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
    " wire TEXT NOT NULL, role TEXT NOT NULL, uidvalidity INTEGER NOT NULL,"
    " uidnext INTEGER NOT NULL, modseq INTEGER NOT NULL, messages INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS message(folder INTEGER NOT NULL, uid INTEGER NOT NULL,"
    " base TEXT NOT NULL, flags TEXT NOT NULL, size INTEGER NOT NULL, message_id TEXT "
    "NOT NULL,"
    " noted INTEGER NOT NULL, PRIMARY KEY(folder, uid)) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS message_base ON message(base);"
    "CREATE INDEX IF NOT EXISTS message_like ON message(size);"
    "CREATE INDEX IF NOT EXISTS message_noted ON message(noted) WHERE noted = 1;"
    "CREATE TABLE IF NOT EXISTS gone(folder INTEGER NOT NULL, base TEXT NOT NULL,"
    " size INTEGER NOT NULL, message_id TEXT NOT NULL, open INTEGER NOT NULL,"
    " since INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(folder, base)) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS gone_base ON gone(base);"
    "CREATE TABLE IF NOT EXISTS pop3(id TEXT PRIMARY KEY, uid INTEGER NOT NULL UNIQUE,"
    " size INTEGER NOT NULL, first INTEGER NOT NULL, indexed INTEGER NOT NULL,"
    " tries INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS refused(folder INTEGER NOT NULL, base TEXT NOT NULL,"
    " why INTEGER NOT NULL, tries INTEGER NOT NULL, next INTEGER NOT NULL,"
    " PRIMARY KEY(folder, base)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS server(id INTEGER PRIMARY KEY, capabilities TEXT NOT NULL);";

/* Columns that came later. */
static const char *const later[] = {
    "ALTER TABLE gone ADD COLUMN since INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE folder ADD COLUMN object TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE message ADD COLUMN part INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE message ADD COLUMN was TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE folder ADD COLUMN max_age INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE folder ADD COLUMN max_size INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE folder ADD COLUMN words INTEGER NOT NULL DEFAULT 0",
};

static bool
fail(struct sync_state *db, GError **error)
{
	return database_fail(db->db, "the state of the mail account cannot be read or written", error);
}

static void
finalize(gpointer st)
{
	sqlite3_finalize(st);
}

static bool
take_lock(struct sync_state *db, const char *path, const char *account, GError **error)
{
	db->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (db->lock >= 0 && flock(db->lock, LOCK_EX | LOCK_NB) == 0)
		return true;
	if (db->lock >= 0 && errno == EWOULDBLOCK)
		g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY,
		    "account \"%s\" is being synchronised already; try again when that "
		    "has ended",
		    account);
	else
		g_set_error(
		    error, PF_ERROR, PF_ERROR_IO, "%s: %s", path, g_strerror(errno));
	return false;
}

static int
version(struct sync_state *db)
{
	sqlite3_stmt *st = NULL;
	int n = 0;

	if (sqlite3_prepare_v2(db->db, "PRAGMA user_version", -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return n;
}

/* A new database, or one of an earlier version. */
static bool
bring_up_to_date(struct sync_state *db, GError **error)
{
	char *mark = g_strdup_printf("PRAGMA user_version = %d; COMMIT;", VERSION);
	bool is_good = sqlite3_exec(db->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK &&
		       sqlite3_exec(db->db, schema, NULL, NULL, NULL) == SQLITE_OK;

	for (size_t i = 0; is_good && i < G_N_ELEMENTS(later); i++) {
		int r = sqlite3_exec(db->db, later[i], NULL, NULL, NULL);

		/* SQLITE_ERROR: the column is there; a full disk has a code of its own */
		is_good = r == SQLITE_OK || r == SQLITE_ERROR;
	}
	is_good = is_good && sqlite3_exec(db->db, mark, NULL, NULL, NULL) == SQLITE_OK;
	g_free(mark);
	if (is_good)
		return true;
	(void)fail(db, error);
	(void)sqlite3_exec(db->db, "ROLLBACK", NULL, NULL, NULL); /* nothing can be done about it */
	return false;
}

static bool
open_database(struct sync_state *db, const char *path, GError **error)
{
	db->db = database_open(path, error);
	if (db->db == NULL)
		return false;
	if (sqlite3_exec(db->db, ways, NULL, NULL, NULL) != SQLITE_OK)
		return fail(db, error);
	return version(db) == VERSION || bring_up_to_date(db, error);
}

struct sync_state *
sync_state_open(const char *dir, const char *account, GError **error)
{
	struct sync_state *db = g_new0(struct sync_state, 1);
	char *encoded = maildir_name_encode(account);
	char *path = g_strdup_printf("%s/sync-%s.db", dir, encoded);
	char *lock = g_strdup_printf("%s/sync-%s.lock", dir, encoded);
	bool is_good;

	db->lock = -1;
	db->statements =
	    g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, finalize);
	is_good = file_make_dir(dir, error) && take_lock(db, lock, account, error) &&
		  open_database(db, path, error);
	if (!is_good) {
		g_prefix_error(error, "%s: ", path);
		sync_state_close(db);
		db = NULL;
	}
	g_free(lock);
	g_free(path);
	g_free(encoded);
	return db;
}

void
sync_state_close(struct sync_state *db)
{
	if (db == NULL)
		return;
	g_hash_table_unref(db->statements);
	sqlite3_close(db->db);
	if (db->lock >= 0)
		close(db->lock);
	g_free(db);
}

static sqlite3_stmt *
prepared(struct sync_state *db, const char *sql, GError **error)
{
	sqlite3_stmt *st = g_hash_table_lookup(db->statements, sql);

	if (st != NULL)
		return st;
	if (sqlite3_prepare_v3(db->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL) !=
	    SQLITE_OK) {
		fail(db, error);
		return NULL;
	}
	g_hash_table_insert(db->statements, (gpointer)(guintptr)sql, st);
	return st;
}

static sqlite3_stmt *
bind_list(struct sync_state *db, const char *sql, const char *types, va_list list,
    GError **error)
{
	sqlite3_stmt *st = prepared(db, sql, error);
	int r = SQLITE_OK;

	for (int i = 1; st != NULL && r == SQLITE_OK && *types != '\0'; i++, types++) {
		if (*types == 'i')
			r = sqlite3_bind_int64(st, i, va_arg(list, gint64));
		else
			r = sqlite3_bind_text(
			    st, i, va_arg(list, const char *), -1, SQLITE_TRANSIENT);
	}
	if (st != NULL && r != SQLITE_OK) {
		fail(db, error);
		return NULL;
	}
	return st;
}

sqlite3_stmt *
sync_state_bind(
    struct sync_state *db, GError **error, const char *sql, const char *types, ...)
{
	sqlite3_stmt *st;
	va_list list;

	va_start(list, types);
	st = bind_list(db, sql, types, list, error);
	va_end(list);
	return st;
}

int
sync_state_step(struct sync_state *db, sqlite3_stmt *st, GError **error)
{
	int r = sqlite3_step(st);

	if (r == SQLITE_ROW)
		return 1;
	if (r != SQLITE_DONE)
		fail(db, error);
	sqlite3_reset(st);
	return r == SQLITE_DONE ? 0 : -1;
}

bool
sync_state_run(
    struct sync_state *db, GError **error, const char *sql, const char *types, ...)
{
	sqlite3_stmt *st;
	va_list list;

	va_start(list, types);
	st = bind_list(db, sql, types, list, error);
	va_end(list);
	return st != NULL && sync_state_step(db, st, error) == 0;
}

char *
sync_state_text(sqlite3_stmt *st, int column)
{
	const unsigned char *text = sqlite3_column_text(st, column);

	return g_strdup(text != NULL ? (const char *)text : "");
}

gint64
sync_state_last_id(struct sync_state *db)
{
	return sqlite3_last_insert_rowid(db->db);
}

bool
sync_state_begin(struct sync_state *db, GError **error)
{
	return sync_state_run(db, error, "BEGIN IMMEDIATE", "");
}

void
sync_state_durable(struct sync_state *db, bool is_on)
{
	(void)sqlite3_exec(db->db, is_on ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL",
	    NULL, NULL, NULL); /* cannot fail between transactions */
}

bool
sync_state_commit(struct sync_state *db, GError **error)
{
	return sync_state_run(db, error, "COMMIT", "");
}

void
sync_state_rollback(struct sync_state *db)
{
	if (sqlite3_get_autocommit(db->db) == 0)
		(void)sync_state_run(
		    db, NULL, "ROLLBACK", ""); /* nothing can be done about it */
}

bool
sync_state_folder(
    struct sync_state *db, const char *name, struct sync_folder *out, GError **error)
{
	sqlite3_stmt *st = sync_state_bind(db, error,
	    "SELECT id, uidvalidity, uidnext, modseq, messages, max_age, max_size, words FROM folder"
	    " WHERE name = ?1",
	    "s", name);
	int r;

	*out = (struct sync_folder){0};
	if (st == NULL)
		return false;
	r = sync_state_step(db, st, error);
	if (r == 1) {
		out->id = sqlite3_column_int64(st, 0);
		out->uidvalidity = (guint32)sqlite3_column_int64(st, 1);
		out->uidnext = (guint32)sqlite3_column_int64(st, 2);
		out->modseq = (guint64)sqlite3_column_int64(st, 3);
		out->messages = (guint32)sqlite3_column_int64(st, 4);
		out->max_age = (guint64)sqlite3_column_int64(st, 5);
		out->max_size = (guint64)sqlite3_column_int64(st, 6);
		out->words = sqlite3_column_int64(st, 7);
		sqlite3_reset(st);
	}
	return r >= 0;
}

bool
sync_state_folder_put(struct sync_state *db, const char *name, const char *wire,
    const char *role, struct sync_folder *folder, GError **error)
{
	if (folder->id == 0) {
		if (!sync_state_run(db, error,
			"INSERT INTO folder(name, wire, role, uidvalidity, uidnext, "
			"modseq, messages)"
			" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
			"sssiiii", name, wire, role, (gint64)folder->uidvalidity,
			(gint64)folder->uidnext, (gint64)folder->modseq,
			(gint64)folder->messages))
			return false;
		folder->id = sync_state_last_id(db);
		return true;
	}
	return sync_state_run(db, error,
	    "UPDATE folder SET wire = ?2, role = ?3, uidvalidity = ?4, uidnext = ?5, "
	    "modseq = ?6,"
	    " messages = ?7, max_age = ?8, max_size = ?9, words = ?10 WHERE id = ?1",
	    "issiiiiiii", folder->id, wire, role, (gint64)folder->uidvalidity,
	    (gint64)folder->uidnext, (gint64)folder->modseq, (gint64)folder->messages,
	    (gint64)folder->max_age, (gint64)folder->max_size, folder->words);
}

/* The one text that the statement gives; NULL when there is none. */
static char *
first_text(struct sync_state *db, sqlite3_stmt *st)
{
	char *text = NULL;

	if (st != NULL && sync_state_step(db, st, NULL) == 1) {
		text = sync_state_text(st, 0);
		sqlite3_reset(st);
	}
	return text;
}

char *
sync_state_folder_name(struct sync_state *db, gint64 id)
{
	return first_text(db,
	    sync_state_bind(db, NULL, "SELECT name FROM folder WHERE id = ?1", "i", id));
}

char *
sync_state_folder_wire(struct sync_state *db, gint64 id)
{
	char *wire = first_text(db,
	    sync_state_bind(db, NULL, "SELECT wire FROM folder WHERE id = ?1", "i", id));

	return wire != NULL ? wire : g_strdup("");
}

char *
sync_state_folder_object(struct sync_state *db, gint64 id)
{
	char *object = first_text(db,
	    sync_state_bind(db, NULL, "SELECT object FROM folder WHERE id = ?1", "i", id));

	return object != NULL ? object : g_strdup("");
}

bool
sync_state_folder_set_object(
    struct sync_state *db, gint64 id, const char *object, GError **error)
{
	return sync_state_run(
	    db, error, "UPDATE folder SET object = ?2 WHERE id = ?1", "is", id, object);
}

bool
sync_state_folder_rename(struct sync_state *db, const char *from, const char *to,
    const char *wire, GError **error)
{
	return sync_state_run(db, error,
		   "UPDATE OR REPLACE gone SET folder = (SELECT id FROM folder WHERE name = ?1)"
		   " WHERE folder = (SELECT id FROM folder WHERE name = ?2)",
		   "ss", from, to) &&
	       sync_state_run(db, error, "DELETE FROM folder WHERE name = ?1", "s", to) &&
	       sync_state_run(db, error,
		   "UPDATE folder SET name = ?2, wire = ?3 WHERE name = ?1", "sss", from, to,
		   wire);
}

char *
sync_state_folder_of_role(struct sync_state *db, const char *role)
{
	return first_text(
	    db, sync_state_bind(db, NULL,
		    "SELECT name FROM folder WHERE role = ?1 ORDER BY id LIMIT 1", "s",
		    role));
}

char *
sync_state_capabilities(struct sync_state *db)
{
	return first_text(
	    db, sync_state_bind(db, NULL, "SELECT capabilities FROM server WHERE id = 1", ""));
}

bool
sync_state_set_capabilities(struct sync_state *db, const char *text, GError **error)
{
	return sync_state_run(
	    db, error, "INSERT OR REPLACE INTO server(id, capabilities) VALUES(1, ?1)", "s", text);
}

bool
sync_state_each_folder(
    struct sync_state *db, sync_state_folder_fn fn, void *user, GError **error)
{
	sqlite3_stmt *st = sync_state_bind(db, error,
	    "SELECT id, uidvalidity, uidnext, modseq, messages, name FROM folder", "");
	int r = -1;

	while (st != NULL && (r = sync_state_step(db, st, error)) == 1) {
		struct sync_folder f = {.id = sqlite3_column_int64(st, 0),
		    .uidvalidity = (guint32)sqlite3_column_int64(st, 1),
		    .uidnext = (guint32)sqlite3_column_int64(st, 2),
		    .modseq = (guint64)sqlite3_column_int64(st, 3),
		    .messages = (guint32)sqlite3_column_int64(st, 4)};
		char *name = sync_state_text(st, 5);

		fn(user, name, &f);
		g_free(name);
	}
	return r == 0;
}
