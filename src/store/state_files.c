/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state.db: files, verdicts and stand-ins. */
#include "store/state_private.h"

static struct state_file *
file_of_row(sqlite3_stmt *st)
{
	struct state_file *f = g_new0(struct state_file, 1);

	f->key = state_text(st, 0);
	f->sha256 = state_text(st, 1);
	f->message_id = state_text(st, 2);
	f->date = sqlite3_column_int64(st, 3);
	f->size = sqlite3_column_int64(st, 4);
	f->mtime = sqlite3_column_int64(st, 5);
	f->inode = sqlite3_column_int64(st, 6);
	return f;
}

void
state_file_free(struct state_file *file)
{
	if (file == NULL)
		return;
	g_free(file->key);
	g_free(file->sha256);
	g_free(file->message_id);
	g_free(file);
}

static void
free_file(gpointer file)
{
	state_file_free(file);
}

static GPtrArray *
all_files(sqlite3_stmt *st)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(free_file);

	while (st != NULL && sqlite3_step(st) == SQLITE_ROW)
		g_ptr_array_add(out, file_of_row(st));
	sqlite3_reset(st);
	return out;
}

void
state_files_each(struct state_db *db, void (*fn)(const char *key, gint64 date, gint64 size, void *user),
    void *user)
{
	sqlite3_stmt *st = state_bind(db, STATE_FILES_ALL, "");

	while (st != NULL && sqlite3_step(st) == SQLITE_ROW)
		fn((const char *)sqlite3_column_text(st, 0), sqlite3_column_int64(st, 1),
		    sqlite3_column_int64(st, 2), user);
	sqlite3_reset(st);
}

bool
state_file_put(struct state_db *db, const struct state_file *f, GError **error)
{
	if (f->sha256 != NULL &&
	    !state_run(db, state_bind(db, STATE_CHANGED_PUT, "ss", f->key, f->sha256), error))
		return false;
	sqlite3_stmt *st = state_bind(db, STATE_FILE_PUT, "sssiiii", f->key, f->sha256, f->message_id,
	    f->date, f->size, f->mtime, f->inode);

	return state_run(db, st, error);
}

struct state_file *
state_file_get(struct state_db *db, const char *key)
{
	sqlite3_stmt *st = state_bind(db, STATE_FILE_GET, "s", key);
	struct state_file *f = NULL;

	if (st != NULL && sqlite3_step(st) == SQLITE_ROW)
		f = file_of_row(st);
	sqlite3_reset(st);
	return f;
}

bool
state_file_move(struct state_db *db, const char *from, const char *to, GError **error)
{
	return state_run(db, state_bind(db, STATE_FILE_MOVE, "ss", from, to), error);
}

bool
state_file_remove(struct state_db *db, const char *key, GError **error)
{
	return state_run(db, state_bind(db, STATE_FILE_REMOVE, "s", key), error);
}

GPtrArray *
state_files_of_sha256(struct state_db *db, const char *sha256)
{
	return all_files(state_bind(db, STATE_FILE_OF_SHA256, "s", sha256));
}

GPtrArray *
state_unjudged(struct state_db *db, guint limit)
{
	return all_files(state_bind(db, STATE_UNJUDGED, "i", (gint64)limit));
}

GPtrArray *
state_retry_due(struct state_db *db, guint limit, gint64 now)
{
	return all_files(state_bind(db, STATE_RETRY_DUE, "ii", (gint64)limit, now));
}

bool
state_verdict_put(struct state_db *db, const char *sha256, const char *label, const char *json,
    GError **error)
{
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;

	return state_run(db, state_bind(db, STATE_VERDICT_PUT, "sssi", sha256, label, json, now),
		   error) &&
	    state_run(db, state_bind(db, STATE_FILE_JUDGED, "s", sha256), error);
}

char *
state_verdict_before(struct state_db *db, const char *sha256)
{
	return state_only_text(state_bind(db, STATE_CHANGED_GET, "s", sha256));
}

char *
state_verdict_get(struct state_db *db, const char *sha256)
{
	return state_only_text(state_bind(db, STATE_VERDICT_GET, "s", sha256));
}

char *
state_verdict_label(struct state_db *db, const char *sha256)
{
	return state_only_text(state_bind(db, STATE_VERDICT_LABEL, "s", sha256));
}

static struct state_standin *
standin_of_row(sqlite3_stmt *st)
{
	struct state_standin *s = g_new0(struct state_standin, 1);

	s->key = state_text(st, 0);
	s->path = state_text(st, 1);
	s->standin = state_text(st, 2);
	s->reason = state_text(st, 3);
	s->program = state_text(st, 4);
	return s;
}

void
state_standin_free(struct state_standin *s)
{
	if (s == NULL)
		return;
	g_free(s->key);
	g_free(s->path);
	g_free(s->standin);
	g_free(s->reason);
	g_free(s->program);
	g_free(s);
}

static void
free_standin(gpointer s)
{
	state_standin_free(s);
}

bool
state_standin_put(struct state_db *db, const struct state_standin *s, GError **error)
{
	return state_run(db,
	    state_bind(db, STATE_STANDIN_PUT, "sssss", s->key, s->path, s->standin, s->reason,
		s->program),
	    error);
}

struct state_standin *
state_standin_of_key(struct state_db *db, const char *key)
{
	sqlite3_stmt *st = state_bind(db, STATE_STANDIN_GET, "s", key);
	struct state_standin *s = NULL;

	if (st != NULL && sqlite3_step(st) == SQLITE_ROW)
		s = standin_of_row(st);
	sqlite3_reset(st);
	return s;
}

static GPtrArray *
all_standins(sqlite3_stmt *st)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(free_standin);

	while (st != NULL && sqlite3_step(st) == SQLITE_ROW)
		g_ptr_array_add(out, standin_of_row(st));
	sqlite3_reset(st);
	return out;
}

GPtrArray *
state_standins_of_path(struct state_db *db, const char *standin)
{
	return all_standins(state_bind(db, STATE_STANDIN_OF_PATH, "s", standin));
}

GPtrArray *
state_standins(struct state_db *db)
{
	return all_standins(state_bind(db, STATE_STANDIN_ALL, ""));
}

bool
state_standin_move(struct state_db *db, const char *from_key, const char *to_key,
    const char *to_path, GError **error)
{
	return state_run(db, state_bind(db, STATE_STANDIN_MOVE, "sss", from_key, to_key, to_path),
	    error);
}

bool
state_standin_remove(struct state_db *db, const char *key, GError **error)
{
	return state_run(db, state_bind(db, STATE_STANDIN_REMOVE, "s", key), error);
}

gint64
state_scanned_get(struct state_db *db, const char *dir, const char *uuid)
{
	return state_only_number(state_bind(db, STATE_SCANNED_GET, "ss", dir, uuid));
}

bool
state_scanned_put(struct state_db *db, const char *dir, const char *uuid, gint64 mtime_ns,
    GError **error)
{
	return state_run(db, state_bind(db, STATE_SCANNED_PUT, "ssi", dir, uuid, mtime_ns), error);
}

bool
state_arrived_note(struct state_db *db, const char *message_id, gint64 now, GError **error)
{
	return state_run(db, state_bind(db, STATE_ARRIVED_PUT, "si", message_id, now), error);
}

GPtrArray *
state_arrived(struct state_db *db, guint limit, gint64 until)
{
	sqlite3_stmt *st = state_bind(db, STATE_ARRIVED_LIST, "ii", (gint64)limit, until);
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);

	while (st != NULL && sqlite3_step(st) == SQLITE_ROW)
		g_ptr_array_add(out, state_text(st, 0));
	sqlite3_reset(st);
	return out;
}

bool
state_arrived_forget(struct state_db *db, const char *message_id, GError **error)
{
	return state_run(db, state_bind(db, STATE_ARRIVED_REMOVE, "s", message_id), error);
}
