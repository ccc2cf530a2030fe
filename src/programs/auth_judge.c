/* SPDX-License-Identifier: GPL-3.0-or-later */
/* auth_judge.c - a message, what is known about it, and the judge. */
#include "programs/auth_judge.h"

#include "auth/verdict_json.h"
#include "base/jsonl_line.h"
#include "base/when.h"
#include "programs/auth_input.h"

#include <stdlib.h>
#include <string.h>

static void
archived_free(gpointer data)
{
	struct dkim_archived *one = data;

	g_free(one->record);
	g_free(one);
}

static void
list_free(gpointer list)
{
	g_ptr_array_unref(list);
}

/* The archive as the verifier wants it. Owned; NULL when there is none. */
static GHashTable *
archive_new(const json_t *keys)
{
	GHashTable *archive;
	const char *name;
	json_t *records, *one;
	size_t i;

	if (!json_is_object(keys))
		return NULL;
	archive = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, list_free);
	json_object_foreach((json_t *)(guintptr)keys, name, records)
	{
		GPtrArray *list = g_ptr_array_new_with_free_func(archived_free);

		json_array_foreach(records, i, one) {
			const char *record = jsonl_string(one, "record");
			struct dkim_archived *kept;

			if (record == NULL)
				continue;
			kept = g_new0(struct dkim_archived, 1);
			kept->record = g_strdup(record);
			kept->last_seen = jsonl_int(one, "last_seen", 0);
			kept->is_secure = jsonl_bool(one, "secure", false);
			g_ptr_array_add(list, kept);
		}
		g_hash_table_insert(archive, g_strdup(name), list);
	}
	return archive;
}

/* When the kept verdict was made the bytes were there. 0 when not known. */
static gint64
known_since(const json_t *kept)
{
	gint64 seconds = MAX(when_unix(jsonl_string(kept, "evaluated")), 0);

	return seconds;
}

/* The keys by which signatures hold, and the names where none is published any more. */
static void
tell_keys(json_t *out, const struct verdict *verdict)
{
	json_t *keys = json_array(), *missing = json_array();

	for (guint i = 0; i < verdict->dkim->len; i++) {
		const struct dkim_check *check = g_ptr_array_index(verdict->dkim, i);
		bool holds = check->result == DKIM_PASS && check->key_record != NULL &&
		    g_strcmp0(check->key_source, "archive") != 0;
		char *name;

		if (check->sig.d == NULL || check->sig.s == NULL)
			continue;
		name = dkim_check_key_name(&check->sig);
		if (holds)
			json_array_append_new(keys, json_pack("{s:s, s:o, s:b}", "name", name, "record",
			    jsonl_text(check->key_record, -1), "secure", check->is_key_secure));
		else if (check->result != DKIM_PASS)
			json_array_append_new(missing, json_string(name));
		g_free(name);
	}
	json_object_set_new(out, "keys", keys);
	json_object_set_new(out, "missing_keys", missing);
}

static json_t *
object_of(struct auth_program *program, const struct verdict *verdict, bool may_fetch)
{
	json_t *bimi = auth_bimi_of_message(program, verdict, may_fetch); /* first: it asks the DNS too */
	json_t *out = verdict_json(verdict);

	json_object_set_new(out, "bimi", bimi);
	tell_keys(out, verdict);
	return out;
}

/* A copy, NULL-terminated. Owned. */
static char **
strings_of(const GPtrArray *list)
{
	char **out = g_new0(char *, list->len + 1);

	for (guint i = 0; i < list->len; i++)
		out[i] = g_strdup(g_ptr_array_index(list, i));
	return out;
}

json_t *
auth_judge_bytes(struct auth_program *program, const char *bytes, size_t len,
    const struct auth_order *order, struct auth_weather *weather_out, GError **error)
{
	struct verdict_context context = { .keys = program->keys,
		.now = order->now,
		.is_submitted = order->is_submitted,
		.is_impatient = order->is_impatient,
		.hurry_ms = order->hurry_ms,
		.contacts = program->contacts,
		.kept = order->kept,
		.known_since = known_since(order->kept),
		.own_addresses = (const char *const *)program->own->pdata,
		.own_logins = (const char *const *)program->logins->pdata };
	struct verdict *verdict;
	json_t *out = NULL;

	context.trusted_ids = auth_trusted_ids(program, order->account, error);
	if (context.trusted_ids == NULL || !auth_open_dns(program, error))
		return NULL;
	context.dns = program->dns;
	context.archive = archive_new(order->keys);
	verdict = verdict_new(bytes, len, &context);
	if (!dns_session_is_short(verdict->session))
		out = object_of(program, verdict, order->may_fetch);
	if (dns_session_is_short(verdict->session))
		g_clear_pointer(&out, json_decref);
	if (weather_out != NULL)
		*weather_out = (struct auth_weather){
			.is_short = dns_session_is_short(verdict->session),
			.missing = strings_of(dns_session_missing(verdict->session)),
			.was_asked = dns_session_log(verdict->session)->len > 0,
			.was_answered = dns_session_was_answered(verdict->session),
		};
	verdict_free(verdict);
	g_clear_pointer(&context.archive, g_hash_table_unref);
	return out;
}

json_t *
auth_judged(json_t *verdict)
{
	bool is_wanted = jsonl_bool(json_object_get(verdict, "bimi"), "wanted", false);
	json_t *facts = json_pack("{s:O, s:O, s:O, s:O, s:b}", "verdict", json_object_get(verdict, "verdict"), "flags",
	    json_object_get(verdict, "flags"), "keys", json_object_get(verdict, "keys"), "missing_keys",
	    json_object_get(verdict, "missing_keys"), "wanted", is_wanted);
	json_t *out = json_pack("{s:o}", "facts", facts);
	char *text;

	json_object_del(verdict, "keys");
	json_object_del(verdict, "missing_keys");
	text = json_dumps(verdict, JSON_COMPACT);
	jsonl_add_behind(out, text, strlen(text));
	free(text);
	return out;
}

json_t *
auth_judge_fd(struct auth_program *program, int fd, const struct auth_order *order, GError **error)
{
	struct auth_input input;
	json_t *out = NULL;

	if (auth_input_init(&input, fd, error))
		out = auth_judge_bytes(program, input.bytes, input.len, order, NULL, error);
	auth_input_fini(&input);
	return out;
}
