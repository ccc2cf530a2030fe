/* SPDX-License-Identifier: GPL-3.0-or-later */
/* While the screen is open: fetch and send at start, at intervals, and when the kernel says that a
 * route came or went, rather than by a timer alone. The mail that other programs put into the folders
 * is fetched by looking at them, at start and at the same intervals. */
#include "client/client_private.h"

#include <gio/gio.h>
#include <string.h>

#define SETTLE_MS 1500 /* routes come in bursts */
#define SCAN_TRIES 6 /* two deaths on each of three messages */

struct scanning {
	struct client *client;
	client_scanned_fn fn;
	void *user;
	unsigned tries;
};

static void
request_scan(struct scanning *s);

/* Files beside the folders need not be mail, and are met by every scan. */
static bool
is_failed_message(const json_t *event)
{
	const char *path = jsonl_string(event, "path");

	return g_strcmp0(jsonl_string(event, "event"), "failed") == 0 && path != NULL &&
	    (strstr(path, "/cur/") != NULL || strstr(path, "/new/") != NULL);
}

static void
on_scanned(const struct reply *reply, void *user)
{
	struct scanning *s = user;
	struct client *c = s->client;

	if (reply->kind == REPLY_EVENT) {
		if (is_failed_message(reply->obj))
			client_tell(c, CLIENT_HELPER, jsonl_string(reply->obj, "message"), NULL);
		return;
	}
	/* A store that died on a message has noted which, and sets it aside the third time. */
	if (reply->kind == REPLY_FAILED && ++s->tries < SCAN_TRIES &&
	    g_error_matches(reply->error, PF_ERROR, PF_ERROR_CRASHED)) {
		request_scan(s);
		return;
	}
	if (reply->kind == REPLY_FAILED)
		client_tell(c, CLIENT_HELPER, reply->error->message, NULL);
	if (reply->kind == REPLY_DONE && jsonl_int(reply->obj, "indexed", 0) > 0)
		client_wake(c);
	if (reply->kind == REPLY_DONE && (c->is_watching || jsonl_int(reply->obj, "indexed", 0) > 0)) {
		client_refresh_rows(c); /* where nobody looks and nothing came, who looks later makes the list */
		client_judge(c); /* whoever delivers by himself has indexed it, and judged it not */
	}
	if (s->fn != NULL)
		s->fn(reply->kind == REPLY_DONE ? jsonl_int(reply->obj, "indexed", 0) : -1, s->user);
	g_free(s);
}

static void
request_scan(struct scanning *s)
{
	supervisor_request(client_store(s->client), json_pack("{s:s}", "op", "scan"), NULL, 0, 0, NULL,
	    on_scanned, s);
}

void
client_scan(struct client *c, client_scanned_fn fn, void *user)
{
	struct scanning *s = g_new0(struct scanning, 1);

	*s = (struct scanning){ .client = c, .fn = fn, .user = user };
	request_scan(s);
}

static gboolean
on_look(gpointer user)
{
	client_scan(user, NULL, NULL);
	return G_SOURCE_CONTINUE;
}

static gboolean
on_settled(gpointer user)
{
	struct client *c = user;

	c->network_timer = 0;
	for (size_t i = 0; i < c->n_accounts; i++)
		c->accounts[i].failures = 0;
	c->deaf_until = 0; /* there may be a resolver again */
	client_sync_all(c);
	client_network_is_back(c);
	client_judge(c);
	return G_SOURCE_REMOVE;
}

static void
on_network_changed(GNetworkMonitor *monitor, gboolean available, gpointer user)
{
	struct client *c = user;

	(void)monitor;
	if (!available)
		return;
	if (c->network_timer != 0)
		g_source_remove(c->network_timer);
	c->network_timer = g_timeout_add(SETTLE_MS, on_settled, c);
}

void
client_watch(struct client *c)
{
	gint64 interval = rc_int(c->rc, "sync", NULL, "interval");

	if (c->is_watching)
		return;
	c->is_watching = true;
	/* The netlink monitor asks the kernel; the others would ask a bus, and might wait for it. */
	g_setenv("GIO_USE_NETWORK_MONITOR", "netlink", FALSE);
	c->network_signal = g_signal_connect(g_network_monitor_get_default(), "network-changed",
	    G_CALLBACK(on_network_changed), c);
	client_network_is_back(c); /* nobody knows what was since the last start */
	client_wake(c);
	client_scan(c, NULL, NULL);
	client_sync_all(c);
	if (interval > 0)
		c->scan_timer = g_timeout_add_seconds((guint)interval, on_look, c);
	client_due_begin(c);
	client_judge(c);
}

void
client_watch_stop(struct client *c)
{
	for (size_t i = 0; i < c->n_accounts; i++) {
		if (c->accounts[i].timer != 0)
			g_source_remove(c->accounts[i].timer);
		c->accounts[i].timer = 0;
	}
	if (c->send_timer != 0)
		g_source_remove(c->send_timer);
	if (c->network_timer != 0)
		g_source_remove(c->network_timer);
	if (c->scan_timer != 0)
		g_source_remove(c->scan_timer);
	if (c->wake_timer != 0)
		g_source_remove(c->wake_timer);
	c->send_timer = c->network_timer = c->scan_timer = c->wake_timer = 0;
	client_due_end(c);
	if (c->network_signal != 0)
		g_signal_handler_disconnect(g_network_monitor_get_default(), c->network_signal);
	c->network_signal = 0;
	c->is_watching = false;
}
