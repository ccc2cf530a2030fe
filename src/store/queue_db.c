/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue_db.c - queue.db: schema, statements, transactions. */
#include "store/queue_db.h"

#include "base/error.h"

#include <stdarg.h>

#define BUSY_MS 10000

struct queue_db {
	sqlite3 *db;
	sqlite3_stmt *statements[QUEUE_DB_N];
	unsigned depth; /* of transactions */
};

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS letter(id TEXT PRIMARY KEY, account TEXT NOT NULL,"
    " sender TEXT NOT NULL, header_from TEXT NOT NULL, header_to TEXT NOT NULL,"
    " subject TEXT NOT NULL, message_id TEXT NOT NULL, sha256 TEXT NOT NULL,"
    " size INTEGER NOT NULL, draft TEXT, answers TEXT, state TEXT NOT NULL,"
    " said TEXT NOT NULL DEFAULT '', created INTEGER NOT NULL, next_try INTEGER NOT NULL,"
    " attempts INTEGER NOT NULL DEFAULT 0, step_copy INTEGER NOT NULL,"
    " step_answered INTEGER NOT NULL, settled INTEGER NOT NULL DEFAULT 0);"
    "CREATE INDEX IF NOT EXISTS letter_state ON letter(state);"
    "CREATE TABLE IF NOT EXISTS recipient(letter TEXT NOT NULL REFERENCES letter(id),"
    " n INTEGER NOT NULL, address TEXT NOT NULL, fate TEXT NOT NULL DEFAULT 'pending',"
    " reply TEXT NOT NULL DEFAULT '', PRIMARY KEY(letter, n)) WITHOUT ROWID;";

#define COLUMNS                                                                          \
	"SELECT id, account, sender, header_from, header_to, subject, message_id, "      \
	"sha256, size, draft,"                                                           \
	" answers, state, said, created, next_try, attempts, step_copy, step_answered "  \
	"FROM letter"

/* clang-format off */
static const char *const statements[QUEUE_DB_N] = {
	[QUEUE_DB_BEGIN] = "BEGIN IMMEDIATE",
	[QUEUE_DB_COMMIT] = "COMMIT",
	[QUEUE_DB_ROLLBACK] = "ROLLBACK",
	[QUEUE_DB_ADD] = "INSERT INTO letter(id, account, sender, header_from, header_to, subject,"
	    " message_id, sha256, size, draft, answers, state, created, next_try, step_copy,"
	    " step_answered) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,"
	    " ?16)",
	[QUEUE_DB_ADD_RECIPIENT] = "INSERT INTO recipient(letter, n, address) VALUES(?1, ?2, ?3)",
	[QUEUE_DB_GET] = COLUMNS " WHERE id = ?1",
	[QUEUE_DB_LIST] = COLUMNS " WHERE ?1 OR state NOT IN ('sent', 'cancelled')"
	    " OR (state = 'sent' AND (step_copy = 1 OR step_answered = 1)) ORDER BY rowid",
	[QUEUE_DB_RECIPIENTS] = "SELECT address, fate, reply FROM recipient WHERE letter = ?1 ORDER BY n",
	[QUEUE_DB_STATE] = "SELECT state FROM letter WHERE id = ?1",
	[QUEUE_DB_MOVE] = "UPDATE letter SET state = ?3 WHERE id = ?1 AND state = ?2",
	[QUEUE_DB_CLAIM] = "UPDATE letter SET state = ?3, attempts = attempts + 1"
	    " WHERE id = ?1 AND state = ?2",
	[QUEUE_DB_RESULT] = "UPDATE letter SET said = ?2, next_try = ?3,"
	    " settled = CAST(strftime('%s', 'now') AS INTEGER) WHERE id = ?1",
	[QUEUE_DB_RECIPIENT_RESULT] = "UPDATE recipient SET fate = ?3, reply = ?4"
	    " WHERE letter = ?1 AND n = ?2",
	[QUEUE_DB_RECIPIENTS_RETRY] = "UPDATE recipient SET fate = 'pending' WHERE letter = ?1"
	    " AND fate IN ('failed', 'uncertain', 'deferred')",
	[QUEUE_DB_LEAVE_NOW] = "UPDATE letter SET next_try = 0 WHERE id = ?1",
	[QUEUE_DB_STEP_COPY] = "UPDATE letter SET step_copy = 2 WHERE id = ?1",
	[QUEUE_DB_STEP_ANSWERED] = "UPDATE letter SET step_answered = 2 WHERE id = ?1",
	[QUEUE_DB_NEXT_TRY] = "SELECT min(max(next_try, 1)) FROM letter"
	    " WHERE state IN ('ready', 'scheduled', 'deferred')",
};
/* clang-format on */

static bool
fail(struct queue_db *db, GError **error)
{
	int code = sqlite3_errcode(db->db);

	if (error != NULL && *error == NULL)
		g_set_error(error, PF_ERROR,
		    code == SQLITE_BUSY ? PF_ERROR_TEMPORARY : PF_ERROR_IO,
		    "the queue's ledger: %s", sqlite3_errmsg(db->db));
	return false;
}

static bool
set_up(struct queue_db *db, GError **error)
{
	/* FULL: with WAL, NORMAL would lose the newest commits in a power cut, and with
	 * them a "dot" */
	if (sqlite3_busy_timeout(db->db, BUSY_MS) != SQLITE_OK ||
	    sqlite3_exec(db->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;",
		NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_exec(db->db, schema, NULL, NULL, NULL) != SQLITE_OK)
		return fail(db, error);
	return true;
}

struct queue_db *
queue_db_open(const char *path, GError **error)
{
	struct queue_db *db = g_new0(struct queue_db, 1);

	if (sqlite3_open_v2(path, &db->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
		NULL) == SQLITE_OK &&
	    set_up(db, error))
		return db;
	(void)fail(db, error);
	queue_db_close(db);
	return NULL;
}

void
queue_db_close(struct queue_db *db)
{
	size_t i;

	if (db == NULL)
		return;
	for (i = 0; i < QUEUE_DB_N; i++)
		sqlite3_finalize(db->statements[i]);
	sqlite3_close(db->db);
	g_free(db);
}

sqlite3_stmt *
queue_db_bind(struct queue_db *db, enum queue_statement which, GError **error,
    const char *types, ...)
{
	sqlite3_stmt **st = &db->statements[which];
	va_list args;
	int i;

	if (*st == NULL && sqlite3_prepare_v3(db->db, statements[which], -1,
			       SQLITE_PREPARE_PERSISTENT, st, NULL) != SQLITE_OK) {
		(void)fail(db, error);
		return NULL;
	}
	va_start(args, types);
	for (i = 0; types[i] != '\0'; i++) {
		/* TRANSIENT: statements of a list outlive the caller's strings */
		if (types[i] == 's')
			sqlite3_bind_text(
			    *st, i + 1, va_arg(args, const char *), -1, SQLITE_TRANSIENT);
		else
			sqlite3_bind_int64(*st, i + 1, va_arg(args, gint64));
	}
	va_end(args);
	return *st;
}

int
queue_db_step(struct queue_db *db, sqlite3_stmt *st, GError **error)
{
	int code = sqlite3_step(st);

	if (code == SQLITE_ROW)
		return 1;
	if (code != SQLITE_DONE)
		(void)fail(db, error);
	queue_db_end(st);
	return code == SQLITE_DONE ? 0 : -1;
}

void
queue_db_end(sqlite3_stmt *st)
{
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
}

bool
queue_db_run(struct queue_db *db, sqlite3_stmt *st, GError **error)
{
	int code;

	if (st == NULL)
		return false;
	while ((code = queue_db_step(db, st, error)) > 0)
		;
	return code == 0;
}

int
queue_db_changes(struct queue_db *db)
{
	return sqlite3_changes(db->db);
}

char *
queue_db_text(sqlite3_stmt *st, int column)
{
	return g_strdup((const char *)sqlite3_column_text(st, column));
}

bool
queue_db_begin(struct queue_db *db, GError **error)
{
	if (db->depth == 0 &&
	    !queue_db_run(db, queue_db_bind(db, QUEUE_DB_BEGIN, error, ""), error))
		return false;
	db->depth++;
	return true;
}

bool
queue_db_commit(struct queue_db *db, GError **error)
{
	if (db->depth == 0) {
		g_set_error(error, PF_ERROR, PF_ERROR_IO,
		    "the queue's ledger: a change was undone");
		return false;
	}
	if (--db->depth > 0)
		return true;
	if (queue_db_run(db, queue_db_bind(db, QUEUE_DB_COMMIT, error, ""), error))
		return true;
	(void)queue_db_run(db, queue_db_bind(db, QUEUE_DB_ROLLBACK, NULL, ""), NULL);
	return false;
}

void
queue_db_rollback(struct queue_db *db)
{
	db->depth = 0;
	if (sqlite3_get_autocommit(db->db) == 0)
		(void)queue_db_run(
		    db, queue_db_bind(db, QUEUE_DB_ROLLBACK, NULL, ""), NULL);
}
