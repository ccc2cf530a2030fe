/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What arrived is judged: the store names messages without a verdict, newest first, and those whose DNS failed
 * and that are due again; the judge gets a batch of them at once, so that it asks for all of them together; the
 * verdicts go back in one request, so that the index is locked seldom. The two work at the same time: while the
 * store keeps one batch the judge has the next.
 *
 * A batch on which the judge died is judged one by one, so that the message at fault is found. Where a key is
 * gone the store's archive of keys is looked into, and the message judged again. What waits for a DNS that does
 * not answer comes again when all others are done. */
#include "client/client_private.h"

#include "base/file.h"

#include <unistd.h>

#define NAMED_AT_ONCE	  1000 /* in one pass; then what came meanwhile is first again */
#define JUDGE_BATCH	  256
#define KEEP_AT_ONCE	  2 /* batches that wait for the store */
#define PATIENCE_MS	  2500 /* for a batch while others wait */
#define ROWS_EVERY_US	  (500 * 1000) /* the list shows verdicts while more come */
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
judge_next(struct client *c);

static void
forget_pass(struct client *c)
{
	json_object_clear(c->unjudged);
	json_object_clear(c->in_hand);
	json_object_clear(c->late);
	json_object_clear(c->verdicts);
	c->is_batching = c->is_judging = false;
}

static void
pause_judging(struct client *c)
{
	forget_pass(c);
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

static void
show_verdicts(struct client *c)
{
	c->rows_at = g_get_monotonic_time();
	client_refresh_rows(c);
	client_filter(c);
}

/* All that was named is done with. Look for more unless nothing came of it. */
static void
end_pass(struct client *c)
{
	bool is_more = c->is_gaining || c->is_judging_wanted;

	forget_pass(c);
	if (c->is_gaining)
		client_refresh_rows(c);
	if (is_more)
		client_judge(c);
	client_filter(c);
}

static void
on_kept(const struct reply *reply, void *user)
{
	struct client *c = user;

	if (reply->kind == REPLY_EVENT)
		return;
	c->keeping--;
	if (reply->kind == REPLY_FAILED) {
		c->is_failing = true; /* nor will the next try be better */
		client_tell(c, CLIENT_HELPER, reply->error->message, NULL);
	} else {
		c->is_gaining = true;
	}
	if (!c->is_judging || g_get_monotonic_time() - c->rows_at > ROWS_EVERY_US)
		show_verdicts(c);
	judge_next(c);
}

/* What is judged goes to the store; the judge is free for the next batch. */
static void
keep_batch(struct client *c)
{
	json_t *list = json_array(), *one;
	const char *sha256;

	json_object_foreach(c->verdicts, sha256, one)
		json_array_append_new(list, json_pack("{s:s, s:O}", "sha256", sha256, "verdict",
		    json_object_get(one, "verdict")));
	json_object_clear(c->verdicts);
	json_object_clear(c->in_hand);
	c->is_batching = false;
	if (json_array_size(list) > 0) {
		c->keeping++;
		supervisor_request(client_store(c),
		    json_pack("{s:s, s:O}", "op", "verdict-put", "verdicts", list), NULL, 0, 0, NULL,
		    on_kept, c);
	}
	json_decref(list);
	judge_next(c);
}

/* A verdict has come: the message goes from one table to the other. */
static void
take_verdict(struct client *c, json_t *message, json_t *verdict)
{
	const char *sha256 = jsonl_string(message, "sha256");

	client_want_logo(c, message, verdict);
	json_object_set_new(c->verdicts, sha256,
	    json_pack("{s:O, s:O}", "verdict", verdict, "message", message));
	json_object_del(c->in_hand, sha256);
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

	while (c->judging < JUDGE_AT_ONCE && (at = json_object_iter(c->in_hand)) != NULL) {
		json_t *message = json_incref(json_object_iter_value(at));

		json_object_del(c->in_hand, jsonl_string(message, "sha256"));
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
		json_object_set(c->in_hand, sha256, message);
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

/* The judge has told of one of the batch: its verdict, or that its DNS lets us wait. */
static void
on_batch_event(struct client *c, const json_t *obj)
{
	const char *sha256 = jsonl_string(obj, "sha256");
	json_t *message = sha256 != NULL ? json_incref(json_object_get(c->in_hand, sha256)) : NULL;
	json_t *verdict = json_object_get(obj, "verdict");

	if (message != NULL && json_is_object(verdict)) {
		take_verdict(c, message, verdict);
	} else if (message != NULL && g_strcmp0(jsonl_string(obj, "event"), "late") == 0) {
		json_object_set(c->late, sha256, message);
		json_object_del(c->in_hand, sha256);
	}
	json_decref(message);
}

static void
on_batch(const struct reply *reply, void *user)
{
	struct client *c = user;

	if (reply->kind == REPLY_EVENT) {
		on_batch_event(c, reply->obj);
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
	json_object_clear(c->in_hand); /* their files moved: they are named again */
	look_into_archive(c);
}

/* Take what is to be judged next from one table into the batch; false: there is nothing. */
static bool
take_up(struct client *c, json_t *from)
{
	void *at;

	while (json_object_size(c->in_hand) < JUDGE_BATCH && (at = json_object_iter(from)) != NULL) {
		char *sha256 = g_strdup(json_object_iter_key(at));

		json_object_set(c->in_hand, sha256, json_object_iter_value(at));
		json_object_del(from, sha256);
		g_free(sha256);
	}
	return json_object_size(c->in_hand) > 0;
}

static void
judge_batch(struct client *c, bool is_last)
{
	json_t *list = json_array(), *request, *one;
	const char *sha256;

	json_object_foreach(c->in_hand, sha256, one)
		json_array_append(list, one);
	request = json_pack("{s:s, s:o}", "op", "judge-batch", "messages", list);
	if (!is_last)
		json_object_set_new(request, "patience_ms", json_integer(PATIENCE_MS));
	supervisor_request(client_judge_helper(c), request, NULL, 0, BATCH_DEADLINE_MS, NULL, on_batch, c);
}

static void
on_told(const struct reply *reply, void *user)
{
	(void)reply; /* a judge that fails here fails at the next batch too, and that is told */
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
	c->is_batching = false;
	judge_next(c);
}

static void
ask_contacts(struct client *c)
{
	c->knows_contacts = c->is_batching = true;
	supervisor_request(client_search(c),
	    json_pack("{s:s, s:s}", "op", "complete", "what", "correspondents"), NULL, 0, 0, NULL, on_contacts,
	    c);
}

/* The next batch, where the judge is free and enough has been named. */
static void
judge_next(struct client *c)
{
	bool is_enough = !c->is_naming || json_object_size(c->unjudged) >= JUDGE_BATCH;

	if (!c->is_judging || c->is_batching || c->keeping >= KEEP_AT_ONCE || !is_enough)
		return;
	if (json_object_size(c->unjudged) + json_object_size(c->late) == 0 || c->is_failing) {
		if (c->keeping == 0 && !c->is_naming)
			end_pass(c);
	} else if (!c->knows_contacts) {
		ask_contacts(c);
	} else {
		bool is_first_try = take_up(c, c->unjudged) || !take_up(c, c->late);

		c->is_batching = true;
		judge_batch(c, !is_first_try);
	}
}

static void
on_unjudged(const struct reply *reply, void *user)
{
	struct client *c = user;
	const char *sha256 = jsonl_string(reply->obj, "sha256");

	if (reply->kind == REPLY_EVENT) {
		if (sha256 != NULL && c->is_judging)
			json_object_set(c->unjudged, sha256, (json_t *)(guintptr)reply->obj);
		if (jsonl_bool(reply->obj, "report", false))
			client_read_report(c, jsonl_string(reply->obj, "path"));
		judge_next(c);
		return;
	}
	c->is_naming = false;
	if (reply->kind == REPLY_DONE)
		judge_later(c, jsonl_int(reply->obj, "retry_in", 0));
	if (c->is_judging)
		judge_next(c);
	else if (c->is_judging_wanted)
		client_judge(c);
}

void
client_judge(struct client *c)
{
	client_verify(c);
	if (c->is_judging || c->is_naming) {
		c->is_judging_wanted = true;
		return;
	}
	if (g_get_monotonic_time() < c->deaf_until)
		return;
	c->is_judging = c->is_naming = true;
	c->is_judging_wanted = c->is_gaining = c->is_failing = false;
	supervisor_request(client_store(c),
	    json_pack("{s:s, s:i}", "op", "unjudged", "limit", NAMED_AT_ONCE), NULL, 0, 0, NULL, on_unjudged,
	    c);
}

void
client_trust(struct client *c, const char *account, const char *id)
{
	struct supervisor *const judges[] = { client_auth(c), client_judge_helper(c) };

	for (size_t i = 0; i < G_N_ELEMENTS(judges); i++)
		supervisor_request(judges[i],
		    json_pack("{s:s, s:s, s:s}", "op", "trust", "account", account, "authserv_id", id), NULL, 0, 0, NULL,
		    on_told, c);
}
