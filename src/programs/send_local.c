/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_local.c - delivery on the spot, for an account that names no server: its letters
 * go to the accounts of this machine and nowhere else. */
#include "programs/send_run.h"

#include "base/error.h"
#include "base/jsonl.h"

static bool
deliver_one(
    struct send_run *run, const struct queue_entry *entry, struct queue_recipient *r)
{
	const struct rc_account *to = rc_account_of_address(run->rc, r->address);
	GError *error = NULL;
	char *path = NULL;

	if (to == NULL || !to->is_local) {
		send_run_set_fate(r, QUEUE_FATE_FAILED,
		    "this account has no smtp server, so it reaches only local accounts "
		    "of this machine");
		return false;
	}
	if (send_deliver(run, entry, to->name, to->inbox, NULL, entry->attempts > 1,
		&path, &error) &&
	    send_sync(path, &error)) {
		send_run_set_fate(r, QUEUE_FATE_SENT, "delivered on this machine");
		send_run_event(run, "delivered",
		    json_pack("{s:s, s:o}", "queue_id", entry->id, "path",
			jsonl_text(path, -1)));
	} else {
		send_run_set_fate(r, QUEUE_FATE_DEFERRED, error->message);
		g_error_free(error);
	}
	g_free(path);
	return r->fate == QUEUE_FATE_SENT;
}

static bool
send_entry(struct send_run *run, struct queue_entry *entry, GError **error)
{
	bool claimed;
	guint i;

	g_hash_table_add(run->tried, g_strdup(entry->id));
	if (!queue_claim(run->queue, entry, &claimed, error))
		return false;
	if (!claimed)
		return true;
	send_run_event(run, "sending",
	    json_pack(
		"{s:s, s:I}", "queue_id", entry->id, "size", (json_int_t)entry->size));
	send_run_set_via(entry, "this machine", NULL);
	for (i = 0; i < entry->recipients->len; i++) {
		if (send_run_is_due(run, entry, entry->recipients->pdata[i]))
			(void)deliver_one(run, entry, entry->recipients->pdata[i]);
	}
	send_run_prepare(run, entry, NULL, 0);
	return send_run_settle(run, &entry, 1, error);
}

bool
send_local(struct send_run *run, const struct rc_account *account, GPtrArray *entries,
    GError **error)
{
	guint i;

	(void)account; /* whose letters they are makes no difference here */
	for (i = 0; i < entries->len && !run->sink->is_cancelled(run->sink->user); i++) {
		if (!send_entry(run, entries->pdata[i], error))
			return false;
	}
	return true;
}
