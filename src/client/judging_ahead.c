/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mail that waits for the index is judged meanwhile: a verdict that the store has when it takes a message into the index
 * goes there with it, and to add one to a message that is there already is dear. No message waits for its verdict:
 * the store always has paths in hand, first those whose verdicts it was given. What is not judged by then is named and
 * judged afterwards, as ever; so is what this pass fails on. A pass of this kind and one of the other are never under
 * way together, or both would name the same message. */
#include "client/client_private.h"

#define NAMED_AT_ONCE 256
#define PAUSE_S	      120 /* the resolver gives no answers */

static bool
is_paused(const struct client *c)
{
	gint64 now = g_get_monotonic_time();

	return now < c->deaf_until || now < c->ahead_from;
}

static bool
may_judge(const struct client *c)
{
	return !is_paused(c) && (c->is_judging ? c->is_ahead : !c->is_naming);
}

/* Nobody waits for the verdict on this file any more. */
void
client_settle_ahead(struct client *c, const json_t *message)
{
	const char *path = jsonl_string(message, "path");

	if (path != NULL)
		json_object_del(c->ahead, path);
}

static void
on_arriving(const struct reply *reply, void *user)
{
	struct client *c = user;
	const char *path = jsonl_string(reply->obj, "path");
	json_t *one;
	size_t i;

	if (reply->kind == REPLY_EVENT) {
		if (path != NULL && c->is_ahead) {
			json_object_set(c->unjudged, path, (json_t *)(guintptr)reply->obj);
			json_object_set_new(c->known, path, json_true());
		}
		client_judge_next(c);
		return;
	}
	c->is_naming = false;
	json_array_foreach(c->arriving, i, one)
		if (json_object_get(c->known, json_string_value(one)) == NULL)
			json_object_del(c->ahead, json_string_value(one));
	g_clear_pointer(&c->arriving, json_decref);
	client_judge_next(c);
}

bool
client_name_ahead(struct client *c)
{
	size_t n = json_array_size(c->unindexed), end = MIN(n, c->n_looked_at + NAMED_AT_ONCE);

	if (c->is_naming || c->is_failing || c->n_looked_at >= n)
		return false;
	c->arriving = json_array();
	for (; c->n_looked_at < end; c->n_looked_at++) {
		json_t *path = json_array_get(c->unindexed, c->n_looked_at);

		json_array_append(c->arriving, path);
		json_object_set_new(c->ahead, json_string_value(path), json_true());
	}
	c->is_naming = true;
	supervisor_request(client_search(c), json_pack("{s:s, s:O}", "op", "arriving", "paths", c->arriving), NULL, 0, 0,
	    NULL, on_arriving, c);
	return true;
}

void
client_judge_ahead(struct client *c)
{
	if (!may_judge(c) || c->n_looked_at >= json_array_size(c->unindexed))
		return;
	if (!c->is_judging) {
		c->is_judging = c->is_ahead = true;
		c->is_gaining = c->is_failing = c->is_full = false;
	}
	client_judge_next(c);
}

size_t
client_count_settled(struct client *c, size_t max)
{
	size_t n = 0, end = MIN(max, json_array_size(c->unindexed));

	if (is_paused(c))
		return end;
	while (may_judge(c) && n < end && n < c->n_looked_at &&
	    json_object_get(c->ahead, json_string_value(json_array_get(c->unindexed, n))) == NULL)
		n++;
	return n;
}

void
client_stop_ahead(struct client *c)
{
	c->ahead_from = g_get_monotonic_time() + PAUSE_S * G_USEC_PER_SEC;
}
