/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_run.c - what is due, account by account, until nothing is. A trouble with one
 * account never keeps another from sending. */
#include "programs/send_run.h"

#include "programs/send_log.h"
#include "programs/send_reach.h"

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

void
send_run_flush(const struct send_run *run)
{
	if (run->sink->flush != NULL)
		run->sink->flush(run->sink->user);
}

unsigned
send_run_answer_ms(const struct send_run *run)
{
	gint64 seconds = rc_int(run->rc, "queue", NULL, "answer-timeout");

	return (unsigned)CLAMP(seconds, 1, 3600) * 1000;
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

/* Does he wait for a server alone that may be reached now? */
static bool
may_be_reached(const struct send_run *run, const struct queue_entry *entry,
    const struct queue_recipient *r)
{
	return (run->is_online && send_reach_is_unreached(r)) ||
	       send_reach_takes_along(run, entry, r);
}

/* May the letter leave now: by its time, or because the network may be back? */
bool
send_run_may_leave(const struct send_run *run, const struct queue_entry *entry)
{
	guint i;

	if (queue_is_due(entry, send_run_now(), run->is_forced))
		return true;
	for (i = 0; entry->state == QUEUE_DEFERRED && i < entry->recipients->len; i++) {
		if (may_be_reached(run, entry, entry->recipients->pdata[i]))
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
			  may_be_reached(run, entry, r));

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

/* A letter of which some are due keeps others company that wait for the same servers. */
static void
note_routes(struct send_run *run, const GPtrArray *entries)
{
	GPtrArray *due = g_ptr_array_new();
	guint i;

	for (i = 0; i < entries->len; i++) {
		const struct queue_entry *e = entries->pdata[i];

		if (!g_hash_table_contains(run->tried, e->id) && send_run_may_leave(run, e))
			g_ptr_array_add(due, entries->pdata[i]);
	}
	send_reach_note(run, due);
	g_ptr_array_unref(due);
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
run_all(struct send_run *run, const char *id, GError **error)
{
	bool goes_on = true;

	while (goes_on && !run->sink->is_cancelled(run->sink->user)) {
		GPtrArray *due = queue_due(run->queue, send_run_now(), true, id, error);

		if (due == NULL)
			return false;
		note_routes(run, due);
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

static bool
count_states(struct send_run *run, json_int_t *count, GError **error)
{
	GHashTableIter iter;
	gpointer id;

	g_hash_table_iter_init(&iter, run->tried);
	while (g_hash_table_iter_next(&iter, &id, NULL)) {
		struct queue_entry *e = queue_get(run->queue, id, error);

		if (e == NULL)
			return false;
		count[e->state]++;
		queue_entry_free(e);
	}
	return true;
}

/* `done`: what the letters that this run touched are now. */
static json_t *
summary(struct send_run *run, GError **error)
{
	json_int_t count[QUEUE_N_STATES] = {0};
	gint64 next;
	json_t *done;
	bool good;

	if (!queue_begin(run->queue, error))
		return NULL;
	good = count_states(run, count, error);
	queue_rollback(run->queue); /* nothing was changed: for one lock in place of many */
	if (!good)
		return NULL;
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

	run->root = rc_mail_root(run->rc);
	run->tried = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	run->touched = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	run->passed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	run->logs = send_log_table();
	run->reach = send_reach_new();
	run->random = g_random_double();
	run->in_flight = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	run->most = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	run->retry_s = rc_int(run->rc, "queue", NULL, "retry");
	run->expire_s = rc_int(run->rc, "queue", NULL, "expire");
	run->warn_s = rc_int(run->rc, "queue", NULL, "warn");
	run->queue = queue_open(state_dir, error);
	g_free(state_dir);
	return run->queue != NULL;
}

/* The letters that are due and that this run leaves alone: it is for another one. */
static bool
note_passed(struct send_run *run, const char *id, GError **error)
{
	GPtrArray *due = queue_due(run->queue, send_run_now(), false, NULL, error);
	guint i;

	if (due == NULL)
		return false;
	for (i = 0; i < due->len; i++) {
		const struct queue_entry *e = due->pdata[i];

		if (strcmp(e->id, id) != 0)
			g_hash_table_add(run->passed, g_strdup(e->id));
	}
	g_ptr_array_unref(due);
	return true;
}

/* All of it, as the one runner. */
static bool
run_alone(struct send_run *run, const char *id, GError **error)
{
	gint64 keep_s = rc_int(run->rc, "queue", NULL, "keep");
	bool good = queue_lock(run->queue, error) &&
		    queue_recover(run->queue, send_run_now(), error) &&
		    (keep_s <= 0 ||
			queue_purge(run->queue, send_run_now() - keep_s, error)) &&
		    (id == NULL || note_passed(run, id, error)) &&
		    send_steps(run, true, error) && run_all(run, id, error) &&
		    send_notices(run, error);

	queue_unlock(run->queue);
	return good;
}

/* Has a letter come that may leave? Whoever queued it while this run was about to end was told
 * that a runner is there. */
static bool
has_newcomers(const struct send_run *run)
{
	GPtrArray *due = queue_due(run->queue, send_run_now(), false, NULL, NULL);
	bool found = false;
	guint i;

	for (i = 0; !found && due != NULL && i < due->len; i++) {
		const struct queue_entry *e = due->pdata[i];

		found = !g_hash_table_contains(run->tried, e->id) &&
			!g_hash_table_contains(run->passed, e->id);
	}
	g_clear_pointer(&due, g_ptr_array_unref);
	return found;
}

/* Once unlocked, look again. Another runner that has the lock by then sees them itself. */
static bool
run_until_done(struct send_run *run, const char *id, GError **error)
{
	GError *cause = NULL;

	if (!run_alone(run, id, error))
		return false;
	run->is_one = run->is_forced = false; /* what was asked for is done */
	while (cause == NULL && !run->sink->is_cancelled(run->sink->user) &&
	       has_newcomers(run))
		(void)run_alone(run, NULL, &cause);
	if (cause == NULL || g_error_matches(cause, PF_ERROR, PF_ERROR_TEMPORARY)) {
		g_clear_error(&cause);
		return true;
	}
	g_propagate_error(error, cause);
	return false;
}

json_t *
send_run(const struct rc *rc, const char *queue_id, enum send_which which,
    const struct send_sink *sink, GError **error)
{
	struct send_run run = {.rc = rc,
	    .sink = sink,
	    .is_forced = which == SEND_ALL || queue_id != NULL,
	    .is_one = queue_id != NULL,
	    .is_online = which == SEND_ONLINE};
	json_t *done = NULL;

	if (begin(&run, error) &&
	    run_until_done(&run, queue_id, error))
		done = summary(&run, error);
	queue_close(run.queue);
	g_hash_table_destroy(run.tried);
	g_hash_table_destroy(run.touched);
	g_hash_table_destroy(run.passed);
	g_clear_pointer(&run.behind, g_hash_table_destroy);
	send_reach_free(run.reach);
	g_hash_table_destroy(run.logs);
	g_hash_table_destroy(run.in_flight);
	g_hash_table_destroy(run.most);
	g_free(run.root);
	return done;
}
