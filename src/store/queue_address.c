/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue_address.c - the list of addresses that gave trouble. The local part is kept as it
 * is written but compared without case, as every server in use does. */
#include "store/queue_address.h"

#include "base/jsonl.h"
#include "base/when.h"
#include "store/queue_private.h"

#include <string.h>

static char *
key_of(const char *address)
{
	return g_utf8_strdown(address, -1);
}

bool
queue_address_note(struct queue *q, const char *address, const char *kind,
    const char *reason, const char *letter, gint64 now, GError **error)
{
	char *key = key_of(address);
	bool good = queue_db_run(q->db,
	    queue_db_bind(
		q->db, QUEUE_DB_TROUBLE, error, "sssis", key, kind, reason, now, letter),
	    error);

	g_free(key);
	return good;
}

/* 5.1.x: the address itself is wrong (RFC 3463 3.2), as told by the server that was asked. */
bool
queue_address_learn(struct queue *q, const struct queue_entry *e, GError **error)
{
	guint i;

	for (i = 0; i < e->recipients->len; i++) {
		const struct queue_recipient *r = e->recipients->pdata[i];

		if (r->is_tried && r->fate == QUEUE_FATE_FAILED &&
		    g_str_has_prefix(r->status, "5.1.") &&
		    strcmp(r->status, "5.1.7") != 0 && strcmp(r->status, "5.1.8") != 0 &&
		    !queue_address_note(q, r->address, "bounced", r->reply, e->id,
			g_get_real_time() / G_USEC_PER_SEC, error))
			return false;
	}
	return true;
}

static json_t *
row_json(sqlite3_stmt *st)
{
	char *texts[4] = {queue_db_text(st, 0), queue_db_text(st, 1),
	    queue_db_text(st, 2), queue_db_text(st, 4)};
	json_t *obj =
	    json_pack("{s:o, s:o, s:o, s:o, s:o}", "address", jsonl_text(texts[0], -1),
		"kind", jsonl_text(texts[1], -1), "reason", jsonl_text(texts[2], -1),
		"time", when_json(sqlite3_column_int64(st, 3)), "letter",
		jsonl_text(texts[3], -1));
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	return obj;
}

json_t *
queue_address_json(struct queue *q, const char *address, GError **error)
{
	char *key = address != NULL ? key_of(address) : NULL;
	sqlite3_stmt *st =
	    key != NULL ? queue_db_bind(q->db, QUEUE_DB_TROUBLE_GET, error, "s", key)
			: queue_db_bind(q->db, QUEUE_DB_TROUBLE_LIST, error, "");
	json_t *list = json_array(), *answer = NULL;
	int row = -1;

	while (st != NULL && (row = queue_db_step(q->db, st, error)) > 0)
		json_array_append_new(list, row_json(st));
	if (row == 0 && address == NULL)
		answer = json_incref(list);
	else if (row == 0)
		answer = json_array_size(list) > 0 ? json_incref(json_array_get(list, 0))
						   : json_null();
	json_decref(list);
	g_free(key);
	return answer;
}

bool
queue_address_clear(
    struct queue *q, const char *address, bool *was_there_out, GError **error)
{
	char *key = key_of(address);
	bool good = queue_db_run(
	    q->db, queue_db_bind(q->db, QUEUE_DB_TROUBLE_CLEAR, error, "s", key), error);

	if (good && was_there_out != NULL)
		*was_there_out = queue_db_changes(q->db) > 0;
	g_free(key);
	return good;
}
