/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was put off until a time, or until somebody answers: the store is asked after each arrival of mail,
 * and when something is due. */
#include "client/client_private.h"

#define LONGEST_S 3600 /* look again by then at the latest: clocks are set, machines sleep */

static gboolean
on_due(gpointer user)
{
	struct client *c = user;

	c->wake_timer = 0;
	client_wake(c);
	return G_SOURCE_REMOVE;
}

static void
on_woken(const struct reply *reply, void *user)
{
	struct client *c = user;
	gint64 next, now = g_get_real_time() / G_USEC_PER_SEC;

	if (reply->kind != REPLY_DONE)
		return;
	client_tell(c, CLIENT_PUT_OFF, NULL, reply->obj);
	if (jsonl_int(reply->obj, "woken", 0) > 0 || jsonl_int(reply->obj, "no_reply", 0) > 0)
		client_refresh_rows(c);
	next = jsonl_int(reply->obj, "next", -1);
	if (c->wake_timer != 0)
		g_source_remove(c->wake_timer);
	c->wake_timer = 0;
	c->wake_due = next;
	if (c->is_watching && next >= 0)
		c->wake_timer = g_timeout_add_seconds((guint)CLAMP(next - now + 1, 1, LONGEST_S), on_due, c);
}

void
client_wake(struct client *c)
{
	supervisor_request(client_store(c), json_pack("{s:s}", "op", "wake"), NULL, 0, 0, NULL, on_woken,
	    c);
}
