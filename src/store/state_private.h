/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state_private.h - the statements of state.db, shared by its files. */
#ifndef PENFOLD_STORE_STATE_PRIVATE_H
#define PENFOLD_STORE_STATE_PRIVATE_H

#include "store/state.h"

#include <sqlite3.h>

enum state_statement {
	STATE_BEGIN,
	STATE_LOOK,
	STATE_COMMIT,
	STATE_ROLLBACK,
	STATE_FILE_PUT,
	STATE_FILE_GET,
	STATE_FILE_MOVE,
	STATE_FILE_REMOVE,
	STATE_FILE_OF_SHA256,
	STATE_FILE_JUDGED,
	STATE_FILES_ALL,
	STATE_UNJUDGED,
	STATE_VERDICT_PUT,
	STATE_VERDICT_GET,
	STATE_VERDICT_LABEL,
	STATE_RETRY_PUT,
	STATE_RETRY_GET,
	STATE_RETRY_REMOVE,
	STATE_RETRY_DUE,
	STATE_RETRY_NEXT,
	STATE_CHANGED_PUT,
	STATE_CHANGED_GET,
	STATE_KEY_SEEN,
	STATE_KEY_GET,
	STATE_KEYS_BELOW,
	STATE_VERDICTS_OF_ACCOUNT,
	STATE_STANDIN_PUT,
	STATE_STANDIN_GET,
	STATE_STANDIN_OF_PATH,
	STATE_STANDIN_ALL,
	STATE_STANDIN_MOVE,
	STATE_STANDIN_REMOVE,
	STATE_SCANNED_GET,
	STATE_SCANNED_PUT,
	STATE_WORKING_COUNT,
	STATE_CRASHES,
	STATE_PEER_KEY,
	STATE_PEER_SEEN,
	STATE_PEER_GET,
	STATE_GOSSIP_PUT,
	STATE_GOSSIP_GET,
	STATE_LINKS,
	STATE_LINK_PUT,
	STATE_LINK_REMOVE,
	STATE_DIRTY_ADD,
	STATE_DIRTY_LIST,
	STATE_DIRTY_CLEAR,
	STATE_ARRIVED_PUT,
	STATE_ARRIVED_LIST,
	STATE_ARRIVED_REMOVE,
	STATE_N_STATEMENTS,
};

/* The prepared statement with its arguments bound; types is one letter each: s (const char *, NULL
 * for SQL NULL; must live until the statement is reset) or i (gint64). NULL on error. */
sqlite3_stmt *
state_bind(struct state_db *db, enum state_statement which, const char *types, ...);
/* Step a statement from state_bind() that gives no rows, and reset it. */
bool
state_run(struct state_db *db, sqlite3_stmt *st, GError **error);
/* A column as an owned string; NULL for SQL NULL. */
char *
state_text(sqlite3_stmt *st, int column);
/* The first column of the first row, and the statement is reset: a number, 0 without a row; an owned string, NULL
 * without one. */
gint64
state_only_number(sqlite3_stmt *st);
char *
state_only_text(sqlite3_stmt *st);

#endif
