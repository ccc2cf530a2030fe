/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue_report.c - reports that arrive, brought to the letter they are about. A report is
 * a stranger's word: it may only tell of a recipient that the letter had, and it changes
 * nothing about what is sent or waits. */
#include "store/queue_address.h"

#include "base/jsonl.h"
#include "base/log.h"
#include "store/queue_private.h"

#include <string.h>

struct matching {
	struct queue *q;
	struct queue_entry *entry;
	json_t *matched;
	GHashTable *tags; /* words, without + */
	gint64 now;
};

/* --- which letter --- */

static struct queue_entry *
by_envelope_id(struct queue *q, const char *id)
{
	return id != NULL && *id != '\0' ? queue_entry_load(q->db, id, NULL) : NULL;
}

/* The newest letter with this Message-ID (without <>). */
static struct queue_entry *
by_message_id(struct queue *q, const char *message_id)
{
	struct queue_entry *found = NULL;
	GPtrArray *list;
	char *id;

	if (message_id == NULL || *message_id == '\0')
		return NULL;
	id = g_strdup_printf("<%s>", message_id);
	list = queue_entry_load_by_message_id(q->db, id, NULL);
	if (list != NULL && list->len > 0)
		found = g_ptr_array_steal_index(list, list->len - 1);
	g_clear_pointer(&list, g_ptr_array_unref);
	g_free(id);
	return found;
}

static struct queue_entry *
letter_of(struct queue *q, const json_t *report)
{
	struct queue_entry *e = by_envelope_id(q, jsonl_string(report, "envelope_id"));

	if (e == NULL)
		e = by_message_id(q, jsonl_string(report, "original_message_id"));
	if (e == NULL)
		e = by_message_id(
		    q, jsonl_string(json_object_get(report, "original"), "message_id"));
	return e;
}

/* The letter's recipient of that address, -1 for none. With one recipient, a forwarded
 * address (RFC 3464 2.3.2: Final-Recipient differs) is taken to be it. */
static int
recipient_of(const struct queue_entry *e, const char *original, const char *final)
{
	guint i;

	for (i = 0; i < e->recipients->len; i++) {
		const struct queue_recipient *r = e->recipients->pdata[i];

		if ((original != NULL && g_ascii_strcasecmp(r->address, original) == 0) ||
		    (final != NULL && g_ascii_strcasecmp(r->address, final) == 0))
			return (int)i;
	}
	return e->recipients->len == 1 && original == NULL ? 0 : -1;
}

/* --- what it says --- */

static bool
keep(struct matching *m, int i, const char *state, const char *said, GError **error)
{
	struct queue_recipient *r = m->entry->recipients->pdata[i];

	json_array_append_new(
	    m->matched, json_pack("{s:o, s:s}", "address", jsonl_text(r->address, -1),
			    "state", state));
	g_hash_table_add(m->tags, g_strdup(state));
	return queue_db_run(m->q->db,
	    queue_db_bind(m->q->db, QUEUE_DB_RECIPIENT_REPORT, error, "sissi",
		m->entry->id, (gint64)i, state, said != NULL ? said : "", m->now),
	    error);
}

static bool
apply_status(struct matching *m, const json_t *one, GError **error)
{
	static const char *const known[] = {
	    "delivered", "relayed", "expanded", "delayed", "failed"};
	const char *action = jsonl_string(one, "action");
	const char *status = jsonl_string(one, "status");
	const char *said = jsonl_string(one, "diagnostic");
	int which = recipient_of(m->entry, jsonl_string(one, "original_address"),
	    jsonl_string(one, "address"));
	const struct queue_recipient *r;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(known) && g_strcmp0(action, known[i]) != 0; i++)
		;
	if (which < 0 || i == G_N_ELEMENTS(known))
		return true;
	if (!keep(m, which, known[i], said != NULL ? said : status, error))
		return false;
	/* 5.1.x: the address itself is wrong; a full mailbox or a policy is not (RFC
	 * 3463) */
	r = m->entry->recipients->pdata[which];
	if (strcmp(known[i], "delivered") == 0)
		return queue_address_clear(m->q, r->address, NULL, error);
	if (strcmp(known[i], "failed") != 0 ||
	    (status != NULL && !g_str_has_prefix(status, "5.1.") &&
		!g_str_has_prefix(status, "5.2.1") && !g_str_has_prefix(status, "5.0.0")))
		return true;
	return queue_address_note(m->q, r->address, "bounced",
	    said != NULL ? said : "a delivery report said so", m->entry->id, m->now,
	    error);
}

static bool
apply_dsn(struct matching *m, const json_t *report, GError **error)
{
	const json_t *list = json_object_get(report, "recipients");
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		if (!apply_status(m, json_array_get(list, i), error))
			return false;
	}
	return true;
}

static bool
apply_mdn(struct matching *m, const json_t *report, GError **error)
{
	const char *disposition = jsonl_string(report, "disposition");
	int which = recipient_of(m->entry, jsonl_string(report, "original_recipient"),
	    jsonl_string(report, "recipient"));
	bool is_read = g_strcmp0(disposition, "displayed") == 0;

	if (which < 0 || (!is_read && g_strcmp0(disposition, "deleted") != 0))
		return true;
	return keep(m, which, is_read ? "read" : "deleted",
	    jsonl_bool(report, "is_automatic", false) ? "told by a program"
						      : "told by hand",
	    error);
}

static bool
apply_arf(struct matching *m, const json_t *report, GError **error)
{
	const char *type = jsonl_string(report, "feedback_type");
	int which = recipient_of(m->entry, jsonl_string(report, "original_to"),
	    jsonl_string(json_object_get(report, "original"), "to"));
	const struct queue_recipient *r;

	if (which < 0 || g_strcmp0(type, "abuse") != 0)
		return true;
	r = m->entry->recipients->pdata[which];
	return keep(m, which, "complained", "the recipient called it unwanted", error) &&
	       queue_address_note(m->q, r->address, "complained",
		   "called an earlier letter unwanted", m->entry->id, m->now, error);
}

static json_t *
answer(const struct matching *m)
{
	json_t *tags = json_array();
	GHashTableIter iter;
	gpointer word;

	g_hash_table_iter_init(&iter, m->tags);
	while (g_hash_table_iter_next(&iter, &word, NULL))
		json_array_append_new(tags, json_sprintf("+%s", (const char *)word));
	return json_pack("{s:s, s:o, s:O, s:o}", "letter", m->entry->id, "message_id",
	    jsonl_text(m->entry->message_id, -1), "matched", m->matched, "tags", tags);
}

static bool
apply(struct matching *m, const json_t *report, GError **error)
{
	static const struct {
		const char *kind;
		bool (*apply)(struct matching *m, const json_t *report, GError **error);
	} kinds[] = {{"dsn", apply_dsn}, {"mdn", apply_mdn}, {"arf", apply_arf}};
	const char *kind = jsonl_string(report, "kind");
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (g_strcmp0(kind, kinds[i].kind) == 0)
			return kinds[i].apply(m, report, error);
	}
	return true;
}

json_t *
queue_report_apply(struct queue *q, const json_t *report, gint64 now, GError **error)
{
	struct matching m = {.q = q, .entry = letter_of(q, report), .now = now};
	json_t *result = NULL;

	if (m.entry == NULL)
		return json_null();
	m.matched = json_array();
	m.tags = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (queue_db_begin(q->db, error)) {
		if (!apply(&m, report, error))
			queue_db_rollback(q->db);
		else if (queue_db_commit(q->db, error))
			result =
			    json_array_size(m.matched) > 0 ? answer(&m) : json_null();
	}
	g_hash_table_destroy(m.tags);
	json_decref(m.matched);
	queue_entry_free(m.entry);
	return result;
}
