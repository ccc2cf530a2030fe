/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sync_state_private.h - statements, shared by the two files of sync_state.h. */
#ifndef PENFOLD_STORE_SYNC_STATE_PRIVATE_H
#define PENFOLD_STORE_SYNC_STATE_PRIVATE_H

#include "store/sync_state.h"

#include <sqlite3.h>

/* The prepared statement for sql (a literal: prepared once, known by its address) with
 * arguments bound: types is one letter each, s (const char *) or i (gint64). NULL with
 * error. */
sqlite3_stmt *sync_state_bind(
    struct sync_state *db, GError **error, const char *sql, const char *types, ...);
/* Bind and step a statement that gives no rows. */
bool sync_state_run(
    struct sync_state *db, GError **error, const char *sql, const char *types, ...);
/* 1: a row; 0: the end, the statement is reset; -1: error, likewise. */
int sync_state_step(struct sync_state *db, sqlite3_stmt *st, GError **error);
char *sync_state_text(sqlite3_stmt *st, int column);
/* Keep in table gone what message (folder, uid) says, in this state; nothing where there is none. */
bool sync_state_gone_note(
    struct sync_state *db, gint64 folder, guint32 uid, enum sync_gone_state state, GError **error);
gint64 sync_state_last_id(struct sync_state *db);

#endif
