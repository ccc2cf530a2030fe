/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue_db.c - queue.db: schema, statements, transactions. */
#include "store/queue_db.h"

#include "base/error.h"
#include "store/database.h"

#include <glib/gstdio.h>
#include <stdarg.h>

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

/* What came with version 2: columns, the audit, addresses that gave trouble. */
static const char upgrade_2[] =
    "ALTER TABLE letter ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE letter ADD COLUMN notify TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE letter ADD COLUMN require_tls INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE letter ADD COLUMN warned INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE recipient ADD COLUMN status TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE recipient ADD COLUMN code INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE recipient ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE recipient ADD COLUMN next_try INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE recipient ADD COLUMN told INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE recipient ADD COLUMN report TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE recipient ADD COLUMN report_said TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE recipient ADD COLUMN report_time INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX letter_message_id ON letter(message_id);"
    "CREATE TABLE attempt(n INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL,"
    " letter TEXT NOT NULL, account TEXT NOT NULL, address TEXT NOT NULL,"
    " domain TEXT NOT NULL, host TEXT NOT NULL, fate TEXT NOT NULL, code INTEGER NOT "
    "NULL,"
    " status TEXT NOT NULL, reply TEXT NOT NULL, tls TEXT NOT NULL, delay INTEGER NOT "
    "NULL);"
    "CREATE INDEX attempt_time ON attempt(time);"
    "CREATE INDEX attempt_letter ON attempt(letter);"
    "CREATE TABLE trouble(address TEXT PRIMARY KEY, kind TEXT NOT NULL, reason TEXT NOT "
    "NULL,"
    " time INTEGER NOT NULL, letter TEXT NOT NULL) WITHOUT ROWID;"
    "PRAGMA user_version = 2;";

#define COLUMNS                                                                          \
	"SELECT id, account, sender, header_from, header_to, subject, message_id, "      \
	"sha256, size, draft,"                                                           \
	" answers, state, said, created, next_try, attempts, step_copy, "                \
	"step_answered, priority, notify, require_tls, warned, settled FROM letter"

/* clang-format off */
static const char *const statements[QUEUE_DB_N] = {
	[QUEUE_DB_BEGIN] = "BEGIN IMMEDIATE",
	[QUEUE_DB_COMMIT] = "COMMIT",
	[QUEUE_DB_ROLLBACK] = "ROLLBACK",
	[QUEUE_DB_ADD] = "INSERT INTO letter(id, account, sender, header_from, header_to, subject,"
	    " message_id, sha256, size, draft, answers, state, created, next_try, step_copy,"
	    " step_answered, priority, notify, require_tls) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
	    " ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
	[QUEUE_DB_ADD_RECIPIENT] = "INSERT INTO recipient(letter, n, address) VALUES(?1, ?2, ?3)",
	[QUEUE_DB_GET] = COLUMNS " WHERE id = ?1",
	[QUEUE_DB_LIST] = COLUMNS " WHERE ?1 OR state NOT IN ('sent', 'cancelled')"
	    " OR (state = 'sent' AND (step_copy = 1 OR step_answered = 1)) ORDER BY rowid",
	[QUEUE_DB_BY_MESSAGE_ID] = COLUMNS " WHERE message_id = ?1 ORDER BY rowid",
	[QUEUE_DB_RECIPIENTS] = "SELECT address, fate, reply, status, code, attempts, next_try, told,"
	    " report, report_said, report_time FROM recipient WHERE letter = ?1 ORDER BY n",
	[QUEUE_DB_STATE] = "SELECT state FROM letter WHERE id = ?1",
	[QUEUE_DB_MOVE] = "UPDATE letter SET state = ?3 WHERE id = ?1 AND state = ?2",
	/* one that the user holds has no time of its own, and is not claimed */
	[QUEUE_DB_CLAIM] = "UPDATE letter SET state = ?3, attempts = attempts + 1"
	    " WHERE id = ?1 AND state = ?2 AND (state != 'held' OR next_try > 0)",
	[QUEUE_DB_RESULT] = "UPDATE letter SET said = ?2, next_try = ?3,"
	    " settled = CAST(strftime('%s', 'now') AS INTEGER) WHERE id = ?1",
	[QUEUE_DB_RECIPIENT_RESULT] = "UPDATE recipient SET fate = ?3, reply = ?4, status = ?5,"
	    " code = ?6, attempts = ?7, next_try = ?8 WHERE letter = ?1 AND n = ?2",
	[QUEUE_DB_RECIPIENTS_RETRY] = "UPDATE recipient SET fate = 'pending', next_try = 0, told = 0"
	    " WHERE letter = ?1 AND (fate IN ('uncertain', 'deferred', 'pending') OR (fate = 'failed' AND ?2))",
	[QUEUE_DB_RECIPIENTS_FOUND] = "UPDATE recipient SET fate = 'sent', reply = ?2"
	    " WHERE letter = ?1 AND fate = 'uncertain'",
	[QUEUE_DB_RECIPIENTS_FORGIVE] = "UPDATE recipient SET status = ''"
	    " WHERE letter = ?1 AND fate = 'deferred' AND code = 0 AND status = '4.4.2'",
	[QUEUE_DB_RECIPIENT_REPORT] = "UPDATE recipient SET report = ?3, report_said = ?4,"
	    " report_time = ?5 WHERE letter = ?1 AND n = ?2",
	[QUEUE_DB_TOLD] = "UPDATE recipient SET told = 1 WHERE letter = ?1 AND fate = 'failed'",
	[QUEUE_DB_WARNED] = "UPDATE letter SET warned = 1 WHERE id = ?1",
	[QUEUE_DB_LEAVE_NOW] = "UPDATE letter SET next_try = 0 WHERE id = ?1",
	[QUEUE_DB_LEAVE_AT] = "UPDATE letter SET next_try = ?2, said = ?3 WHERE id = ?1",
	[QUEUE_DB_ATTEMPT] = "INSERT INTO attempt(time, letter, account, address, domain, host, fate,"
	    " code, status, reply, tls, delay) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
	[QUEUE_DB_ATTEMPTS_OF] = "SELECT time, letter, account, address, domain, host, fate, code, status,"
	    " reply, tls, delay FROM attempt WHERE letter = ?1 ORDER BY n",
	[QUEUE_DB_ATTEMPTS_SINCE] = "SELECT time, letter, account, address, domain, host, fate, code,"
	    " status, reply, tls, delay FROM attempt WHERE time >= ?1 ORDER BY n",
	[QUEUE_DB_SENT_SINCE] = "SELECT count(*), min(time) FROM attempt WHERE account = ?1"
	    " AND fate = 'sent' AND time > ?2",
	[QUEUE_DB_OLD_ATTEMPTS] = "DELETE FROM attempt WHERE time < ?1",
	[QUEUE_DB_OLD_RECIPIENTS] = "DELETE FROM recipient WHERE letter IN (SELECT id FROM letter WHERE"
	    " settled < ?1 AND created < ?1 AND (state = 'cancelled' OR (state = 'sent'"
	    " AND step_copy != 1 AND step_answered != 1)))",
	[QUEUE_DB_OLD_LETTERS] = "DELETE FROM letter WHERE settled < ?1 AND created < ?1"
	    " AND (state = 'cancelled' OR (state = 'sent' AND step_copy != 1 AND step_answered != 1))",
	[QUEUE_DB_DEPTH] = "SELECT state, count(*), min(created) FROM letter"
	    " WHERE state NOT IN ('sent', 'cancelled') GROUP BY state",
	[QUEUE_DB_LIVES] = "SELECT created, CASE WHEN state IN ('sent', 'cancelled')"
	    " THEN max(settled, created) ELSE ?2 END FROM letter WHERE created <= ?2"
	    " AND (state NOT IN ('sent', 'cancelled') OR settled >= ?1)",
	[QUEUE_DB_TROUBLE] = "INSERT INTO trouble(address, kind, reason, time, letter)"
	    " VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(address) DO UPDATE SET kind = ?2, reason = ?3,"
	    " time = ?4, letter = ?5",
	[QUEUE_DB_TROUBLE_LIST] = "SELECT address, kind, reason, time, letter FROM trouble ORDER BY time DESC",
	[QUEUE_DB_TROUBLE_GET] = "SELECT address, kind, reason, time, letter FROM trouble WHERE address = ?1",
	[QUEUE_DB_TROUBLE_CLEAR] = "DELETE FROM trouble WHERE address = ?1",
	[QUEUE_DB_STEP_COPY] = "UPDATE letter SET step_copy = 2 WHERE id = ?1",
	[QUEUE_DB_STEP_ANSWERED] = "UPDATE letter SET step_answered = 2 WHERE id = ?1",
	[QUEUE_DB_NEXT_TRY] = "SELECT min(max(next_try, 1)) FROM letter"
	    " WHERE state IN ('ready', 'scheduled', 'deferred') OR (state = 'held' AND next_try > 0)",
};
/* clang-format on */

static bool
fail(struct queue_db *db, GError **error)
{
	return database_fail(db->db, "the queue's ledger", error);
}

static int
version_of(struct queue_db *db)
{
	sqlite3_stmt *st = NULL;
	int version = -1;

	if (sqlite3_prepare_v2(db->db, "PRAGMA user_version", -1, &st, NULL) ==
		SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		version = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return version;
}

/* Whole or not at all, whoever of two programs comes first. */
static bool
upgrade(struct queue_db *db, GError **error)
{
	bool good;

	if (version_of(db) >= 2)
		return true;
	if (sqlite3_exec(db->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
		return fail(db, error);
	good = sqlite3_exec(db->db, schema, NULL, NULL, NULL) == SQLITE_OK &&
	       (version_of(db) >= 2 ||
		   sqlite3_exec(db->db, upgrade_2, NULL, NULL, NULL) == SQLITE_OK) &&
	       sqlite3_exec(db->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
	if (good)
		return true;
	(void)fail(db, error);
	(void)sqlite3_exec(db->db, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

static bool
set_up(struct queue_db *db, GError **error)
{
	/* FULL: with WAL, NORMAL would lose the newest commits in a power cut, and with
	 * them a "dot" */
	if (sqlite3_exec(db->db, "PRAGMA synchronous = FULL", NULL, NULL, NULL) != SQLITE_OK)
		return fail(db, error);
	return upgrade(db, error);
}

struct queue_db *
queue_db_open(const char *path, GError **error)
{
	struct queue_db *db = g_new0(struct queue_db, 1);

	db->db = database_open(path, error);
	if (db->db != NULL && set_up(db, error))
		return db;
	queue_db_close(db);
	return NULL;
}

/* The ledger, or the log beside it. */
static bool
holds_anything(const char *path)
{
	char *wal = g_strconcat(path, "-wal", NULL);
	GStatBuf st;
	bool does = (g_stat(path, &st) == 0 && st.st_size > 0) || (g_stat(wal, &st) == 0 && st.st_size > 0);

	g_free(wal);
	return does;
}

struct queue_db *
queue_db_open_frozen(const char *path, GError **error)
{
	struct queue_db *db = g_new0(struct queue_db, 1);
	bool is_there = holds_anything(path), is_good;

	if (is_there)
		db->db = database_open_frozen(path, error);
	else if (sqlite3_open(":memory:", &db->db) != SQLITE_OK)
		(void)fail(db, error);
	is_good = db->db != NULL;
	if (is_good && is_there) /* all may be in a log that is not read here: that is no empty outbox */
		is_good = sqlite3_exec(db->db, "SELECT 1 FROM letter LIMIT 1", NULL, NULL, NULL) == SQLITE_OK || fail(db, error);
	else if (is_good)
		is_good = set_up(db, error);
	if (is_good)
		return db;
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
