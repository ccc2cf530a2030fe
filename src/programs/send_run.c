/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_run.c - what is due, account by account, until nothing is. A trouble with one
 * account never keeps another from sending. */
#include "programs/send_run.h"

#include "programs/send_log.h"

#include "base/error.h"
#include "base/jsonl.h"
#include "base/log.h"
#include "base/when.h"
#include "store/queue_attempt.h"

#include <string.h>

gint64
send_run_now(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

void
send_run_event(const struct send_run *run, const char *event, json_t *obj)
{
	run->sink->event(run->sink->user, event, obj);
}

unsigned
send_run_answer_ms(const struct send_run *run)
{
	gint64 seconds = rc_int(run->rc, "queue", NULL, "answer-timeout");

	return (unsigned)CLAMP(seconds, 1, 3600) * 1000;
}

/* --- fates --- */

void
send_run_set_fate(struct queue_recipient *r, enum queue_fate fate, const char *reply)
{
	r->fate = fate;
	g_free(r->reply);
	r->reply = g_strdup(reply != NULL ? reply : "");
	g_free(r->status);
	r->status = g_strdup("");
	r->code = 0;
	r->is_tried = true;
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

void
send_run_set_via(struct queue_entry *entry, const char *host, const char *tls)
{
	g_free(entry->via);
	g_free(entry->tls);
	entry->via = g_strdup(host);
	entry->tls = g_strdup(tls);
}

bool
send_run_is_open(const struct queue_recipient *r)
{
	return r->fate == QUEUE_PENDING || r->fate == QUEUE_FATE_DEFERRED;
}

static char *
touch_key(const struct queue_entry *entry, const struct queue_recipient *r)
{
	return g_strdup_printf("%s %s", entry->id, r->address);
}

/* No server said anything about it: a matter of the network, and not of a greylist. */
static bool
is_unreached(const struct queue_recipient *r)
{
	return r->fate == QUEUE_FATE_DEFERRED && r->code == 0 && r->attempts > 0;
}

/* May the letter leave now: by its time, or because the network may be back? */
bool
send_run_may_leave(const struct send_run *run, const struct queue_entry *entry)
{
	guint i;

	if (queue_is_due(entry, send_run_now(), run->is_forced))
		return true;
	for (i = 0; run->is_online && entry->state == QUEUE_DEFERRED &&
		    i < entry->recipients->len;
	     i++) {
		if (is_unreached(entry->recipients->pdata[i]))
			return true;
	}
	return false;
}

bool
send_run_is_due(const struct send_run *run, const struct queue_entry *entry,
    const struct queue_recipient *r)
{
	char *key = touch_key(entry, r);
	bool is_due = send_run_is_open(r) && !g_hash_table_contains(run->touched, key) &&
		      (run->is_forced || r->next_try <= send_run_now() ||
			  (run->is_online && is_unreached(r)));

	g_free(key);
	return is_due;
}

void
send_run_touch(struct send_run *run, const struct queue_entry *entry,
    const struct queue_recipient *r)
{
	g_hash_table_add(run->touched, touch_key(entry, r));
}

void
send_run_untouch(struct send_run *run, const struct queue_entry *entry,
    const struct queue_recipient *r)
{
	char *key = touch_key(entry, r);

	g_hash_table_remove(run->touched, key);
	g_free(key);
}

void
send_run_take_off(struct send_run *run, const char *account, gint64 n)
{
	g_hash_table_insert(run->in_flight, g_strdup(account),
	    GSIZE_TO_POINTER((gsize)(send_run_in_flight(run, account) + n)));
}

gint64
send_run_in_flight(const struct send_run *run, const char *account)
{
	return (gint64)GPOINTER_TO_SIZE(g_hash_table_lookup(run->in_flight, account));
}

void
send_run_landed(struct send_run *run, const char *account, gint64 n)
{
	send_run_take_off(run, account, -n);
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
		const struct queue_recipient *r = entry->recipients->pdata[i];

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
						 g_random_double());
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

/* --- the run --- */

/* Entries of letters whose account is no longer in the rc: they wait, and say so. */
static bool
no_account(struct send_run *run, GPtrArray *entries, GError **error)
{
	guint i;

	for (i = 0; i < entries->len; i++) {
		struct queue_entry *e = entries->pdata[i];
		char *why = g_strdup_printf("%s: there is no account \"%s\" any more",
		    rc_path(run->rc), e->account);
		bool good, claimed;

		g_hash_table_add(run->tried, g_strdup(e->id));
		good = queue_claim(run->queue, e, &claimed, error);
		if (good && claimed) {
			send_run_set_open(e, QUEUE_FATE_DEFERRED, why);
			send_run_prepare(run, e, why, 0);
			good = send_run_settle(run, &e, 1, error);
		}
		g_free(why);
		if (!good)
			return false;
	}
	return true;
}

/* Leave only entries of the first one's account that this run has not tried. */
static void
keep_one_account(const struct send_run *run, GPtrArray *entries)
{
	const char *account = NULL;
	guint i = 0;

	while (i < entries->len) {
		const struct queue_entry *e = entries->pdata[i];

		if (g_hash_table_contains(run->tried, e->id) ||
		    (account != NULL && strcmp(account, e->account) != 0)) {
			g_ptr_array_remove_index(entries, i);
			continue;
		}
		account = e->account;
		i++;
	}
}

static void
keep_those_that_may(const struct send_run *run, GPtrArray *entries)
{
	guint i = 0;

	while (i < entries->len) {
		if (send_run_may_leave(run, entries->pdata[i]))
			i++;
		else
			g_ptr_array_remove_index(entries, i);
	}
}

static bool
run_entries(struct send_run *run, GPtrArray *entries, GError **error)
{
	const struct queue_entry *first = entries->pdata[0];
	const struct rc_account *account = rc_account(run->rc, first->account);

	if (account == NULL)
		return no_account(run, entries, error);
	if (account->smtp == NULL)
		return send_local(run, account, entries, error);
	if (account->is_mx)
		return send_mx(run, account, entries, error);
	return send_smtp(run, account, entries, error);
}

static bool
run_all(struct send_run *run, const char *id, bool all, GError **error)
{
	bool goes_on = true;

	while (goes_on && !run->sink->is_cancelled(run->sink->user)) {
		GPtrArray *due = queue_due(
		    run->queue, send_run_now(), all || run->is_online, id, error);

		if (due == NULL)
			return false;
		keep_those_that_may(run, due);
		keep_one_account(run, due);
		goes_on = due->len > 0;
		if (goes_on && !run_entries(run, due, error)) {
			g_ptr_array_unref(due);
			return false;
		}
		g_ptr_array_unref(due);
		if (goes_on && !send_steps(run, false, error))
			return false;
	}
	return true;
}

/* `done`: what the letters that this run touched are now. */
static json_t *
summary(struct send_run *run, GError **error)
{
	GHashTableIter iter;
	gpointer id;
	json_int_t count[QUEUE_N_STATES] = {0};
	gint64 next;
	json_t *done;

	g_hash_table_iter_init(&iter, run->tried);
	while (g_hash_table_iter_next(&iter, &id, NULL)) {
		struct queue_entry *e = queue_get(run->queue, id, error);

		if (e == NULL)
			return NULL;
		count[e->state]++;
		queue_entry_free(e);
	}
	next = queue_next_try(run->queue, error);
	done = json_pack("{s:I, s:I, s:I, s:I}", "sent", count[QUEUE_SENT], "deferred",
	    count[QUEUE_DEFERRED] + count[QUEUE_READY], "failed", count[QUEUE_FAILED],
	    "uncertain", count[QUEUE_UNCERTAIN]);
	if (next > 0)
		json_object_set_new(
		    done, "next_try", when_json(MAX(next, send_run_now())));
	return done;
}

static bool
begin(struct send_run *run, GError **error)
{
	char *state_dir = rc_state_dir(run->rc);
	gint64 keep_s;

	run->root = rc_mail_root(run->rc);
	run->tried = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	run->touched = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	run->logs = send_log_table();
	run->in_flight = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	run->most = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	run->retry_s = rc_int(run->rc, "queue", NULL, "retry");
	run->expire_s = rc_int(run->rc, "queue", NULL, "expire");
	run->warn_s = rc_int(run->rc, "queue", NULL, "warn");
	keep_s = rc_int(run->rc, "queue", NULL, "keep");
	run->queue = queue_open(state_dir, error);
	g_free(state_dir);
	return run->queue != NULL && queue_lock(run->queue, error) &&
	       queue_recover(run->queue, send_run_now(), error) &&
	       (keep_s <= 0 || queue_purge(run->queue, send_run_now() - keep_s, error));
}

json_t *
send_run(const struct rc *rc, const char *queue_id, enum send_which which,
    const struct send_sink *sink, GError **error)
{
	struct send_run run = {.rc = rc,
	    .sink = sink,
	    .is_forced = which == SEND_ALL || queue_id != NULL,
	    .is_online = which == SEND_ONLINE};
	json_t *done = NULL;

	if (begin(&run, error) && send_steps(&run, true, error) &&
	    run_all(&run, queue_id, which == SEND_ALL, error) &&
	    send_notices(&run, error))
		done = summary(&run, error);
	queue_close(run.queue);
	g_hash_table_destroy(run.tried);
	g_hash_table_destroy(run.touched);
	g_hash_table_destroy(run.logs);
	g_hash_table_destroy(run.in_flight);
	g_hash_table_destroy(run.most);
	g_free(run.root);
	return done;
}
