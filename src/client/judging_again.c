/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes first is judged before the letters have come that say whom the user writes to; who looks like one of those
 * is then an author like any other. So when all that came is judged the judge is told of them once more, and says whom
 * it would now judge otherwise; these few are named again by the store, as what waits for the DNS is. */
#include "client/client_private.h"

static void
on_planned(const struct reply *reply, void *user)
{
	struct client *c = user;

	if (reply->kind == REPLY_EVENT)
		return;
	c->is_telling_contacts = false;
	if (reply->kind == REPLY_DONE)
		client_judge(c);
	else
		client_tell(c, CLIENT_HELPER, reply->error->message, NULL);
}

/* A judge that fails here fails at the next batch too, and that is told. */
static void
on_told(const struct reply *reply, void *user)
{
	struct client *c = user;
	json_t *again = json_object_get(reply->obj, "again");

	if (reply->kind == REPLY_DONE && json_array_size(again) > 0) {
		c->is_telling_contacts = true;
		supervisor_request(client_store(c), json_pack("{s:s, s:O}", "op", "verdict-again", "sha256", again), NULL, 0,
		    0, NULL, on_planned, c);
	} else if (reply->kind != REPLY_EVENT) {
		c->is_telling_contacts = false; /* a judge that failed has forgotten what it judged */
	}
}

bool
client_hand_contacts(struct supervisor *judge, const struct reply *reply, supervisor_reply_fn fn, void *user)
{
	json_t *items = json_object_get(reply->obj, "items");

	if (reply->kind != REPLY_DONE || !json_is_array(items))
		return false;
	supervisor_request(judge, json_pack("{s:s, s:O}", "op", "contacts", "items", items), NULL, 0, 0, NULL, fn, user);
	return true;
}

bool
client_give_contacts(struct client *c, const struct reply *reply)
{
	return client_hand_contacts(client_judge_helper(c), reply, on_told, c);
}

static void
on_contacts(const struct reply *reply, void *user)
{
	struct client *c = user;

	if (reply->kind != REPLY_EVENT && !client_give_contacts(c, reply))
		c->is_telling_contacts = false;
}

void
client_tell_contacts(struct client *c)
{
	if (!c->is_early || c->is_judging || c->is_telling_contacts || client_is_indexing(c) ||
	    json_array_size(c->unindexed) > 0)
		return;
	c->is_early = false;
	c->knows_contacts = c->is_telling_contacts = true;
	supervisor_request(client_search(c), json_pack("{s:s, s:s}", "op", "complete", "what", "correspondents"), NULL, 0, 0,
	    NULL, on_contacts, c);
}
