/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations of penfold-store on verdicts. */
#include "programs/store_ops.h"

#include "store/index_change.h"
#include "store/index_security.h"
#include "store/message.h"
#include "store/peers.h"
#include "store/sender.h"
#include "store/state.h"

#include <stdlib.h>
#include <string.h>

#define UNVERIFIED_DEFAULT 64
#define UNVERIFIED_MAX 4096

static bool
is_sha256(const char *text)
{
	return text != NULL && strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

/* The keys by which its signatures held go to the archive and not into the kept object. */
static bool
archive_keys(struct store_program *p, json_t *verdict, GError **error)
{
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	const json_t *keys = json_object_get(verdict, "keys"), *one;
	bool ok = true;
	size_t i;

	json_array_foreach(keys, i, one) {
		const char *name = jsonl_string(one, "name"), *record = jsonl_string(one, "record");

		if (name != NULL && record != NULL)
			ok = ok &&
			    state_key_seen(p->state, name, record, jsonl_bool(one, "secure", false), now,
				error);
	}
	json_object_del(verdict, "keys");
	json_object_del(verdict, "missing_keys");
	return ok;
}

/* A DNS that fails today does not undo what was seen at arrival; nor does what arrives a second time. */
static bool
is_worse(struct store_program *p, const char *sha256, const char *label, bool is_ahead)
{
	char *had = is_ahead || strcmp(label, "temperror") == 0 ? state_verdict_label(p->state, sha256) : NULL;
	bool is_lost = had != NULL && strcmp(had, "temperror") != 0;

	g_free(had);
	return is_lost;
}

/* What is put: the objects by their digests, borrowed of the request, and the digests of files that the index has. */
struct putting {
	GPtrArray *order; /* the keys of verdicts */
	GPtrArray *worse; /* digests of those that are not put, and were to be made anew */
	GHashTable *verdicts, *mirrored;
	GHashTable *texts; /* those that came as text */
};

/* Is it a verdict, and is it to be kept? behind: texts behind the line. False with error: it is none. */
static bool
plan_one(struct store_program *p, const json_t *one, const json_t *behind, const struct putting *out, GError **error)
{
	const char *sha256 = jsonl_string(one, "sha256"), *text, *label;
	gint64 nth = jsonl_int(one, "text", -1);
	json_t *verdict = json_object_get(one, nth < 0 ? "verdict" : "facts");

	text = nth < 0 ? NULL : json_string_value(json_array_get(behind, (size_t)nth));
	label = jsonl_string(verdict, "verdict");
	if (!is_sha256(sha256) || label == NULL || (nth >= 0 && text == NULL)) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
		    "a verdict needs \"sha256\" and an object with its word, or its facts and its text");
		return false;
	}
	if (is_worse(p, sha256, label, jsonl_bool(one, "ahead", false))) {
		if (state_retry_is_planned(p->state, sha256))
			g_ptr_array_add(out->worse, (char *)(guintptr)sha256);
		return true;
	}
	if (g_hash_table_insert(out->verdicts, (char *)(guintptr)sha256, verdict))
		g_ptr_array_add(out->order, (char *)(guintptr)sha256);
	g_hash_table_insert(out->texts, (char *)(guintptr)sha256, (char *)(guintptr)text);
	return true;
}

static bool
plan_all(struct store_program *p, const json_t *args, const struct putting *out, GError **error)
{
	const json_t *list = json_object_get(args, "verdicts"), *behind = json_object_get(args, "behind"), *one;
	bool ok = list != NULL || plan_one(p, args, behind, out, error);
	size_t i;

	json_array_foreach(list, i, one)
		ok = ok && plan_one(p, one, behind, out, error);
	return ok;
}

/* Verdicts of files that the index has go into it; is_rest: those that did not yet. */
static bool
mirror(struct store_program *p, const struct putting *put, bool is_rest, GError **error)
{
	GPtrArray *files = NULL;
	bool ok;

	for (guint i = 0; i < put->order->len; i++) {
		char *sha256 = g_ptr_array_index(put->order, i);
		GPtrArray *found;

		if (is_rest && g_hash_table_contains(put->mirrored, sha256))
			continue;
		found = state_files_of_sha256(p->state, sha256);
		if (found->len > 0)
			g_hash_table_add(put->mirrored, sha256);
		if (files != NULL)
			g_ptr_array_extend_and_steal(files, found);
		else
			files = found;
	}
	ok = files == NULL || index_mirror_verdicts(p->index, files, put->verdicts, error);
	g_clear_pointer(&files, g_ptr_array_unref);
	return ok;
}

static bool
put_one(struct store_program *p, const char *sha256, const struct putting *put, GError **error)
{
	json_t *verdict = g_hash_table_lookup(put->verdicts, sha256);
	const char *label = jsonl_string(verdict, "verdict"), *text = g_hash_table_lookup(put->texts, sha256);
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	bool ok = archive_keys(p, verdict, error);
	char *made = text == NULL ? json_dumps(verdict, JSON_COMPACT) : NULL;

	ok = ok && state_verdict_put(p->state, sha256, label, text != NULL ? text : made, error) &&
	    state_retry_note(p->state, sha256, strcmp(label, "temperror") == 0, now, error);
	free(made);
	return ok;
}

static bool
put_all(struct store_program *p, const struct putting *put, GError **error)
{
	bool ok = state_begin(p->state, error);

	for (guint i = 0; ok && i < put->order->len; i++) {
		const char *sha256 = g_ptr_array_index(put->order, i);

		ok = put_one(p, sha256, put, error);
	}
	for (guint i = 0; ok && i < put->worse->len; i++) /* the DNS is silent: not at once again */
		ok = state_retry_note(p->state, g_ptr_array_index(put->worse, i), true,
		    g_get_real_time() / G_USEC_PER_SEC, error);
	ok = ok && state_commit(p->state, error);
	if (!ok)
		state_rollback(p->state);
	return ok;
}

/* First into the index, then into the state, which says that a file is judged: killed in between it is judged again,
 * and not left without its word in the index. What another process has indexed meanwhile is seen to afterwards. */
void
store_op_verdict_put(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	struct putting put = { .order = g_ptr_array_new(),
		.worse = g_ptr_array_new(),
		.verdicts = g_hash_table_new(g_str_hash, g_str_equal),
		.mirrored = g_hash_table_new(g_str_hash, g_str_equal),
		.texts = g_hash_table_new(g_str_hash, g_str_equal) };
	GError *error = NULL;

	if (plan_all(p, helper_args(r), &put, &error) && mirror(p, &put, false, &error) && put_all(p, &put, &error) &&
	    mirror(p, &put, true, &error))
		helper_done(r, json_pack("{s:i}", "kept", (int)put.order->len));
	else
		helper_fail(r, error);
	g_ptr_array_unref(put.order);
	g_ptr_array_unref(put.worse);
	g_hash_table_unref(put.mirrored);
	g_hash_table_unref(put.verdicts);
	g_hash_table_unref(put.texts);
}

void
store_op_verdict_again(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	GError *error = NULL;
	GPtrArray *digests = store_strings(r, "sha256", &error);
	bool ok = digests != NULL && state_begin(p->state, &error);
	int n = 0;

	for (guint i = 0; ok && i < digests->len; i++) {
		const char *sha256 = g_ptr_array_index(digests, i);
		char *label = is_sha256(sha256) ? state_verdict_label(p->state, sha256) : NULL;

		if (label != NULL) {
			ok = state_retry_again(p->state, sha256, now, &error);
			n++;
		}
		g_free(label);
	}
	if (ok && state_commit(p->state, &error)) {
		helper_done(r, json_pack("{s:i}", "due", n));
	} else {
		state_rollback(p->state);
		helper_fail(r, error);
	}
	g_clear_pointer(&digests, g_ptr_array_unref);
}

static json_t *
keys_json(struct state_db *db, const char *name)
{
	GPtrArray *keys = state_keys(db, name);
	json_t *out = json_array();

	for (guint i = 0; i < keys->len; i++) {
		const struct state_key *key = g_ptr_array_index(keys, i);

		json_array_append_new(out, json_pack("{s:o, s:I, s:I, s:b}", "record",
		    jsonl_text(key->record, -1), "first_seen", (json_int_t)key->first_seen,
		    "last_seen", (json_int_t)key->last_seen, "secure", key->is_secure));
	}
	g_ptr_array_unref(keys);
	return out;
}

void
store_op_keys(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	GPtrArray *names = store_strings(r, "names", &error);
	bool is_looking;
	json_t *out;

	if (names == NULL) {
		helper_fail(r, error);
		return;
	}
	out = json_object();
	is_looking = state_look_begin(p->state);
	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);

		json_object_set_new(out, name, keys_json(p->state, name));
	}
	state_look_end(p->state, is_looking);
	g_ptr_array_unref(names);
	helper_done(r, json_pack("{s:o}", "keys", out));
}

/* What the judge needs to judge bytes again that it saw before: the verdict of then, and the keys of then. */
void
store_op_memory(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	const char *sha256 = store_string(r, "sha256", &error);
	json_t *kept, *keys, *one;
	size_t i;

	if (sha256 == NULL) {
		helper_fail(r, error);
		return;
	}
	kept = message_kept_verdict(p->index, sha256);
	keys = json_object();
	json_array_foreach(json_object_get(kept, "dkim"), i, one) {
		const char *d = jsonl_string(one, "d"), *s = jsonl_string(one, "s");
		char *name = d != NULL && s != NULL ? g_strconcat(s, "._domainkey.", d, NULL) : NULL;

		if (name != NULL)
			json_object_set_new(keys, name, keys_json(p->state, name));
		g_free(name);
	}
	helper_done(r, json_pack("{s:o*, s:o}", "kept", kept, "keys", keys));
}

void
store_op_sender(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	const char *address = store_string(r, "address", &error);
	bool is_brief = jsonl_bool(helper_args(r), "brief", false);
	json_t *out = address == NULL ? NULL
	    : is_brief		      ? sender_brief_json(p->index, address, &error)
				      : sender_json(p->index, address, &error);

	if (out != NULL)
		helper_done(r, out);
	else
		helper_fail(r, error);
}

void
store_op_authserv(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	const char *account = store_string(r, "account", &error);

	if (account != NULL)
		helper_done(r, sender_authserv_json(p->index, account));
	else
		helper_fail(r, error);
}

void
store_op_verdict_get(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	const char *sha256 = store_string(r, "sha256", &error);
	char *text = sha256 != NULL ? state_verdict_get(p->state, sha256) : NULL;
	json_t *verdict = text != NULL ? json_loads(text, 0, NULL) : NULL;

	g_free(text);
	if (error == NULL && verdict == NULL)
		g_set_error(&error, PF_ERROR, PF_ERROR_NOT_FOUND, "%s: no verdict yet", sha256);
	if (error == NULL)
		helper_done(r, json_pack("{s:o}", "verdict", verdict));
	else
		helper_fail(r, error);
}

/* What was said of other readers' keys, in a message of that date. */
static bool
keep_gossip(struct store_program *p, const json_t *args, GError **error)
{
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(args, "gossip"), i, one) {
		const char *address = jsonl_string(one, "address"), *keydata = jsonl_string(one, "keydata");

		if (address != NULL && keydata != NULL &&
		    !peer_gossip_keep(p->state, address, MIN(jsonl_int(args, "date", 0), now), keydata, error))
			return false;
	}
	return true;
}

static bool
take_item(GArray *items, const json_t *from, GError **error)
{
	struct index_security item = { jsonl_string(from, "message_id"), jsonl_string(from, "shown_as") };

	if (item.id != NULL && item.shown_as != NULL && g_strv_contains(index_security_words, item.shown_as)) {
		g_array_append_val(items, item);
		return true;
	}
	g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "message_id is missing, or shown_as is none of security's words");
	return false;
}

void
store_op_security_put(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	const json_t *args = helper_args(r), *list = json_object_get(args, "items"), *one;
	GArray *items = g_array_new(FALSE, FALSE, sizeof(struct index_security));
	GError *error = NULL;
	size_t i;

	if (list == NULL)
		(void)take_item(items, args, &error); /* error says it */
	json_array_foreach(list, i, one)
		if (error == NULL)
			(void)take_item(items, one, &error);
	if (error == NULL && keep_gossip(p, args, &error) &&
	    index_security_put(p->index, (const struct index_security *)(void *)items->data, items->len, &error))
		helper_done(r, NULL);
	else
		helper_fail(r, error);
	g_array_unref(items);
}

void
store_op_unverified(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	gint64 limit = CLAMP(jsonl_int(helper_args(r), "limit", UNVERIFIED_DEFAULT), 1, UNVERIFIED_MAX);
	GError *error = NULL;
	json_t *messages = index_security_unverified(p->index, (guint)limit, &error);

	if (messages != NULL)
		helper_done(r, json_pack("{s:o}", "messages", messages));
	else
		helper_fail(r, error);
}
