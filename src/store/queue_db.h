/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue_db.h - the ledger's statements; private to queue*.c. */
#ifndef PENFOLD_STORE_QUEUE_DB_H
#define PENFOLD_STORE_QUEUE_DB_H

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>

enum queue_statement {
	QUEUE_DB_BEGIN,
	QUEUE_DB_COMMIT,
	QUEUE_DB_ROLLBACK,
	QUEUE_DB_ADD,
	QUEUE_DB_ADD_RECIPIENT,
	QUEUE_DB_GET,
	QUEUE_DB_LIST,
	QUEUE_DB_BY_MESSAGE_ID,
	QUEUE_DB_RECIPIENTS,
	QUEUE_DB_STATE,
	QUEUE_DB_MOVE,
	QUEUE_DB_CLAIM,
	QUEUE_DB_RESULT,
	QUEUE_DB_RECIPIENT_RESULT,
	QUEUE_DB_RECIPIENTS_RETRY,
	QUEUE_DB_RECIPIENTS_FOUND,
	QUEUE_DB_RECIPIENTS_FORGIVE,
	QUEUE_DB_RECIPIENT_REPORT,
	QUEUE_DB_TOLD,
	QUEUE_DB_WARNED,
	QUEUE_DB_LEAVE_NOW,
	QUEUE_DB_LEAVE_AT,
	QUEUE_DB_ATTEMPT,
	QUEUE_DB_ATTEMPTS_OF,
	QUEUE_DB_ATTEMPTS_SINCE,
	QUEUE_DB_SENT_SINCE,
	QUEUE_DB_OLD_ATTEMPTS,
	QUEUE_DB_OLD_RECIPIENTS,
	QUEUE_DB_OLD_LETTERS,
	QUEUE_DB_DEPTH,
	QUEUE_DB_LIVES,
	QUEUE_DB_TROUBLE,
	QUEUE_DB_TROUBLE_LIST,
	QUEUE_DB_TROUBLE_GET,
	QUEUE_DB_TROUBLE_CLEAR,
	QUEUE_DB_STEP_COPY,
	QUEUE_DB_STEP_ANSWERED,
	QUEUE_DB_NEXT_TRY,
	QUEUE_DB_N,
};

struct queue_db;

/* Open or make the ledger. */
struct queue_db *queue_db_open(const char *path, GError **error);
/* One that cannot be written, as it lay when it was closed last; an empty one where there is none. */
struct queue_db *queue_db_open_frozen(const char *path, GError **error);
void queue_db_close(struct queue_db *db);

/* Bind by types ("s" text or NULL, "i" gint64) and give the statement, ready to step;
 * NULL and error when it cannot be prepared. It is the caller's until queue_db_end(). */
sqlite3_stmt *queue_db_bind(struct queue_db *db, enum queue_statement which,
    GError **error, const char *types, ...);
/* 1: a row, 0: the end (reset already), -1: error (reset already). */
int queue_db_step(struct queue_db *db, sqlite3_stmt *st, GError **error);
void queue_db_end(sqlite3_stmt *st);
/* Step to the end. */
bool queue_db_run(struct queue_db *db, sqlite3_stmt *st, GError **error);
/* Rows changed by the last statement. */
int queue_db_changes(struct queue_db *db);
char *queue_db_text(sqlite3_stmt *st, int column);

/* Transactions nest: only the outermost one begins and commits. */
bool queue_db_begin(struct queue_db *db, GError **error);
bool queue_db_commit(struct queue_db *db, GError **error);
void queue_db_rollback(struct queue_db *db);

#endif
