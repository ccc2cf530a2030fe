/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state.db: its schema, its statements, transactions, the crash marker and the dirty threads. */
#include "store/state_private.h"

#include "base/placeholder.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "store/database.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#define SUBJECT_MAX 8192 /* a path with its NUL */

struct state_db {
	sqlite3 *db;
	sqlite3_stmt *statements[STATE_N_STATEMENTS];
	int working; /* the crash marker's file */
	bool is_frozen;
};

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS verdict(sha256 TEXT PRIMARY KEY, label TEXT NOT NULL,"
    " json TEXT NOT NULL, stored INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS retry(sha256 TEXT PRIMARY KEY, attempts INTEGER NOT NULL,"
    " next INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS changed(sha256 TEXT PRIMARY KEY, before TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS key(name TEXT, record TEXT, first_seen INTEGER NOT NULL,"
    " last_seen INTEGER NOT NULL, secure INTEGER NOT NULL, PRIMARY KEY(name, record)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS file(key TEXT PRIMARY KEY, sha256 TEXT, message_id TEXT NOT NULL,"
    " date INTEGER NOT NULL, size INTEGER NOT NULL, mtime INTEGER NOT NULL,"
    " inode INTEGER NOT NULL, judged INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS file_sha256 ON file(sha256);"
    "CREATE INDEX IF NOT EXISTS file_unjudged ON file(date) WHERE judged = 0;"
    "CREATE TABLE IF NOT EXISTS standin(key TEXT PRIMARY KEY, path TEXT NOT NULL,"
    " standin TEXT NOT NULL, reason TEXT NOT NULL, program TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS standin_path ON standin(standin);"
    "CREATE TABLE IF NOT EXISTS scanned(dir TEXT PRIMARY KEY, uuid TEXT NOT NULL,"
    " mtime INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS crash(subject TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS peer(address TEXT PRIMARY KEY, seen INTEGER NOT NULL,"
    " dated INTEGER NOT NULL, keydata TEXT NOT NULL, mutual INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS arrived(message_id TEXT PRIMARY KEY, since INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS gossip(address TEXT PRIMARY KEY, dated INTEGER NOT NULL,"
    " keydata TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS link(id TEXT PRIMARY KEY, parent TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS dirty(thread TEXT PRIMARY KEY) WITHOUT ROWID;";

/* Of a key's name. Not by LIKE: a domain out of a mail may hold its wildcards. */
#define KEY_DOMAIN "lower(substr(name, instr(name, '._domainkey.') + 12))"

/* clang-format off */
static const char *const statements[STATE_N_STATEMENTS] = {
	[STATE_BEGIN] = "BEGIN IMMEDIATE",
	[STATE_LOOK] = "BEGIN",
	[STATE_COMMIT] = "COMMIT",
	[STATE_ROLLBACK] = "ROLLBACK",
	[STATE_FILE_PUT] = "INSERT OR REPLACE INTO file"
	    "(key, sha256, message_id, date, size, mtime, inode, judged) VALUES(?1, ?2, ?3, ?4, ?5,"
	    " ?6, ?7, EXISTS(SELECT 1 FROM verdict WHERE sha256 = ?2) OR ?1 LIKE '%" PLACEHOLDER_SUFFIX
	    "')", /* a header alone is not judged */
	[STATE_FILE_GET] = "SELECT key, sha256, message_id, date, size, mtime, inode FROM file"
	    " WHERE key = ?1",
	[STATE_FILE_MOVE] = "UPDATE OR REPLACE file SET key = ?2 WHERE key = ?1",
	[STATE_FILE_REMOVE] = "DELETE FROM file WHERE key = ?1",
	[STATE_FILE_OF_SHA256] = "SELECT key, sha256, message_id, date, size, mtime, inode FROM file"
	    " WHERE sha256 = ?1 ORDER BY key",
	[STATE_FILE_JUDGED] = "UPDATE file SET judged = 1 WHERE sha256 = ?1",
	[STATE_UNJUDGED] = "SELECT key, sha256, message_id, date, size, mtime, inode FROM file"
	    " WHERE judged = 0 ORDER BY date DESC LIMIT ?1",
	[STATE_VERDICT_PUT] = "INSERT OR REPLACE INTO verdict(sha256, label, json, stored)"
	    " VALUES(?1, ?2, ?3, ?4)",
	[STATE_VERDICT_GET] = "SELECT json FROM verdict WHERE sha256 = ?1",
	[STATE_VERDICT_LABEL] = "SELECT label FROM verdict WHERE sha256 = ?1",
	[STATE_RETRY_PUT] = "INSERT OR REPLACE INTO retry(sha256, attempts, next) VALUES(?1, ?2, ?3)",
	[STATE_RETRY_GET] = "SELECT attempts FROM retry WHERE sha256 = ?1",
	[STATE_RETRY_REMOVE] = "DELETE FROM retry WHERE sha256 = ?1",
	[STATE_RETRY_DUE] = "SELECT key, sha256, message_id, date, size, mtime, inode FROM retry"
	    " JOIN file USING(sha256) WHERE next <= ?2 GROUP BY sha256 ORDER BY next LIMIT ?1",
	[STATE_RETRY_NEXT] = "SELECT min(next) FROM retry WHERE next > ?1",
	[STATE_CHANGED_PUT] = "INSERT OR IGNORE INTO changed(sha256, before) SELECT ?2,"
	    " ifnull((SELECT before FROM changed WHERE sha256 = file.sha256), sha256) FROM file"
	    " WHERE key = ?1 AND sha256 <> ?2",
	[STATE_CHANGED_GET] = "SELECT json FROM changed JOIN verdict ON verdict.sha256 = before"
	    " WHERE changed.sha256 = ?1",
	[STATE_KEY_SEEN] = "INSERT INTO key(name, record, first_seen, last_seen, secure)"
	    " VALUES(?1, ?2, ?3, ?3, ?4) ON CONFLICT(name, record) DO UPDATE SET"
	    " last_seen = max(last_seen, ?3), first_seen = min(first_seen, ?3), secure = ?4",
	[STATE_FILES_ALL] = "SELECT key, date, size FROM file",
	[STATE_KEYS_BELOW] = "SELECT record, first_seen, last_seen, secure, name FROM key"
	    " WHERE " KEY_DOMAIN " = lower(?1)"
	    " OR substr(" KEY_DOMAIN ", -length(?1) - 1) = '.' || lower(?1)"
	    " OR substr(lower(?1), -length(" KEY_DOMAIN ") - 1) = '.' || " KEY_DOMAIN
	    " ORDER BY last_seen DESC LIMIT 16",
	[STATE_VERDICTS_OF_ACCOUNT] = "SELECT json FROM file JOIN verdict USING(sha256)"
	    " WHERE key >= ?1 || '/' AND key < ?1 || '0' ORDER BY date DESC LIMIT ?2",
	[STATE_KEY_GET] = "SELECT record, first_seen, last_seen, secure, name FROM key WHERE name = ?1"
	    " ORDER BY last_seen DESC LIMIT 16",
	[STATE_STANDIN_PUT] = "INSERT OR REPLACE INTO standin(key, path, standin, reason, program)"
	    " VALUES(?1, ?2, ?3, ?4, ?5)",
	[STATE_STANDIN_GET] = "SELECT key, path, standin, reason, program FROM standin WHERE key = ?1",
	[STATE_STANDIN_OF_PATH] = "SELECT key, path, standin, reason, program FROM standin"
	    " WHERE standin = ?1 ORDER BY key",
	[STATE_STANDIN_ALL] = "SELECT key, path, standin, reason, program FROM standin ORDER BY key",
	[STATE_STANDIN_MOVE] = "UPDATE OR REPLACE standin SET key = ?2, path = ?3 WHERE key = ?1",
	[STATE_STANDIN_REMOVE] = "DELETE FROM standin WHERE key = ?1",
	[STATE_SCANNED_GET] = "SELECT mtime FROM scanned WHERE dir = ?1 AND uuid = ?2",
	[STATE_SCANNED_PUT] = "INSERT OR REPLACE INTO scanned(dir, uuid, mtime) VALUES(?1, ?2, ?3)",
	[STATE_WORKING_COUNT] = "INSERT INTO crash(subject, n) VALUES(?1, 1)"
	    " ON CONFLICT(subject) DO UPDATE SET n = n + 1",
	[STATE_CRASHES] = "SELECT n FROM crash WHERE subject = ?1",
	[STATE_PEER_KEY] = "INSERT INTO peer(address, seen, dated, keydata, mutual) VALUES(?1, ?2, ?2, ?3, ?4)"
	    " ON CONFLICT(address) DO UPDATE SET seen = max(seen, ?2), dated = ?2, keydata = ?3, mutual = ?4"
	    " WHERE dated <= ?2",
	[STATE_PEER_SEEN] = "UPDATE peer SET seen = ?2 WHERE address = ?1 AND seen < ?2",
	[STATE_PEER_GET] = "SELECT seen, dated, keydata, mutual FROM peer WHERE address = ?1",
	[STATE_GOSSIP_PUT] = "INSERT INTO gossip(address, dated, keydata) VALUES(?1, ?2, ?3)"
	    " ON CONFLICT(address) DO UPDATE SET dated = ?2, keydata = ?3 WHERE dated <= ?2",
	[STATE_GOSSIP_GET] = "SELECT keydata FROM gossip WHERE address = ?1",
	[STATE_LINKS] = "SELECT id, parent FROM link ORDER BY id",
	[STATE_LINK_PUT] = "INSERT OR REPLACE INTO link(id, parent) VALUES(?1, ?2)",
	[STATE_LINK_REMOVE] = "DELETE FROM link WHERE id = ?1",
	[STATE_DIRTY_ADD] = "INSERT OR IGNORE INTO dirty(thread) VALUES(?1)",
	[STATE_DIRTY_LIST] = "SELECT thread FROM dirty",
	[STATE_DIRTY_CLEAR] = "DELETE FROM dirty WHERE thread = ?1",
	[STATE_ARRIVED_PUT] = "INSERT OR IGNORE INTO arrived(message_id, since) VALUES(?1, ?2)",
	[STATE_ARRIVED_LIST] = "SELECT message_id FROM arrived WHERE since <= ?2 ORDER BY since LIMIT ?1",
	[STATE_ARRIVED_REMOVE] = "DELETE FROM arrived WHERE message_id = ?1",
};
/* clang-format on */

static bool
fail(struct state_db *db, GError **error)
{
	return database_fail(db->db, "state.db", error);
}

static sqlite3_stmt *
prepared(struct state_db *db, enum state_statement which)
{
	sqlite3_stmt **st = &db->statements[which];

	if (*st == NULL &&
	    sqlite3_prepare_v3(db->db, statements[which], -1, SQLITE_PREPARE_PERSISTENT, st, NULL) !=
		SQLITE_OK)
		log_error("state", "statement=%d: %s", (int)which, sqlite3_errmsg(db->db));
	return *st;
}

sqlite3_stmt *
state_bind(struct state_db *db, enum state_statement which, const char *types, ...)
{
	sqlite3_stmt *st = prepared(db, which);
	va_list args;

	if (st == NULL)
		return NULL;
	va_start(args, types);
	for (int i = 0; types[i] != '\0'; i++) {
		if (types[i] == 's')
			sqlite3_bind_text(st, i + 1, va_arg(args, const char *), -1, SQLITE_STATIC);
		else
			sqlite3_bind_int64(st, i + 1, va_arg(args, gint64));
	}
	va_end(args);
	return st;
}

bool
state_run(struct state_db *db, sqlite3_stmt *st, GError **error)
{
	int code;

	if (st == NULL)
		return fail(db, error);
	do
		code = sqlite3_step(st);
	while (code == SQLITE_ROW);
	if (code != SQLITE_DONE)
		fail(db, error);
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return code == SQLITE_DONE;
}

char *
state_text(sqlite3_stmt *st, int column)
{
	return g_strdup((const char *)sqlite3_column_text(st, column));
}

gint64
state_only_number(sqlite3_stmt *st)
{
	gint64 n = st != NULL && sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;

	sqlite3_reset(st);
	return n;
}

char *
state_only_text(sqlite3_stmt *st)
{
	char *text = st != NULL && sqlite3_step(st) == SQLITE_ROW ? state_text(st, 0) : NULL;

	sqlite3_reset(st);
	return text;
}

static int
open_marker(const char *dir, GError **error)
{
	char *path = g_build_filename(dir, "working", NULL);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: %s", path, g_strerror(errno));
	g_free(path);
	return fd;
}

static bool
set_up(struct state_db *db, GError **error)
{
	return (sqlite3_exec(db->db, "PRAGMA synchronous = FULL", NULL, NULL, NULL) == SQLITE_OK &&
		   sqlite3_exec(db->db, schema, NULL, NULL, NULL) == SQLITE_OK) ||
	    fail(db, error);
}

struct state_db *
state_open(const char *dir, GError **error)
{
	struct state_db *db = g_new0(struct state_db, 1);
	char *path = g_build_filename(dir, "state.db", NULL);
	bool ok;

	db->working = -1;
	ok = file_make_dir(dir, error) && (db->working = open_marker(dir, error)) >= 0 &&
	    (db->db = database_open(path, error)) != NULL && set_up(db, error);
	g_free(path);
	if (ok)
		return db;
	state_close(db);
	return NULL;
}

/* Without a marker: nothing that can kill is begun, since nothing can be written. */
struct state_db *
state_open_frozen(const char *dir, GError **error)
{
	struct state_db *db = g_new0(struct state_db, 1);
	char *path = g_build_filename(dir, "state.db", NULL);

	db->working = -1;
	db->is_frozen = true;
	db->db = database_open_frozen(path, error);
	if (db->db != NULL && sqlite3_exec(db->db, schema, NULL, NULL, NULL) != SQLITE_OK) {
		(void)fail(db, error);
		sqlite3_close(db->db);
		db->db = NULL;
	}
	if (db->db == NULL)
		g_clear_pointer(&db, g_free);
	g_free(path);
	return db;
}

bool
state_is_frozen(const struct state_db *db)
{
	return db->is_frozen;
}

void
state_close(struct state_db *db)
{
	if (db == NULL)
		return;
	for (int i = 0; i < STATE_N_STATEMENTS; i++)
		sqlite3_finalize(db->statements[i]);
	sqlite3_close(db->db);
	if (db->working >= 0)
		close(db->working);
	g_free(db);
}

bool
state_begin(struct state_db *db, GError **error)
{
	return state_run(db, state_bind(db, STATE_BEGIN, ""), error);
}

bool
state_look_begin(struct state_db *db)
{
	return sqlite3_get_autocommit(db->db) != 0 && state_run(db, state_bind(db, STATE_LOOK, ""), NULL);
}

void
state_look_end(struct state_db *db, bool has_begun)
{
	if (has_begun)
		state_rollback(db);
}

bool
state_commit(struct state_db *db, GError **error)
{
	if (state_run(db, state_bind(db, STATE_COMMIT, ""), error))
		return true;
	state_rollback(db);
	return false;
}

void
state_rollback(struct state_db *db)
{
	if (sqlite3_get_autocommit(db->db) == 0)
		(void)state_run(db, state_bind(db, STATE_ROLLBACK, ""), NULL);
}

/* The marker is a file of its own, DIR/working: it need not outlive the machine, only this process,
 * and a message should not cost a transaction. */
bool
state_working_begin(struct state_db *db, const char *subject, GError **error)
{
	size_t len = strlen(subject) + 1;

	if (db->is_frozen) {
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "the state folder takes nothing: its disk is full, or it can only be "
							  "read. Mail can be read meanwhile");
		return false;
	}
	if (pwrite(db->working, subject, len, 0) == (ssize_t)len)
		return true;
	g_set_error(error, PF_ERROR, PF_ERROR_IO, "the crash marker cannot be written: %s",
	    g_strerror(errno));
	return false;
}

bool
state_working_end(struct state_db *db, GError **error)
{
	return state_working_begin(db, "", error);
}

bool
state_working_recover(struct state_db *db, GError **error)
{
	char subject[SUBJECT_MAX];
	ssize_t len = pread(db->working, subject, sizeof(subject) - 1, 0);

	if (len <= 0 || subject[0] == '\0')
		return true;
	subject[len] = '\0';
	return state_run(db, state_bind(db, STATE_WORKING_COUNT, "s", subject), error) &&
	    state_working_end(db, error);
}

unsigned
state_crashes(struct state_db *db, const char *subject)
{
	return (unsigned)state_only_number(state_bind(db, STATE_CRASHES, "s", subject));
}

bool
state_dirty_add(struct state_db *db, const char *thread, GError **error)
{
	return state_run(db, state_bind(db, STATE_DIRTY_ADD, "s", thread), error);
}

GPtrArray *
state_dirty_list(struct state_db *db)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
	sqlite3_stmt *st = state_bind(db, STATE_DIRTY_LIST, "");

	while (st != NULL && sqlite3_step(st) == SQLITE_ROW)
		g_ptr_array_add(out, state_text(st, 0));
	sqlite3_reset(st);
	return out;
}

bool
state_dirty_clear(struct state_db *db, const GPtrArray *threads, GError **error)
{
	bool ok = threads->len == 0 || state_begin(db, error);

	for (guint i = 0; ok && i < threads->len; i++)
		ok = state_run(db, state_bind(db, STATE_DIRTY_CLEAR, "s", g_ptr_array_index(threads, i)), error);
	if (ok)
		return threads->len == 0 || state_commit(db, error);
	state_rollback(db);
	return false;
}
