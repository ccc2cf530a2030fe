/* SPDX-License-Identifier: GPL-3.0-or-later */
/* While the screen is open: fetch and send at start, at intervals, and when the kernel says that a
 * route came or went, rather than by a timer alone. */
#include "client/client_private.h"

#include <gio/gio.h>

#define SETTLE_MS 1500 /* routes come in bursts */

static gboolean
on_settled(gpointer user)
{
	struct client *c = user;

	c->network_timer = 0;
	for (size_t i = 0; i < c->n_accounts; i++)
		c->accounts[i].failures = 0;
	client_sync_all(c);
	client_queue_run(c);
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
	if (c->is_watching)
		return;
	c->is_watching = true;
	/* The netlink monitor asks the kernel; the others would ask a bus, and might wait for it. */
	g_setenv("GIO_USE_NETWORK_MONITOR", "netlink", FALSE);
	c->network_signal = g_signal_connect(g_network_monitor_get_default(), "network-changed",
	    G_CALLBACK(on_network_changed), c);
	client_queue_run(c);
	client_sync_all(c);
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
	c->send_timer = c->network_timer = 0;
	if (c->network_signal != 0)
		g_signal_handler_disconnect(g_network_monitor_get_default(), c->network_signal);
	c->network_signal = 0;
	c->is_watching = false;
}
