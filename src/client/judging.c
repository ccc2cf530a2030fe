/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What arrived is judged: the store names messages without a verdict, newest first; the judge gets
 * each as a descriptor; the verdicts go back in batches, so that the index is locked seldom. */
#include "client/client_private.h"

#include "base/file.h"

#include <unistd.h>

#define JUDGE_BATCH	  64
#define JUDGE_AT_ONCE	  4
#define JUDGE_DEADLINE_MS 60000
#define DEAF_AFTER	  3   /* temporary errors in a row: the resolver does not answer */
#define DEAF_PAUSE_S	  120 /* then the rest waits: each message would cost seconds */

struct judging {
	struct client *client;
	char *sha256;
};

static void
feed(struct client *c);

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
}

static void
keep_batch(struct client *c)
{
	if (json_array_size(c->verdicts) == 0) {
		c->is_judging = false;
		return;
	}
	supervisor_request(client_store(c),
	    json_pack("{s:s, s:o}", "op", "verdict-put", "verdicts", c->verdicts), NULL, 0, 0, NULL,
	    on_kept, c);
	c->verdicts = json_array();
}

/* Without a resolver every message would wait for its own time-out: the rest stays unjudged for now. */
static void
note_answer(struct client *c, const json_t *verdict)
{
	if (g_strcmp0(jsonl_string(verdict, "verdict"), "temperror") != 0) {
		c->deaf = 0;
		return;
	}
	if (++c->deaf < DEAF_AFTER)
		return;
	json_array_clear(c->unjudged);
	c->deaf_until = g_get_monotonic_time() + DEAF_PAUSE_S * G_USEC_PER_SEC;
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
	note_answer(c, verdict);
	if (verdict != NULL)
		json_array_append_new(c->verdicts, json_pack("{s:s, s:o}", "sha256", one->sha256,
		    "verdict", verdict));
	c->judging--;
	g_free(one->sha256);
	g_free(one);
	feed(c);
}

static void
judge_one(struct client *c, const json_t *message)
{
	const char *path = jsonl_string(message, "path");
	const char *account = jsonl_string(message, "account");
	int fd = path != NULL ? file_open_regular(path, true) : -1;
	struct judging *one;
	json_t *obj;

	if (fd < 0)
		return; /* moved meanwhile: it is named again under its new path */
	obj = json_pack("{s:s, s:s*, s:b}", "op", "judge", "account", account, "submitted",
	    jsonl_bool(message, "submitted", false));
	one = g_new0(struct judging, 1);
	one->client = c;
	one->sha256 = g_strdup(jsonl_string(message, "sha256"));
	c->judging++;
	supervisor_request(client_judge_helper(c), obj, &fd, 1, JUDGE_DEADLINE_MS, one->sha256,
	    on_judged, one);
	close(fd);
}

/* Keep a few requests with the judge; when the last is back, the batch goes to the store. */
static void
feed(struct client *c)
{
	while (c->judging < JUDGE_AT_ONCE && json_array_size(c->unjudged) > 0) {
		json_t *message = json_incref(json_array_get(c->unjudged, 0));

		json_array_remove(c->unjudged, 0);
		judge_one(c, message);
		json_decref(message);
	}
	if (c->judging == 0)
		keep_batch(c);
}

static void
on_unjudged(const struct reply *reply, void *user)
{
	struct client *c = user;

	if (reply->kind == REPLY_EVENT) {
		json_array_append(c->unjudged, (json_t *)(guintptr)reply->obj);
		return;
	}
	if (reply->kind == REPLY_FAILED || json_array_size(c->unjudged) == 0)
		c->is_judging = false;
	else
		feed(c);
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
