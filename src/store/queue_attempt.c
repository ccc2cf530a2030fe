/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue_attempt.c - writing the audit, listing it, forgetting it. */
#include "store/queue_attempt.h"

#include "base/jsonl.h"
#include "base/when.h"
#include "store/queue_private.h"

#include <string.h>

static const char *
domain_of(const char *address)
{
	const char *at = strrchr(address, '@');

	return at != NULL ? at + 1 : "";
}

bool
queue_attempt_note(struct queue *q, const struct queue_entry *e, GError **error)
{
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	guint i;

	for (i = 0; i < e->recipients->len; i++) {
		struct queue_recipient *r = e->recipients->pdata[i];

		if (!r->is_tried)
			continue;
		if (!queue_db_run(q->db,
			queue_db_bind(q->db, QUEUE_DB_ATTEMPT, error, "issssssisssi", now,
			    e->id, e->account, r->address, domain_of(r->address),
			    e->via != NULL ? e->via : "", queue_fate_name(r->fate),
			    (gint64)r->code, r->status, r->reply,
			    e->tls != NULL ? e->tls : "", MAX(now - e->created, 0)),
			error))
			return false;
		r->is_tried = false;
	}
	return true;
}

static json_t *
text_or_null(sqlite3_stmt *st, int column)
{
	const char *text = (const char *)sqlite3_column_text(st, column);

	return text != NULL && *text != '\0' ? jsonl_text(text, -1) : json_null();
}

static json_t *
row_json(sqlite3_stmt *st)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:o, s:o, s:o, s:I}",
	    "time", when_json(sqlite3_column_int64(st, 0)), "letter",
	    text_or_null(st, 1), "account", text_or_null(st, 2), "address",
	    text_or_null(st, 3), "domain", text_or_null(st, 4), "host",
	    text_or_null(st, 5), "state", text_or_null(st, 6), "code",
	    sqlite3_column_int(st, 7), "status", text_or_null(st, 8), "reply",
	    text_or_null(st, 9), "tls", text_or_null(st, 10), "delay",
	    (json_int_t)sqlite3_column_int64(st, 11));
}

json_t *
queue_attempts_json(struct queue *q, const char *id, gint64 since, GError **error)
{
	json_t *list = json_array();
	sqlite3_stmt *st =
	    id != NULL ? queue_db_bind(q->db, QUEUE_DB_ATTEMPTS_OF, error, "s", id)
		       : queue_db_bind(q->db, QUEUE_DB_ATTEMPTS_SINCE, error, "i", since);
	int row = -1;

	while (st != NULL && (row = queue_db_step(q->db, st, error)) > 0)
		json_array_append_new(list, row_json(st));
	if (row != 0)
		g_clear_pointer(&list, json_decref);
	return list;
}

bool
queue_sent_since(struct queue *q, const char *account, gint64 since, gint64 *n_out,
    gint64 *oldest_out, GError **error)
{
	sqlite3_stmt *st =
	    queue_db_bind(q->db, QUEUE_DB_SENT_SINCE, error, "si", account, since);

	if (st == NULL || queue_db_step(q->db, st, error) <= 0)
		return false;
	*n_out = sqlite3_column_int64(st, 0);
	*oldest_out = sqlite3_column_int64(st, 1);
	queue_db_end(st);
	return true;
}

bool
queue_purge(struct queue *q, gint64 before, GError **error)
{
	static const enum queue_statement which[] = {
	    QUEUE_DB_OLD_ATTEMPTS, QUEUE_DB_OLD_RECIPIENTS, QUEUE_DB_OLD_LETTERS};
	size_t i;

	if (!queue_db_begin(q->db, error))
		return false;
	for (i = 0; i < G_N_ELEMENTS(which); i++) {
		if (!queue_db_run(q->db,
			queue_db_bind(q->db, which[i], error, "i", before), error)) {
			queue_db_rollback(q->db);
			return false;
		}
	}
	return queue_db_commit(q->db, error);
}
