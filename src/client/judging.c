/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What arrived is judged: the store names messages without a verdict, newest first, and those whose DNS failed
 * and that are due again; the judge gets a batch of them at once, so that it asks for all of them together; the
 * verdicts go back in one request, so that the index is locked seldom.
 *
 * A batch on which the judge died is judged one by one, so that the message at fault is found. Where a key is
 * gone the store's archive of keys is looked into, and the message judged again. */
#include "client/client_private.h"

#include "base/file.h"

#include <unistd.h>

#define JUDGE_BATCH	  128
#define JUDGE_AT_ONCE	  4
#define JUDGE_DEADLINE_MS 60000
#define BATCH_DEADLINE_MS 180000
#define DEAF_PAUSE_S	  120 /* the resolver gives no answers: the rest waits */

struct judging {
	struct client *client;
	json_t *message; /* {sha256, path, account, submitted, keys?} */
};

static void
feed(struct client *c);
static void
keep_batch(struct client *c);

static void
pause_judging(struct client *c)
{
	json_object_clear(c->unjudged);
	json_object_clear(c->verdicts);
	c->is_judging = false;
	c->deaf_until = g_get_monotonic_time() + DEAF_PAUSE_S * G_USEC_PER_SEC;
}

static gboolean
on_retry(gpointer user)
{
	struct client *c = user;

	c->judge_timer = 0;
	client_judge(c);
	return G_SOURCE_REMOVE;
}

/* Judge again in so many seconds, while somebody watches. */
static void
judge_later(struct client *c, gint64 seconds)
{
	if (!c->is_watching || seconds <= 0)
		return;
	if (c->judge_timer != 0)
		g_source_remove(c->judge_timer);
	c->judge_timer = g_timeout_add_seconds((guint)MIN(seconds + 1, 86400), on_retry, c);
}

/* The batch is kept; look for more unless nothing came of it. */
static void
on_kept(const struct reply *reply, void *user)
{
	struct client *c = user;

	if (reply->kind == REPLY_EVENT)
		return;
	c->is_judging = false;
	client_refresh_rows(c);
	if (reply->kind == REPLY_FAILED)
		client_tell(c, CLIENT_HELPER, reply->error->message, NULL);
	else
		client_judge(c);
	client_filter(c);
}

static void
keep_batch(struct client *c)
{
	json_t *list = json_array(), *one;
	const char *sha256;

	json_object_foreach(c->verdicts, sha256, one)
		json_array_append_new(list, json_pack("{s:s, s:O}", "sha256", sha256, "verdict",
		    json_object_get(one, "verdict")));
	json_object_clear(c->verdicts);
	json_object_clear(c->unjudged);
	if (json_array_size(list) == 0) {
		json_decref(list);
		c->is_judging = false;
		return;
	}
	supervisor_request(client_store(c),
	    json_pack("{s:s, s:o}", "op", "verdict-put", "verdicts", list), NULL, 0, 0, NULL, on_kept, c);
}

/* A verdict has come: the message goes from one table to the other. */
static void
take_verdict(struct client *c, json_t *message, json_t *verdict)
{
	const char *sha256 = jsonl_string(message, "sha256");

	json_object_set_new(c->verdicts, sha256,
	    json_pack("{s:O, s:O}", "verdict", verdict, "message", message));
	json_object_del(c->unjudged, sha256);
}

/* The judge died twice on it: that is an answer too, or it would be asked for ever. */
static json_t *
unjudgeable(const char *why)
{
	return json_pack("{s:s, s:s, s:[]}", "verdict", "permerror", "summary", why, "flags");
}

static void
on_judged(const struct reply *reply, void *user)
{
	struct judging *one = user;
	struct client *c = one->client;
	json_t *verdict = NULL;

	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_DONE)
		verdict = json_incref(json_object_get(reply->obj, "verdict"));
	else if (!g_error_matches(reply->error, PF_ERROR, PF_ERROR_UNAVAILABLE) &&
	    !g_error_matches(reply->error, PF_ERROR, PF_ERROR_CANCELLED))
		verdict = unjudgeable("This message cannot be judged: the judge failed on it.");
	if (verdict != NULL)
		take_verdict(c, one->message, verdict);
	json_decref(verdict);
	c->judging--;
	json_decref(one->message);
	g_free(one);
	feed(c);
}

/* Judge one by itself, with the keys of the archive where it has them. False: its file is gone. */
static bool
judge_one(struct client *c, json_t *message)
{
	const char *path = jsonl_string(message, "path");
	int fd = path != NULL ? file_open_regular(path, true) : -1;
	struct judging *one;
	json_t *obj;

	if (fd < 0)
		return false; /* moved meanwhile: it is named again under its new path */
	obj = json_pack("{s:s, s:s*, s:b, s:O*, s:O*}", "op", "judge", "account",
	    jsonl_string(message, "account"), "submitted", jsonl_bool(message, "submitted", false), "keys",
	    json_object_get(message, "keys"), "kept", json_object_get(message, "kept"));
	one = g_new0(struct judging, 1);
	one->client = c;
	one->message = json_incref(message);
	c->judging++;
	supervisor_request(client_judge_helper(c), obj, &fd, 1, JUDGE_DEADLINE_MS,
	    jsonl_string(message, "sha256"), on_judged, one);
	close(fd);
	return true;
}

/* Keep a few single requests with the judge; when the last is back, the batch goes to the store. */
static void
feed(struct client *c)
{
	void *at;

	while (c->judging < JUDGE_AT_ONCE && (at = json_object_iter(c->unjudged)) != NULL) {
		json_t *message = json_incref(json_object_iter_value(at));

		json_object_del(c->unjudged, jsonl_string(message, "sha256"));
		(void)judge_one(c, message);
		json_decref(message);
	}
	if (c->judging == 0)
		keep_batch(c);
}

/* Those of the names whose keys the archive has; NULL when it has none. New reference. */
static json_t *
keys_for(const json_t *names, const json_t *archive)
{
	json_t *keys = json_object(), *name;
	size_t i;

	json_array_foreach(names, i, name) {
		json_t *records = json_object_get(archive, json_string_value(name));

		if (json_array_size(records) > 0)
			json_object_set(keys, json_string_value(name), records);
	}
	if (json_object_size(keys) == 0)
		g_clear_pointer(&keys, json_decref);
	return keys;
}

static void
on_keys(const struct reply *reply, void *user)
{
	struct client *c = user;
	const char *sha256;
	json_t *one;

	if (reply->kind == REPLY_EVENT)
		return;
	json_object_foreach(c->verdicts, sha256, one) {
		json_t *message = json_object_get(one, "message");
		json_t *keys = keys_for(
		    json_object_get(json_object_get(one, "verdict"), "missing_keys"),
		    json_object_get(reply->obj, "keys"));

		if (keys == NULL)
			continue;
		json_object_set_new(message, "keys", keys);
		json_object_set(c->unjudged, sha256, message);
	}
	feed(c); /* a verdict that comes takes the place of the first */
}

/* All are judged. Names without a key are looked for in the archive. */
static void
look_into_archive(struct client *c)
{
	json_t *names = json_array(), *one;
	const char *sha256;

	json_object_foreach(c->verdicts, sha256, one)
		json_array_extend(names,
		    json_object_get(json_object_get(one, "verdict"), "missing_keys"));
	if (json_array_size(names) == 0) {
		json_decref(names);
		keep_batch(c);
		return;
	}
	supervisor_request(client_store(c), json_pack("{s:s, s:o}", "op", "keys", "names", names), NULL, 0,
	    0, NULL, on_keys, c);
}

static void
on_batch(const struct reply *reply, void *user)
{
	struct client *c = user;

	if (reply->kind == REPLY_EVENT) {
		const char *sha256 = jsonl_string(reply->obj, "sha256");
		json_t *message =
		    sha256 != NULL ? json_incref(json_object_get(c->unjudged, sha256)) : NULL;
		json_t *verdict = json_object_get(reply->obj, "verdict");

		if (message != NULL && json_is_object(verdict))
			take_verdict(c, message, verdict);
		json_decref(message);
		return;
	}
	if (reply->kind == REPLY_DONE && jsonl_bool(reply->obj, "is_deaf", false)) {
		pause_judging(c);
		judge_later(c, DEAF_PAUSE_S);
		return;
	}
	if (reply->kind == REPLY_FAILED && g_error_matches(reply->error, PF_ERROR, PF_ERROR_CRASHED)) {
		c->knows_contacts = false;
		feed(c);
		return;
	}
	json_object_clear(c->unjudged); /* their files moved: they are named again */
	look_into_archive(c);
}

static void
judge_batch(struct client *c)
{
	json_t *list = json_array(), *one;
	const char *sha256;

	json_object_foreach(c->unjudged, sha256, one)
		json_array_append(list, one);
	supervisor_request(client_judge_helper(c),
	    json_pack("{s:s, s:o}", "op", "judge-batch", "messages", list), NULL, 0, BATCH_DEADLINE_MS,
	    NULL, on_batch, c);
}

static void
on_told(const struct reply *reply, void *user)
{
	(void)reply; /* without them the judge misses some who look like others, no more */
	(void)user;
}

static void
on_contacts(const struct reply *reply, void *user)
{
	struct client *c = user;
	const json_t *items = json_object_get(reply->obj, "items");

	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_DONE && json_is_array(items))
		supervisor_request(client_judge_helper(c),
		    json_pack("{s:s, s:O}", "op", "contacts", "items", items), NULL, 0, 0, NULL,
		    on_told, c);
	judge_batch(c);
}

static void
on_unjudged(const struct reply *reply, void *user)
{
	struct client *c = user;
	const char *sha256 = jsonl_string(reply->obj, "sha256");

	if (reply->kind == REPLY_EVENT) {
		if (sha256 != NULL)
			json_object_set(c->unjudged, sha256, (json_t *)(guintptr)reply->obj);
		if (jsonl_bool(reply->obj, "report", false))
			client_read_report(c, jsonl_string(reply->obj, "path"));
		return;
	}
	if (reply->kind == REPLY_DONE)
		judge_later(c, jsonl_int(reply->obj, "retry_in", 0));
	if (reply->kind == REPLY_FAILED || json_object_size(c->unjudged) == 0) {
		c->is_judging = false;
		client_filter(c);
	} else if (!c->knows_contacts) {
		c->knows_contacts = true;
		supervisor_request(client_search(c),
		    json_pack("{s:s, s:s}", "op", "complete", "what", "correspondents"), NULL, 0, 0, NULL,
		    on_contacts, c);
	} else {
		judge_batch(c);
	}
	if (!c->is_judging && c->is_judging_wanted)
		client_judge(c);
}

void
client_judge(struct client *c)
{
	if (c->is_judging) {
		c->is_judging_wanted = true;
		return;
	}
	if (g_get_monotonic_time() < c->deaf_until)
		return;
	c->is_judging = true;
	c->is_judging_wanted = false;
	supervisor_request(client_store(c),
	    json_pack("{s:s, s:i}", "op", "unjudged", "limit", JUDGE_BATCH), NULL, 0, 0, NULL,
	    on_unjudged, c);
}
