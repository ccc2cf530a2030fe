/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue_entry.c - reading entries from the ledger, and their JSON. */
#include "store/queue_private.h"

#include "base/error.h"
#include "base/jsonl.h"
#include "base/when.h"

static void
free_recipient(gpointer data)
{
	struct queue_recipient *r = data;

	g_free(r->address);
	g_free(r->reply);
	g_free(r->status);
	g_free(r->report);
	g_free(r->report_said);
	g_free(r);
}

void
queue_entry_free(struct queue_entry *entry)
{
	if (entry == NULL)
		return;
	g_free(entry->id);
	g_free(entry->account);
	g_free(entry->sender);
	g_free(entry->from);
	g_free(entry->to);
	g_free(entry->subject);
	g_free(entry->message_id);
	g_free(entry->sha256);
	g_free(entry->draft);
	g_free(entry->answers);
	g_free(entry->said);
	g_free(entry->notify);
	g_free(entry->via);
	g_free(entry->tls);
	g_ptr_array_unref(entry->recipients);
	g_free(entry);
}

static void
free_entry(gpointer data)
{
	queue_entry_free(data);
}

/* Columns in the order of COLUMNS in queue_db.c. */
static struct queue_entry *
entry_of_row(sqlite3_stmt *st)
{
	struct queue_entry *e = g_new0(struct queue_entry, 1);
	char **const texts[] = {&e->id, &e->account, &e->sender, &e->from, &e->to,
	    &e->subject, &e->message_id, &e->sha256};
	char *state = queue_db_text(st, 11);
	int i, known = queue_state_from_name(state);

	for (i = 0; i < (int)G_N_ELEMENTS(texts); i++)
		*texts[i] = queue_db_text(st, i);
	e->size = sqlite3_column_int64(st, 8);
	e->draft = queue_db_text(st, 9);
	e->answers = queue_db_text(st, 10);
	/* a word of a newer version: nothing may touch it but the user */
	e->state = known >= 0 ? (enum queue_state)known : QUEUE_HELD;
	e->said = queue_db_text(st, 12);
	e->created = sqlite3_column_int64(st, 13);
	e->next_try = sqlite3_column_int64(st, 14);
	e->attempts = (unsigned)sqlite3_column_int64(st, 15);
	e->steps[QUEUE_STEP_COPY] = (enum queue_due)sqlite3_column_int(st, 16);
	e->steps[QUEUE_STEP_ANSWERED] = (enum queue_due)sqlite3_column_int(st, 17);
	e->priority = (enum queue_priority)sqlite3_column_int(st, 18);
	e->notify = queue_db_text(st, 19);
	e->require_tls = sqlite3_column_int(st, 20) != 0;
	e->is_warned = sqlite3_column_int(st, 21) != 0;
	e->settled = sqlite3_column_int64(st, 22);
	e->recipients = g_ptr_array_new_with_free_func(free_recipient);
	g_free(state);
	return e;
}

static bool
load_recipients(struct queue_db *db, struct queue_entry *e, GError **error)
{
	sqlite3_stmt *st = queue_db_bind(db, QUEUE_DB_RECIPIENTS, error, "s", e->id);
	int row = -1;

	while (st != NULL && (row = queue_db_step(db, st, error)) > 0) {
		struct queue_recipient *r = g_new0(struct queue_recipient, 1);
		char *fate = queue_db_text(st, 1);
		int known = queue_fate_from_name(fate);

		r->address = queue_db_text(st, 0);
		r->fate = known >= 0 ? (enum queue_fate)known : QUEUE_FATE_UNCERTAIN;
		r->reply = queue_db_text(st, 2);
		r->status = queue_db_text(st, 3);
		r->code = sqlite3_column_int(st, 4);
		r->attempts = (unsigned)sqlite3_column_int(st, 5);
		r->next_try = sqlite3_column_int64(st, 6);
		r->is_told = sqlite3_column_int(st, 7) != 0;
		r->report = queue_db_text(st, 8);
		r->report_said = queue_db_text(st, 9);
		r->report_time = sqlite3_column_int64(st, 10);
		g_ptr_array_add(e->recipients, r);
		g_free(fate);
	}
	return row == 0;
}

struct queue_entry *
queue_entry_load(struct queue_db *db, const char *id, GError **error)
{
	sqlite3_stmt *st = queue_db_bind(db, QUEUE_DB_GET, error, "s", id);
	struct queue_entry *e = NULL;
	int row;

	if (st == NULL || (row = queue_db_step(db, st, error)) < 0)
		return NULL;
	if (row == 0) {
		g_set_error(
		    error, PF_ERROR, PF_ERROR_NOT_FOUND, "no letter %s in the queue", id);
		return NULL;
	}
	e = entry_of_row(st);
	queue_db_end(st);
	if (load_recipients(db, e, error))
		return e;
	queue_entry_free(e);
	return NULL;
}

/* The entries of a statement that was bound; array that frees them. The statement is under
 * way while the recipients are read: all of it is of one moment, and sqlite locks once. */
static GPtrArray *
load_rows(struct queue_db *db, sqlite3_stmt *st, GError **error)
{
	GPtrArray *entries = g_ptr_array_new_with_free_func(free_entry);
	int row = -1;
	bool good = st != NULL;

	while (good && (row = queue_db_step(db, st, error)) > 0) {
		struct queue_entry *e = entry_of_row(st);

		g_ptr_array_add(entries, e);
		good = load_recipients(db, e, error);
	}
	if (good && row == 0)
		return entries;
	if (row > 0)
		queue_db_end(st);
	g_ptr_array_unref(entries);
	return NULL;
}

GPtrArray *
queue_entry_load_all(struct queue_db *db, bool all, GError **error)
{
	return load_rows(
	    db, queue_db_bind(db, QUEUE_DB_LIST, error, "i", (gint64)all), error);
}

GPtrArray *
queue_entry_load_by_message_id(
    struct queue_db *db, const char *message_id, GError **error)
{
	return load_rows(
	    db, queue_db_bind(db, QUEUE_DB_BY_MESSAGE_ID, error, "s", message_id), error);
}

/* --- JSON --- */

static bool
waits_by_itself(const struct queue_entry *e)
{
	return e->state == QUEUE_READY || e->state == QUEUE_SCHEDULED ||
	       e->state == QUEUE_DEFERRED || e->state == QUEUE_HELD;
}

static json_t *
report_json(const struct queue_recipient *r)
{
	if (*r->report == '\0')
		return json_null();
	return json_pack("{s:o, s:o, s:o}", "state", jsonl_text(r->report, -1), "said",
	    jsonl_text(r->report_said, -1), "time", when_json(r->report_time));
}

static json_t *
recipients_json(const struct queue_entry *e)
{
	json_t *list = json_array();
	guint i;

	for (i = 0; i < e->recipients->len; i++) {
		const struct queue_recipient *r = e->recipients->pdata[i];

		json_array_append_new(list,
		    json_pack("{s:o, s:s, s:o, s:o, s:i, s:o, s:o}", "address",
			jsonl_text(r->address, -1), "state", queue_fate_name(r->fate),
			"reply", jsonl_text(r->reply, -1), "status",
			jsonl_text(*r->status != '\0' ? r->status : NULL, -1), "attempts",
			(int)r->attempts, "next_try",
			when_json(r->fate == QUEUE_FATE_DEFERRED ? r->next_try : 0),
			"report", report_json(r)));
	}
	return list;
}

json_t *
queue_entry_json(const struct queue_entry *e)
{
	static const char *const priorities[] = {"low", "normal", "high"};
	json_t *obj = json_pack("{s:s, s:o, s:s, s:o, s:o, s:o, s:I, s:o, s:o, s:I, s:o, "
				"s:o, s:o, s:b, s:s}",
	    "id", e->id, "account", jsonl_text(e->account, -1), "state", queue_state_name(e->state),
	    "from", jsonl_text(e->from, -1), "to", jsonl_text(e->to, -1), "subject",
	    jsonl_text(e->subject, -1), "size", (json_int_t)e->size, "created",
	    when_json(e->created), "next_try",
	    when_json(waits_by_itself(e) ? e->next_try : 0), "attempts",
	    (json_int_t)e->attempts, "recipients", recipients_json(e), "reason",
	    jsonl_text(e->said, -1), "message_id",
	    jsonl_text(e->message_id, -1), "has_draft",
	    e->draft != NULL, "priority", priorities[CLAMP((int)e->priority, -1, 1) + 1]);

	g_assert(obj != NULL);
	return obj;
}
