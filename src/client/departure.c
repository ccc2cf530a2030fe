/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A letter leaves: the store freezes, checks and fsyncs it; penfold-send runs the queue; what that
 * left behind (local deliveries, the Sent copy, the "answered" mark) goes to the store. */
#include "client/client_private.h"

#include "base/when.h"

#define RETRY_S 60 /* when penfold-send itself failed */

struct letter {
	struct client *client;
	int hold;
	supervisor_reply_fn fn;
	void *user;
};

static gboolean
on_send_timer(gpointer user)
{
	struct client *c = user;

	c->send_timer = 0;
	client_queue_run(c);
	return G_SOURCE_REMOVE;
}

void
client_send_after(struct client *c, gint64 seconds)
{
	if (c->send_timer != 0)
		g_source_remove(c->send_timer);
	c->send_due = g_get_real_time() / G_USEC_PER_SEC + seconds;
	c->send_timer = g_timeout_add((guint)(CLAMP(seconds, 0, 86400) * 1000 + 50), on_send_timer,
	    c);
}

static void
on_queued(const struct reply *reply, void *user)
{
	struct letter *letter = user;
	struct client *c = letter->client;

	if (letter->fn != NULL)
		letter->fn(reply, letter->user);
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_DONE) {
		client_tell(c, CLIENT_QUEUE_CHANGED, NULL, NULL);
		client_send_after(c, letter->hold);
	}
	g_free(letter);
}

void
client_queue_raw(struct client *c, json_t *obj, int fd, int hold_seconds, supervisor_reply_fn fn,
    void *user)
{
	struct letter *letter = g_new0(struct letter, 1);

	json_object_set_new(obj, "hold", json_integer(hold_seconds));
	letter->client = c;
	letter->hold = hold_seconds;
	letter->fn = fn;
	letter->user = user;
	supervisor_request(client_store(c), obj, &fd, fd >= 0 ? 1 : 0, 0, NULL, on_queued, letter);
}

static void
on_answered(const struct reply *reply, void *user)
{
	if (reply->kind == REPLY_DONE)
		client_tell(user, CLIENT_ROWS_CHANGED, NULL, NULL);
}

static void
mark_answered(struct client *c, const json_t *obj)
{
	json_t *ids = json_object_get(obj, "ids");

	if (!json_is_array(ids))
		return;
	supervisor_request(client_store(c),
	    json_pack("{s:s, s:[s], s:O}", "op", "tag", "changes", "+replied", "ids", ids), NULL, 0,
	    0, NULL, on_answered, c);
}

/* What goes on by itself is the least of it; 0: no trouble. */
static int
weight_of(const json_t *recipient)
{
	static const char *const states[] = {"deferred", "uncertain", "failed"};
	const char *state = jsonl_string(recipient, "state"), *reply = jsonl_string(recipient, "reply");

	for (size_t i = 0; reply != NULL && reply[0] != '\0' && i < G_N_ELEMENTS(states); i++)
		if (g_strcmp0(state, states[i]) == 0)
			return (int)i + 1;
	return 0;
}

/* A recipient that was not reached: the worst is remembered, and told when the run is over. */
static void
note_trouble(struct client *c, const json_t *obj)
{
	int weight = weight_of(obj), before = weight_of(c->send_trouble);
	gint64 others = 0;

	if (weight == 0 || weight < before)
		return;
	if (weight == before && g_strcmp0(jsonl_string(obj, "reply"), jsonl_string(c->send_trouble, "reply")) == 0)
		others = jsonl_int(c->send_trouble, "others", 0) + 1;
	json_decref(c->send_trouble);
	c->send_trouble = json_pack("{s:O, s:O, s:O, s:O, s:I}", "queue_id", json_object_get(obj, "queue_id"), "address",
	    json_object_get(obj, "address"), "state", json_object_get(obj, "state"), "reply", json_object_get(obj, "reply"),
	    "others", (json_int_t)others);
}

/* What is wrong and what happens next, in one sentence. */
static void
tell_trouble(struct client *c)
{
	gint64 next = when_unix(jsonl_string(c->send_trouble, "next_try"));
	GDateTime *local = next >= 0 ? g_date_time_new_from_unix_local(next) : NULL;
	char *clock = local != NULL ? g_date_time_format(local, "%H:%M:%S") : NULL;
	gint64 others = jsonl_int(c->send_trouble, "others", 0);
	char *more = others > 0 ? g_strdup_printf(" and %" G_GINT64_FORMAT " more", others) : g_strdup("");

	if (c->send_trouble != NULL) {
		char *text = g_strdup_printf("%s%s: %s: %s%s%s", jsonl_string(c->send_trouble, "address"), more,
		    jsonl_string(c->send_trouble, "state"), jsonl_string(c->send_trouble, "reply"),
		    clock != NULL ? "; next try at " : "; see the outbox", clock != NULL ? clock : "");
		client_tell(c, CLIENT_SEND_ERROR, text, c->send_trouble);
		g_free(text);
	}
	g_clear_pointer(&c->send_trouble, json_decref);
	g_clear_pointer(&local, g_date_time_unref);
	g_free(more);
	g_free(clock);
}

/* Some servers file what they take: what the next sync brings may tell whether they took it. */
static void
note_unsure(struct client *c, const json_t *entry)
{
	const char *account = jsonl_string(entry, "account");

	if (g_strcmp0(jsonl_string(entry, "state"), "uncertain") != 0)
		return;
	c->is_unsure = true;
	if (account != NULL)
		client_sync_account(c, account);
}

/* What became of it in this run is known. */
static void
note_fate(struct client *c, const json_t *entry)
{
	const char *id = jsonl_string(entry, "id");

	if (id != NULL)
		json_object_del(c->on_its_way, id);
	if (id != NULL && g_strcmp0(id, jsonl_string(c->send_trouble, "queue_id")) == 0 && weight_of(c->send_trouble) == 1)
		json_object_set(c->send_trouble, "next_try", json_object_get(entry, "next_try"));
	note_unsure(c, entry);
}

static void
on_send_event(struct client *c, const json_t *obj)
{
	const char *event = jsonl_string(obj, "event");
	json_t *path = json_object_get(obj, "path");

	if (g_strcmp0(event, "delivered") == 0 || g_strcmp0(event, "file") == 0) {
		if (json_is_string(path))
			client_index(c, json_pack("[O]", path));
	} else if (g_strcmp0(event, "answered") == 0) {
		mark_answered(c, obj);
	} else if (g_strcmp0(event, "entry") == 0) {
		note_fate(c, json_object_get(obj, "entry"));
		client_tell(c, CLIENT_QUEUE_CHANGED, NULL, obj);
	} else {
		if (g_strcmp0(event, "recipient") == 0)
			note_trouble(c, obj);
		if (g_strcmp0(event, "sending") == 0 && jsonl_string(obj, "queue_id") != NULL)
			json_object_set_new(c->on_its_way, jsonl_string(obj, "queue_id"), json_true());
		client_tell(c, CLIENT_SEND_PROGRESS, NULL, obj);
	}
}

/* next_try is RFC 3339; an absent one means that nothing waits. */
static void
plan_next(struct client *c, const char *next_try)
{
	gint64 when = when_unix(next_try), now = g_get_real_time() / G_USEC_PER_SEC;

	if (when >= 0)
		client_send_after(c, MAX(when - now, 1));
}

static void
on_run_reply(const struct reply *reply, void *user)
{
	struct client *c = user;

	if (reply->kind == REPLY_EVENT) {
		on_send_event(c, reply->obj);
		return;
	}
	c->is_sending = false;
	json_object_clear(c->on_its_way);
	if (reply->kind == REPLY_FAILED) {
		/* another one sends at this moment, and may be done with all of it */
		if (!c->is_watching || !g_error_matches(reply->error, PF_ERROR, PF_ERROR_TEMPORARY))
			client_tell(c, CLIENT_SEND_ERROR, reply->error->message, NULL);
		if (c->is_watching)
			client_send_after(c, RETRY_S);
	} else {
		tell_trouble(c);
		plan_next(c, jsonl_string(reply->obj, "next_try"));
	}
	client_tell(c, CLIENT_QUEUE_CHANGED, NULL, NULL);
	if (c->is_send_wanted) {
		c->is_send_wanted = false;
		client_queue_run(c);
	}
}

void
client_queue_run(struct client *c)
{
	if (c->is_sending) {
		c->is_send_wanted = true;
		return;
	}
	c->is_sending = true;
	client_request_send(c, on_run_reply);
}

void
client_network_is_back(struct client *c)
{
	c->is_network_back = true;
	client_queue_run(c);
}

bool
client_is_sending(const struct client *c)
{
	return json_object_size(c->on_its_way) > 0;
}
