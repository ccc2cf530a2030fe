/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has its time while a client watches: a letter's next try, a thread that was put off. Timers count only the time
 * that the machine is awake, so the clock is asked as well, every few seconds. With it the ledger is looked at: letters that
 * other programs queue (sendmail's, `penfold send --at`) are seen here, and leave when they are due. */
#include "client/client_private.h"

#include "base/file.h"
#include "base/when.h"

#define TICK_S	2
#define GRACE_S 10 /* whoever queues a letter that may leave at once sends it himself */

/* When a letter leaves by itself, Unix seconds; -1: it does not. */
static gint64
due_of(const json_t *entry, gint64 now)
{
	if (g_strcmp0(jsonl_string(entry, "state"), "ready") == 0)
		return now + GRACE_S;
	return when_unix(jsonl_string(entry, "next_try"));
}

static void
on_entries(const struct reply *reply, void *user)
{
	struct client *c = user;
	gint64 now = g_get_real_time() / G_USEC_PER_SEC, first = -1;
	const json_t *entry;
	size_t i;

	if (reply->kind != REPLY_DONE)
		return;
	json_array_foreach(json_object_get(reply->obj, "entries"), i, entry) {
		gint64 due = due_of(entry, now);

		if (due >= 0 && (first < 0 || due < first))
			first = due;
	}
	if (first >= 0 && c->is_watching && (c->send_timer == 0 || first < c->send_due))
		client_send_after(c, MAX(first - now, 1));
	client_tell(c, CLIENT_QUEUE_CHANGED, NULL, NULL);
}

/* What the next run finds by itself is not asked for while one is under way. */
static void
look_at_queue(struct client *c)
{
	char *wal = g_strconcat(c->queue_path, "-wal", NULL);
	gint64 stamp = file_stamp(c->queue_path) ^ (file_stamp(wal) << 1);

	g_free(wal);
	if (stamp == c->queue_stamp)
		return;
	c->queue_stamp = stamp;
	if (!c->is_sending)
		supervisor_request(client_store(c), json_pack("{s:s}", "op", "queue-list"), NULL, 0, 0, NULL, on_entries, c);
}

static gboolean
on_tick(gpointer user)
{
	struct client *c = user;
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;

	if (c->send_timer != 0 && now >= c->send_due)
		client_send_after(c, 0);
	if (c->wake_timer != 0 && now >= c->wake_due) {
		g_source_remove(c->wake_timer);
		c->wake_timer = 0;
		client_wake(c);
	}
	look_at_queue(c);
	return G_SOURCE_CONTINUE;
}

void
client_due_begin(struct client *c)
{
	char *state_dir = rc_state_dir(c->rc);

	c->queue_path = g_build_filename(state_dir, "queue", "queue.db", NULL);
	c->tick_timer = g_timeout_add_seconds(TICK_S, on_tick, c);
	g_free(state_dir);
}

void
client_due_end(struct client *c)
{
	if (c->tick_timer != 0)
		g_source_remove(c->tick_timer);
	c->tick_timer = 0;
	c->queue_stamp = 0;
	g_clear_pointer(&c->queue_path, g_free);
}
