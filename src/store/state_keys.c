/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state.db: keys that were published once, and verdicts that wait for the DNS. */
#include "store/state_private.h"

enum { ATTEMPTS_MAX = 4 };

/* Seconds to the next try after so many. */
static const gint64 pauses[ATTEMPTS_MAX] = { 60, 600, 3600, 86400 };

static gint64
attempts_of(struct state_db *db, const char *sha256)
{
	return state_only_number(state_bind(db, STATE_RETRY_GET, "s", sha256));
}

bool
state_retry_note(struct state_db *db, const char *sha256, bool is_temporary, gint64 now, GError **error)
{
	gint64 n = attempts_of(db, sha256);

	if (is_temporary && n < ATTEMPTS_MAX)
		return state_run(db,
		    state_bind(db, STATE_RETRY_PUT, "sii", sha256, n + 1, now + pauses[n]), error);
	return n == 0 || state_run(db, state_bind(db, STATE_RETRY_REMOVE, "s", sha256), error);
}

bool
state_retry_again(struct state_db *db, const char *sha256, gint64 now, GError **error)
{
	return state_run(db, state_bind(db, STATE_RETRY_PUT, "sii", sha256, (gint64)1, now), error);
}

bool
state_retry_is_planned(struct state_db *db, const char *sha256)
{
	return attempts_of(db, sha256) > 0;
}

gint64
state_retry_next(struct state_db *db, gint64 now)
{
	return state_only_number(state_bind(db, STATE_RETRY_NEXT, "i", now));
}

bool
state_key_seen(struct state_db *db, const char *name, const char *record, bool is_secure, gint64 when,
    GError **error)
{
	return state_run(db,
	    state_bind(db, STATE_KEY_SEEN, "ssii", name, record, when, (gint64)is_secure), error);
}

static void
key_free(gpointer data)
{
	struct state_key *key = data;

	g_free(key->record);
	g_free(key->name);
	g_free(key);
}

static GPtrArray *
all_keys(sqlite3_stmt *st)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(key_free);

	while (st != NULL && sqlite3_step(st) == SQLITE_ROW) {
		struct state_key *key = g_new0(struct state_key, 1);

		key->record = state_text(st, 0);
		key->first_seen = sqlite3_column_int64(st, 1);
		key->last_seen = sqlite3_column_int64(st, 2);
		key->is_secure = sqlite3_column_int64(st, 3) != 0;
		key->name = state_text(st, 4);
		g_ptr_array_add(out, key);
	}
	sqlite3_reset(st);
	return out;
}

GPtrArray *
state_keys(struct state_db *db, const char *name)
{
	return all_keys(state_bind(db, STATE_KEY_GET, "s", name));
}

GPtrArray *
state_keys_below(struct state_db *db, const char *domain)
{
	return all_keys(state_bind(db, STATE_KEYS_BELOW, "s", domain));
}

GPtrArray *
state_verdicts_of_account(struct state_db *db, const char *account, guint limit)
{
	sqlite3_stmt *st = state_bind(db, STATE_VERDICTS_OF_ACCOUNT, "si", account, (gint64)limit);
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);

	while (st != NULL && sqlite3_step(st) == SQLITE_ROW)
		g_ptr_array_add(out, state_text(st, 0));
	sqlite3_reset(st);
	return out;
}
