/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_fate.c - what an attempt means for each recipient and for the letter: fates, the end of
 * all attempts, the next one; kept in the ledger, and told. */
#include "programs/send_run.h"

#include "programs/send_log.h"

#include "base/jsonl.h"
#include "base/log.h"

#include <string.h>

void
send_run_set_fate(struct queue_recipient *r, enum queue_fate fate, const char *reply)
{
	r->fate = fate;
	g_free(r->reply);
	r->reply = g_strdup(reply != NULL ? reply : "");
	g_free(r->status);
	r->status = g_strdup("");
	r->code = 0;
	r->is_tried = r->is_news = true;
}

void
send_run_set_code(struct queue_recipient *r, int code, const unsigned enhanced[3])
{
	r->code = code;
	g_free(r->status);
	r->status = enhanced[0] == 0 ? g_strdup("")
				     : g_strdup_printf("%u.%u.%u", enhanced[0],
					   enhanced[1], enhanced[2]);
}

double
send_run_random(const struct send_run *run, const char *address)
{
	char *lower = g_ascii_strdown(address, -1);
	double own = (double)g_str_hash(lower) / (double)G_MAXUINT32;

	g_free(lower);
	return own + run->random - (own + run->random >= 1 ? 1 : 0);
}

void
send_run_set_via(struct queue_entry *entry, const char *host, const char *tls)
{
	g_free(entry->via);
	g_free(entry->tls);
	entry->via = g_strdup(host);
	entry->tls = g_strdup(tls);
}

void
send_run_set_open(struct queue_entry *entry, enum queue_fate fate, const char *reply)
{
	guint i;

	for (i = 0; i < entry->recipients->len; i++) {
		if (send_run_is_open(entry->recipients->pdata[i]))
			send_run_set_fate(entry->recipients->pdata[i], fate, reply);
	}
}

static void
expire(const struct send_run *run, struct queue_entry *entry)
{
	static const unsigned expired[3] = {5, 4, 7}; /* RFC 3463 3.5 */
	guint i;

	if (run->expire_s <= 0 || send_run_now() - entry->created < run->expire_s)
		return;
	for (i = 0; i < entry->recipients->len; i++) {
		struct queue_recipient *r = entry->recipients->pdata[i];
		char *reply;

		if (!send_run_is_open(r))
			continue;
		reply = g_strdup_printf("given up; the last answer was: %s", r->reply);
		send_run_set_fate(r, QUEUE_FATE_FAILED, reply);
		send_run_set_code(r, 0, expired);
		g_free(reply);
	}
}

/* The words of the worst fate, for the entry as a whole. */
static const char *
worst_reply(const struct queue_entry *entry)
{
	const struct queue_recipient *worst = entry->recipients->pdata[0];
	guint i;

	for (i = 1; i < entry->recipients->len; i++) {
		const struct queue_recipient *r = entry->recipients->pdata[i];

		if (r->fate > worst->fate)
			worst = r;
	}
	return worst->fate == QUEUE_FATE_SENT ? "" : worst->reply;
}

static void
tell_fates(const struct send_run *run, const struct queue_entry *entry)
{
	guint i;

	for (i = 0; i < entry->recipients->len; i++) {
		struct queue_recipient *r = entry->recipients->pdata[i];

		if (!r->is_news)
			continue; /* he has it, or it is still his turn in this run */
		r->is_news = false;
		send_run_event(run, "recipient",
		    json_pack("{s:s, s:o, s:s, s:o}", "queue_id", entry->id, "address",
			jsonl_text(r->address, -1), "state", queue_fate_name(r->fate),
			"reply", jsonl_text(r->reply, -1)));
	}
	send_run_event(
	    run, "entry", json_pack("{s:o}", "entry", queue_entry_json(entry)));
}

/* Each recipient has a pause of its own; the letter is due with the first of them. */
static void
plan_next(const struct send_run *run, struct queue_entry *entry, gint64 retry_at)
{
	guint i;

	entry->next_try = G_MAXINT64;
	for (i = 0; i < entry->recipients->len; i++) {
		struct queue_recipient *r = entry->recipients->pdata[i];

		r->attempts += r->is_tried;
		if (r->is_tried && retry_at > 0)
			r->next_try = retry_at;
		else if (r->is_tried)
			r->next_try =
			    send_run_now() + queue_state_pause(r->attempts, run->retry_s,
						 send_run_random(run, r->address));
		if (send_run_is_open(r))
			entry->next_try = MIN(entry->next_try, r->next_try);
	}
	if (entry->next_try == G_MAXINT64)
		entry->next_try = 0; /* nobody waits */
}

void
send_run_prepare(const struct send_run *run, struct queue_entry *entry, const char *why,
    gint64 retry_at)
{
	char *said;

	plan_next(run, entry, retry_at);
	expire(run, entry);
	said = g_strdup(why != NULL ? why : worst_reply(entry));
	g_free(entry->said);
	entry->said = said;
}

void
send_run_tell(struct send_run *run, struct queue_entry *const *entries, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		tell_fates(run, entries[i]);
		send_log_entry(run, entries[i]);
		queue_sweep(run->queue, entries[i]);
		log_info("send", "id=%s state=%s attempts=%u", entries[i]->id,
		    queue_state_name(entries[i]->state), entries[i]->attempts);
	}
	send_run_flush(run);
}

bool
send_run_settle(
    struct send_run *run, struct queue_entry *const *entries, size_t n, GError **error)
{
	if (!queue_settle(run->queue, entries, n, error))
		return false;
	send_run_tell(run, entries, n);
	return true;
}
