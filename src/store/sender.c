/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sender.c - see sender.h. Counts come from the index, verdicts and keys from state.db. */
#include "store/sender.h"

#include "base/jsonl.h"
#include "store/index_each.h"
#include "store/message.h"
#include "store/state.h"

#include <string.h>

enum { HISTORY_MAX = 500, LEARNT_MAX = 400, IDS_MAX = 20, HOSTS_MAX = 5 };

struct request {
	const char *address;
	json_t *out;
};

static void
count_word(json_t *counts, const char *word)
{
	json_object_set_new(
	    counts, word, json_integer(json_integer_value(json_object_get(counts, word)) + 1));
}

/* The words of the newest messages, by their mirrored property. */
static void
count_verdicts(notmuch_query_t *query, json_t *counts, gint64 *newest_out)
{
	notmuch_messages_t *messages = NULL;
	notmuch_status_t status;
	unsigned n = 0;

	notmuch_query_set_sort(query, NOTMUCH_SORT_NEWEST_FIRST);
	status = notmuch_query_search_messages(query, &messages);
	for (; status == NOTMUCH_STATUS_SUCCESS && notmuch_messages_valid(messages) && n < HISTORY_MAX;
	     notmuch_messages_move_to_next(messages), n++) {
		notmuch_message_t *message = index_each_get(messages, &status);
		const char *word = NULL;

		if (message == NULL)
			break; /* some fewer are counted */
		if (n == 0)
			*newest_out = notmuch_message_get_date(message);
		(void)notmuch_message_get_property(message, "auth", &word); /* none is no word */
		count_word(counts, word != NULL ? word : "unevaluated");
		notmuch_message_destroy(message);
	}
}

static gint64
oldest_date(notmuch_database_t *db, const char *text)
{
	notmuch_query_t *query = notmuch_query_create(db, text);
	notmuch_messages_t *messages = NULL;
	notmuch_message_t *message = NULL;
	notmuch_status_t status;
	gint64 date = 0;

	notmuch_query_set_sort(query, NOTMUCH_SORT_OLDEST_FIRST);
	status = notmuch_query_search_messages(query, &messages);
	if (status == NOTMUCH_STATUS_SUCCESS && notmuch_messages_valid(messages))
		message = index_each_get(messages, &status);
	if (message != NULL) {
		date = notmuch_message_get_date(message);
		notmuch_message_destroy(message);
	}
	notmuch_query_destroy(query);
	return date;
}

static json_t *
time_or_null(gint64 seconds)
{
	char *text = seconds > 0 ? message_time(seconds) : NULL;
	json_t *out = text != NULL ? json_string(text) : json_null();

	g_free(text);
	return out;
}

/* An address as a phrase of a query: what could end the phrase is taken out. */
static char *
phrase(const char *field, const char *address)
{
	char *safe = g_strdelimit(g_strdup(address), "\"\\()", ' ');
	char *out = g_strdup_printf("%s:\"%s\"", field, safe);

	g_free(safe);
	return out;
}

static notmuch_status_t
gather(notmuch_database_t *db, void *user)
{
	struct request *r = user;
	char *from = phrase("from", r->address), *to = phrase("to", r->address);
	char *sent = g_strdup_printf("tag:sent and %s", to);
	notmuch_query_t *query = notmuch_query_create(db, from);
	notmuch_query_t *written = notmuch_query_create(db, sent);
	json_t *counts = json_object();
	unsigned n = 0, n_sent = 0;
	gint64 newest = 0;
	notmuch_status_t status = notmuch_query_count_messages(query, &n);

	if (status == NOTMUCH_STATUS_SUCCESS)
		status = notmuch_query_count_messages(written, &n_sent);
	count_verdicts(query, counts, &newest);
	json_object_set_new(r->out, "messages", json_integer(n));
	json_object_set_new(r->out, "written_to", json_integer(n_sent));
	json_object_set_new(r->out, "first_seen", time_or_null(oldest_date(db, from)));
	json_object_set_new(r->out, "last_seen", time_or_null(newest));
	json_object_set_new(r->out, "verdicts", counts);
	notmuch_query_destroy(query);
	notmuch_query_destroy(written);
	g_free(sent);
	g_free(from);
	g_free(to);
	return status;
}

static json_t *
keys_json(struct index *ix, const char *address)
{
	const char *at = strrchr(address, '@');
	GPtrArray *keys = state_keys_below(index_state(ix), at != NULL ? at + 1 : address);
	json_t *out = json_array();

	for (guint i = 0; i < keys->len; i++) {
		const struct state_key *key = g_ptr_array_index(keys, i);

		json_array_append_new(out, json_pack("{s:o, s:o, s:o, s:b}", "name",
		    jsonl_text(key->name, -1), "first_seen", time_or_null(key->first_seen), "last_seen",
		    time_or_null(key->last_seen), "secure", key->is_secure));
	}
	g_ptr_array_unref(keys);
	return out;
}

json_t *
sender_json(struct index *ix, const char *address, GError **error)
{
	struct request r = { address, json_object() };

	json_object_set_new(r.out, "address", jsonl_text(address, -1));
	if (!index_read(ix, gather, &r, error)) {
		json_decref(r.out);
		return NULL;
	}
	json_object_set_new(r.out, "keys", keys_json(ix, address));
	return r.out;
}

static notmuch_status_t
count(notmuch_database_t *db, const char *text, const char *key, json_t *out)
{
	notmuch_query_t *query = notmuch_query_create(db, text);
	unsigned n = 0;
	notmuch_status_t status = notmuch_query_count_messages(query, &n);

	json_object_set_new(out, key, json_integer(n));
	notmuch_query_destroy(query);
	return status;
}

static notmuch_status_t
gather_brief(notmuch_database_t *db, void *user)
{
	struct request *r = user;
	char *from = phrase("from", r->address), *to = phrase("to", r->address);
	char *sent = g_strdup_printf("tag:sent and %s", to);
	notmuch_status_t status = count(db, from, "messages", r->out);

	if (status == NOTMUCH_STATUS_SUCCESS)
		status = count(db, sent, "written_to", r->out);
	if (status == NOTMUCH_STATUS_SUCCESS)
		status = count(db, "*", "known", r->out);
	g_free(sent);
	g_free(from);
	g_free(to);
	return status;
}

json_t *
sender_brief_json(struct index *ix, const char *address, GError **error)
{
	struct request r = { address, json_object() };

	if (index_read(ix, gather_brief, &r, error))
		return r.out;
	json_decref(r.out);
	return NULL;
}

struct learning {
	GHashTable *domains; /* set */
	json_t *ids;	     /* id -> {id, messages, hosts} */
	int n;
};

static void
add_id(struct learning *l, const char *id, const char *host)
{
	json_t *one = json_object_get(l->ids, id), *hosts, *known;
	size_t i;

	if (one == NULL) {
		if (json_object_size(l->ids) >= IDS_MAX)
			return;
		one = json_pack("{s:s, s:i, s:[]}", "id", id, "messages", 0, "hosts");
		json_object_set_new(l->ids, id, one);
	}
	count_word(one, "messages");
	hosts = json_object_get(one, "hosts");
	json_array_foreach(hosts, i, known)
		if (host == NULL || strcmp(json_string_value(known), host) == 0)
			return;
	if (host != NULL && json_array_size(hosts) < HOSTS_MAX)
		json_array_append_new(hosts, json_string(host));
}

/* One verdict: each id at its head once. */
static void
learn_one(struct learning *l, const json_t *verdict)
{
	const json_t *fields = json_object_get(verdict, "authres"), *field;
	const char *domain = jsonl_string(json_object_get(verdict, "author"), "domain");
	const char *host = jsonl_string(json_array_get(json_object_get(verdict, "path"), 0), "by");
	json_t *seen = json_object();
	size_t i;

	if (host == NULL) { /* never came through a server */
		json_decref(seen);
		return;
	}
	l->n++;
	if (domain != NULL)
		g_hash_table_add(l->domains, g_strdup(domain));
	json_array_foreach(fields, i, field) {
		const char *id = jsonl_string(field, "authserv_id");

		if (id == NULL || !jsonl_bool(field, "head", false) || json_object_get(seen, id) != NULL)
			continue;
		json_object_set_new(seen, id, json_true());
		add_id(l, id, host);
	}
	json_decref(seen);
}

static int
by_messages(gconstpointer a, gconstpointer b)
{
	gint64 x = jsonl_int(*(const json_t *const *)a, "messages", 0);
	gint64 y = jsonl_int(*(const json_t *const *)b, "messages", 0);

	return x > y ? -1 : x < y;
}

json_t *
sender_authserv_json(struct index *ix, const char *account)
{
	GPtrArray *texts = state_verdicts_of_account(index_state(ix), account, LEARNT_MAX);
	struct learning l = { g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL), json_object(),
		0 };
	GPtrArray *sorted = g_ptr_array_new();
	json_t *ids = json_array(), *one, *out;
	const char *id;

	for (guint i = 0; i < texts->len; i++) {
		json_t *verdict = json_loads(g_ptr_array_index(texts, i), 0, NULL);

		if (verdict != NULL)
			learn_one(&l, verdict);
		json_decref(verdict);
	}
	json_object_foreach(l.ids, id, one)
		g_ptr_array_add(sorted, one);
	g_ptr_array_sort(sorted, by_messages);
	for (guint i = 0; i < sorted->len; i++)
		json_array_append(ids, g_ptr_array_index(sorted, i));
	out = json_pack("{s:i, s:i, s:o}", "messages", l.n, "domains",
	    (int)g_hash_table_size(l.domains), "ids", ids);
	g_ptr_array_unref(sorted);
	g_ptr_array_unref(texts);
	json_decref(l.ids);
	g_hash_table_unref(l.domains);
	return out;
}
