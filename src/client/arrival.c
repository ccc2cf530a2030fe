/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A message arrives: penfold-sync names the file, penfold-store indexes it, and the judge is asked.
 *
 * Indexing runs beside the download: while one request is with the store, further paths gather for
 * the next. A store that dies on a message has noted which; the same paths are simply sent again,
 * and the store sets the culprit aside. */
#include "client/client_private.h"
#include "client/backoff.h"
#include "client/fetched.h"

#define INDEX_BATCH 500	   /* paths in one request */
#define INDEX_STEP  64	   /* while the verdicts on them may still come */
#define INDEX_TRIES 6	   /* two deaths on each of three messages, then we say so */

static void
index_next(struct client *c);

static void
on_rows(const struct reply *reply, void *user)
{
	if (reply->kind == REPLY_DONE)
		client_tell(user, CLIENT_ROWS_CHANGED, NULL, NULL);
}

void
client_refresh_rows(struct client *c)
{
	supervisor_request(client_store(c), json_pack("{s:s}", "op", "rows"), NULL, 0, 0, NULL,
	    on_rows, c);
}

/* POP3: a message is deleted on the server when the store has it, by a run of its own. */
static void
run_waiting(struct client *c)
{
	if (c->indexing != NULL || json_array_size(c->unindexed) > 0)
		return;
	for (size_t i = 0; i < c->n_accounts; i++) {
		struct client_account *a = &c->accounts[i];

		if (!a->is_waiting || a->is_running)
			continue;
		a->is_waiting = false;
		a->is_second = true;
		client_sync_account(c, a->rc->name);
	}
}

static void
on_indexed(const struct reply *reply, void *user)
{
	struct client *c = user;

	if (reply->kind == REPLY_EVENT) {
		if (g_strcmp0(jsonl_string(reply->obj, "event"), "failed") == 0)
			client_tell(c, CLIENT_HELPER, jsonl_string(reply->obj, "message"), NULL);
		return;
	}
	if (reply->kind == REPLY_FAILED && c->index_tries < INDEX_TRIES &&
	    (g_error_matches(reply->error, PF_ERROR, PF_ERROR_CRASHED) ||
		g_error_matches(reply->error, PF_ERROR, PF_ERROR_TEMPORARY))) {
		c->n_looked_at += json_array_size(c->indexing);
		json_array_extend(c->indexing, c->unindexed);
		json_decref(c->unindexed);
		c->unindexed = c->indexing;
		c->indexing = NULL;
		index_next(c);
		return;
	}
	if (reply->kind == REPLY_FAILED)
		client_tell(c, CLIENT_HELPER, reply->error->message, NULL);
	c->index_tries = 0; /* the next paths have tries of their own */
	json_decref(c->indexing);
	c->indexing = NULL;
	client_wake(c);
	index_next(c);
	if (c->is_watching || c->indexing == NULL)
		client_refresh_rows(c);
	if (c->indexing == NULL) {
		client_judge(c);
		if (c->is_unsure)
			client_reconcile(c);
	}
	run_waiting(c);
}

/* Take paths from the front of those that wait: those that have no verdict to wait for, and never none. */
static json_t *
take_batch(struct client *c)
{
	size_t n = MAX(client_count_settled(c, INDEX_BATCH), INDEX_STEP), i;
	json_t *batch = json_array(), *rest = json_array(), *path;

	json_array_foreach(c->unindexed, i, path)
		json_array_append(i < n ? batch : rest, path);
	json_decref(c->unindexed);
	c->unindexed = rest;
	c->n_looked_at -= MIN(c->n_looked_at, n);
	return batch;
}

/* Not before what was named earlier is in the index: the message of a file that is gone may have another one by then, and
 * so it keeps its tags and its thread. */
static void
remove_gone(struct client *c)
{
	if (json_array_size(c->unremoved) == 0)
		return;
	supervisor_request(client_store(c), json_pack("{s:s, s:o}", "op", "removed", "paths", c->unremoved), NULL, 0, 0, NULL,
	    NULL, NULL);
	c->unremoved = json_array();
}

static void
index_next(struct client *c)
{
	if (c->indexing != NULL)
		return;
	if (json_array_size(c->unmoved) > 0) {
		supervisor_request(client_store(c),
		    json_pack("{s:s, s:o}", "op", "renamed", "moves", c->unmoved), NULL, 0, 0,
		    NULL, NULL, NULL);
		c->unmoved = json_array();
		if (json_array_size(c->unindexed) == 0)
			client_refresh_rows(c);
	}
	if (json_array_size(c->unindexed) == 0) {
		remove_gone(c);
		return;
	}
	if (c->is_ahead)
		client_keep_verdicts(c); /* those that are there go first */
	c->indexing = take_batch(c);
	c->index_tries++;
	supervisor_request(client_store(c),
	    json_pack("{s:s, s:O}", "op", "index", "paths", c->indexing), NULL, 0, 0, NULL,
	    on_indexed, c);
}

void
client_index(struct client *c, json_t *paths)
{
	json_array_extend(c->unindexed, paths);
	json_decref(paths);
	index_next(c);
	client_judge_ahead(c);
}

/* An event of penfold-sync. */
static void
on_sync_event(struct client_account *a, const json_t *obj)
{
	struct client *c = a->client;
	const char *event = jsonl_string(obj, "event");
	json_t *copy;

	if (g_strcmp0(event, "message") == 0) {
		a->new_messages++;
		json_array_append(c->unindexed, json_object_get(obj, "path"));
		index_next(c);
		client_judge_ahead(c);
	} else if (g_strcmp0(event, "flags") == 0) {
		json_array_append_new(c->unmoved, json_pack("{s:O, s:O}", "from",
		    json_object_get(obj, "from"), "to", json_object_get(obj, "to")));
	} else if (g_strcmp0(event, "removed") == 0) {
		json_array_append(c->unremoved, json_object_get(obj, "path"));
		index_next(c);
	}
	copy = json_copy((json_t *)(guintptr)obj);
	json_object_set_new(copy, "account", json_string(a->rc->name));
	if (g_strcmp0(event, "error") == 0)
		client_tell(c, CLIENT_SYNC_ERROR, jsonl_string(obj, "message"), copy);
	else
		client_tell(c, CLIENT_SYNC_PROGRESS, NULL, copy);
	json_decref(copy);
}

static gboolean
on_retry(gpointer user)
{
	struct client_account *a = user;

	a->timer = 0;
	client_sync_account(a->client, a->rc->name);
	return G_SOURCE_REMOVE;
}

static gint64
next_fetch(const struct client_account *a)
{
	return backoff_seconds(a->failures, rc_int(a->client->rc, "sync", NULL, "interval"), a->is_refused);
}

static void
plan_fetch(struct client_account *a)
{
	gint64 wait = next_fetch(a);

	if (a->timer != 0)
		g_source_remove(a->timer);
	a->timer = 0;
	if (a->client->is_watching && wait > 0)
		a->timer = g_timeout_add_seconds((guint)backoff_jitter(wait, g_random_double()), on_retry, a);
}

static void
tell_failed(struct client_account *a, const GError *error, bool was_given)
{
	struct client *c = a->client;
	json_t *obj = json_pack("{s:s, s:s, s:I}", "account", a->rc->name, "code",
	    was_given ? pf_error_name(PF_ERROR_NO_SECRET)
		      : pf_error_name(error->domain == PF_ERROR ? error->code : PF_ERROR_INTERNAL),
	    "next",
	    (json_int_t)(c->is_watching ? next_fetch(a) : 0));
	char *text = c->is_watching
	    ? g_strdup_printf("%s; trying again in %" G_GINT64_FORMAT " s", error->message,
		  next_fetch(a))
	    : g_strdup(error->message);

	client_tell(c, CLIENT_SYNC_ERROR, text, obj);
	json_decref(obj);
	g_free(text);
}

static void
tell_done(struct client_account *a, const json_t *done)
{
	json_t *obj = json_copy((json_t *)(guintptr)done);
	json_t *count;

	json_object_set_new(obj, "account", json_string(a->rc->name));
	json_object_del(obj, "event"); /* of a watch */
	fetched_note(a->client->rc, obj);
	client_tell(a->client, CLIENT_SYNC_DONE, NULL, obj);
	json_decref(obj);
	if (a->new_messages == 0)
		return;
	count = json_pack("{s:s, s:I}", "account", a->rc->name, "count",
	    (json_int_t)a->new_messages);
	client_tell(a->client, CLIENT_NEW_MAIL, NULL, count);
	json_decref(count);
}

/* A run of a watch begins or ends; true when the event is only about that. */
static bool
on_watch_event(struct client_account *a, const json_t *obj)
{
	const char *event = jsonl_string(obj, "event");

	if (g_strcmp0(event, "started") == 0) {
		a->is_running = true;
		a->new_messages = 0;
	} else if (g_strcmp0(event, "synced") == 0) {
		a->is_running = false;
		if (a->failures > 0) /* there is a network, and a resolver that answers */
			client_network_is_back(a->client);
		a->failures = 0;
		index_next(a->client);
		tell_done(a, obj);
		/* another run was asked for while this one went on: wait no longer */
		if (a->is_wanted_again && a->watch != 0)
			supervisor_cancel(client_sync(a->client, a->rc->name), a->watch);
		return true;
	}
	return g_strcmp0(event, "waiting") == 0;
}

/* The user has stopped it: no trouble, and no sooner next try. */
static void
tell_stopped(struct client_account *a)
{
	json_t *obj = json_pack("{s:s, s:b}", "account", a->rc->name, "stopped", 1);

	client_tell(a->client, CLIENT_SYNC_DONE, NULL, obj);
	json_decref(obj);
}

void
client_on_sync_reply(const struct reply *reply, void *user)
{
	struct client_account *a = user;

	if (reply->kind == REPLY_EVENT) {
		if (!on_watch_event(a, reply->obj))
			on_sync_event(a, reply->obj);
		return;
	}
	a->is_running = false;
	a->watch = a->request = 0;
	index_next(a->client);
	if (reply->kind == REPLY_FAILED && a->is_wanted_again &&
	    g_error_matches(reply->error, PF_ERROR, PF_ERROR_CANCELLED)) {
		/* a run that had just begun: it begins anew */
	} else if (reply->kind == REPLY_FAILED && a->is_stopped) {
		tell_stopped(a);
	} else if (reply->kind == REPLY_FAILED) {
		a->failures++;
		a->is_refused = g_error_matches(reply->error, PF_ERROR, PF_ERROR_AUTH);
		tell_failed(a, reply->error, a->is_refused && client_secret_refused(a));
	} else {
		if (a->failures > 0)
			client_network_is_back(a->client);
		a->failures = 0;
		a->is_waiting = !a->is_second && jsonl_int(reply->obj, "waiting", 0) > 0;
		if (jsonl_int(reply->obj, "new", -1) >= 0)
			tell_done(a, reply->obj);
		if (a->client->is_unsure && a->client->indexing == NULL)
			client_reconcile(a->client);
	}
	a->is_second = false;
	plan_fetch(a);
	if (a->is_wanted_again) {
		a->is_wanted_again = false;
		client_sync_account(a->client, a->rc->name);
	}
	run_waiting(a->client);
}

/* A watch that waits ends when it is cancelled, keeps its connection, and is asked for anew. */
void
client_sync_account(struct client *c, const char *account)
{
	struct client_account *a = client_find_account(c, account);
	struct supervisor *s = client_sync(c, account);
	bool is_staying = c->is_watching && a != NULL && a->rc->imap != NULL;
	guint64 id;

	if (a == NULL || s == NULL)
		return;
	if (a->is_running || a->watch != 0) {
		a->is_wanted_again = true;
		if (!a->is_running)
			supervisor_cancel(s, a->watch);
		return;
	}
	if (a->timer != 0)
		g_source_remove(a->timer);
	a->timer = 0;
	a->is_running = true;
	a->new_messages = 0;
	client_request_sync(a, is_staying ? "watch" : "sync", &id);
	a->watch = is_staying ? id : 0;
	a->request = id;
	a->is_stopped = false;
	a->answer = NULL;
}

void
client_sync_answer(struct client *c, const char *account, bool is_yes)
{
	struct client_account *a = client_find_account(c, account);

	if (a != NULL)
		a->answer = is_yes ? "yes" : "no";
}

void
client_sync_retry(struct client *c)
{
	for (size_t i = 0; i < c->n_accounts; i++)
		if (c->accounts[i].answer == NULL)
			c->accounts[i].answer = "retry";
}

void
client_fetch_whole(struct client *c, const char *account, const char *path)
{
	struct client_account *a = client_find_account(c, account);

	if (a == NULL)
		return;
	if (a->bodies == NULL)
		a->bodies = json_array();
	json_array_append_new(a->bodies, jsonl_text(path, -1));
	client_sync_account(c, account);
}

void
client_sync_all(struct client *c)
{
	for (size_t i = 0; i < c->n_accounts; i++)
		client_sync_account(c, c->accounts[i].rc->name);
}

unsigned
client_stop_syncs(struct client *c)
{
	unsigned n = 0;

	for (size_t i = 0; i < c->n_accounts; i++) {
		struct client_account *a = &c->accounts[i];

		if (!a->is_running || a->request == 0)
			continue;
		a->is_stopped = true;
		a->is_wanted_again = false; /* what was asked for before is stopped too */
		supervisor_cancel(client_sync(c, a->rc->name), a->request);
		n++;
	}
	return n;
}

bool
client_is_indexing(const struct client *c)
{
	return c->indexing != NULL;
}

bool
client_is_syncing(const struct client *c)
{
	bool running = c->indexing != NULL || client_is_filtering(c) || c->is_judging || c->is_telling_contacts ||
	    c->is_verifying || client_is_fetching_logos(c);

	for (size_t i = 0; i < c->n_accounts; i++)
		running = running || c->accounts[i].is_running;
	return running || c->reading > 0;
}
