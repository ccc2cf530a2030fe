/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_pool.c - hands out portions, keeps the dots of all sessions in common
 * transactions, and takes back what a session that ended did not reach. A server that
 * refuses one more session while others go on, ends one of several, or says that it is
 * too much, gets fewer: then no letter is late for it. */
#include "programs/send_hand.h"
#include "programs/send_pool_private.h"
#include "programs/send_reach.h"

#include "base/error.h"
#include "base/log.h"

#include <poll.h>

#define POLL_MS 250 /* how long a cancel waits to be seen */
/* --- hands --- */

static void
free_hand(gpointer data)
{
	struct pool_hand *h = data;

	worker_end(&h->worker, !h->is_gone);
	send_portion_fini(&h->p);
	g_clear_pointer(&h->entries, g_ptr_array_unref);
	g_clear_pointer(&h->asked, g_ptr_array_unref);
	g_free(h->host);
	g_free(h->tls);
	g_free(h->dotted);
	g_free(h);
}

/* In a new child: the lines of the others are not its own. */
static void
forget_others(void *user)
{
	struct pool *pool = user;
	guint i;

	for (i = 0; i < pool->hands->len; i++) {
		struct pool_hand *h = pool->hands->pdata[i];

		g_clear_pointer(&h->worker.line, jsonl_free);
	}
}

/* Those that are at work go on alone; where none is, the run is over. Takes cause. */
static void
no_process(struct pool *pool, GError *cause)
{
	log_warn("send", "%s", cause->message);
	if (pool->hands->len > 0) {
		pool->most = pool->hands->len;
		g_error_free(cause);
	} else {
		pool->error = cause;
	}
}

static bool
start_hand(struct pool *pool, struct send_lane *lane)
{
	const struct send_hand how = {
	    pool->run, &lane->route, pool->first, forget_others, pool};
	struct pool_hand *h = g_new0(struct pool_hand, 1);
	GError *cause = NULL;

	h->lane = lane;
	send_run_flush(pool->run); /* or the new process had it, too */
	if (!send_hand_start(&how, &h->worker, &cause)) {
		g_free(h);
		no_process(pool, cause);
		return false;
	}
	if (pool->first != NULL)
		smtp_forget(g_steal_pointer(&pool->first));
	lane->n_hands++;
	g_ptr_array_add(pool->hands, h);
	return true;
}

void
pool_tell_to_close(struct pool_hand *h)
{
	json_t *close = json_pack("{s:s}", "op", "close");

	/* one that is gone hears nothing, and needs not */
	if (!h->is_told_to_close)
		(void)jsonl_send(h->worker.line, close, NULL, 0, NULL);
	h->is_told_to_close = true;
	json_decref(close);
}

/* Sessions of the lane that are not at work yet. */
static guint
n_waiting(const struct pool *pool, const struct send_lane *lane)
{
	guint i, n = 0;

	for (i = 0; i < pool->hands->len; i++) {
		const struct pool_hand *h = pool->hands->pdata[i];

		n += h->lane == lane && h->entries == NULL;
	}
	return n;
}

/* And those that are to go on; the process of one that is not may take its time to end. */
static guint
n_staying(const struct pool *pool, const struct send_lane *lane)
{
	guint i, n = 0;

	for (i = 0; i < pool->hands->len; i++) {
		const struct pool_hand *h = pool->hands->pdata[i];

		n += h->lane == lane && !h->is_told_to_close;
	}
	return n;
}

static guint
per_of(const struct pool *pool, const struct send_lane *lane)
{
	const struct send_session unknown = {0};
	guint i;

	for (i = 0; i < pool->hands->len; i++) {
		const struct pool_hand *h = pool->hands->pdata[i];

		if (h->lane == lane && h->is_open)
			return pool_per_session(&h->session);
	}
	return pool_per_session(&unknown);
}

static bool
wants_hand(struct pool *pool, struct send_lane *lane)
{
	bool waits = false;
	GPtrArray *letters;
	guint n;

	if (lane->is_over || lane->is_idle || lane->n_hands >= lane->most ||
	    pool->hands->len >= pool->most)
		return false;
	letters = lane->letters(pool->run, lane, &waits);
	n = letters->len;
	g_ptr_array_unref(letters);
	if (lane->n_hands > 0)
		return n >= per_of(pool, lane) * (n_waiting(pool, lane) + 1);
	lane->is_idle = n == 0;
	lane->is_over = n == 0 && !waits;
	return n > 0;
}

/* There is no session for the lane: all that waits gets the same word. */
static void
settle_without(struct pool *pool, struct send_lane *lane, const GError *why)
{
	bool waits, goes_on = true;

	while (goes_on && pool->error == NULL && !pool_is_cancelled(pool)) {
		GPtrArray *entries = lane->letters(pool->run, lane, &waits);
		struct send_portion p;
		guint next = 0;

		goes_on = entries->len > 0;
		send_portion_init(&p, pool->run, &lane->route, NULL);
		if (goes_on && send_portion_fill(&p, entries, &next, SEND_PORTION_LETTERS,
				   &pool->error)) {
			send_portion_begin(&p);
			(void)send_portion_end(&p, why, &pool->error);
		}
		if (lane->settled != NULL)
			lane->settled(pool->run, lane, &p);
		send_portion_fini(&p);
		g_ptr_array_unref(entries);
	}
}

static bool
start_hands(struct pool *pool)
{
	guint i;

	pool->has_changed = false;
	for (i = 0; i < pool->n_lanes; i++) {
		const GError *why = send_reach_given_up(pool->run, &pool->lanes[i].route);

		if (why != NULL && pool->lanes[i].n_hands == 0)
			settle_without(pool, &pool->lanes[i], why);
		while (wants_hand(pool, &pool->lanes[i])) {
			if (!start_hand(pool, &pool->lanes[i]))
				return false;
		}
	}
	return true;
}

/* --- portions --- */

static void
portion_is_over(struct pool *pool, struct pool_hand *h)
{
	guint i;

	if (h->lane->settled != NULL)
		h->lane->settled(pool->run, h->lane, &h->p);
	send_portion_fini(&h->p);
	g_clear_pointer(&h->entries, g_ptr_array_unref);
	/* a run that is cancelled may end between the question and its answer */
	g_clear_pointer(&h->asked, g_ptr_array_unref);
	g_clear_pointer(&h->dotted, g_free);
	for (i = 0; i < pool->n_lanes; i++)
		pool->lanes[i].is_idle = false;
	pool->has_changed = true;
}

/* Claim what there is for this hand; false when there is nothing. */
static bool
fill(struct pool *pool, struct pool_hand *h, guint room)
{
	guint n = n_staying(pool, h->lane);
	bool waits, goes_on = true;

	while (goes_on && pool->error == NULL) {
		guint next = 0, share;

		h->entries = h->lane->letters(pool->run, h->lane, &waits);
		share = (h->entries->len + n - 1) / n;
		goes_on = h->entries->len > 0;
		send_portion_init(&h->p, pool->run, &h->lane->route, &h->session);
		if (goes_on &&
		    send_portion_fill(&h->p, h->entries, &next, MIN(room, MAX(share, 1)),
			&pool->error) &&
		    h->p.items->len > 0) {
			if (h->lane->taken != NULL)
				h->lane->taken(pool->run, h->lane, &h->p);
			return true;
		}
		portion_is_over(pool, h);
	}
	return false;
}

void
pool_give_portion(struct pool *pool, struct pool_hand *h)
{
	guint room = send_session_room(&h->session, h->sent);
	json_t *line;

	if (pool_is_cancelled(pool) || room == 0 ||
	    n_staying(pool, h->lane) > h->lane->most || !fill(pool, h, room)) {
		pool_tell_to_close(h);
		return;
	}
	h->sent += h->p.items->len;
	h->p.n_answered = h->n_answered;
	h->dotted = g_new0(bool, h->p.letters->len);
	send_portion_begin(&h->p);
	line = send_hand_letters(&h->p);
	/* one that does not take it is found gone */
	(void)jsonl_send(h->worker.line, line, NULL, 0, NULL);
	json_decref(line);
}

void
pool_end_portion(struct pool *pool, struct pool_hand *h, const GError *broken)
{
	guint others = h->lane->n_hands - 1;

	if (h->entries == NULL)
		return;
	if (broken != NULL)
		log_info("send", "account=%s %s", h->lane->route.account->name,
		    broken->message);
	h->p.may_go_elsewhere = broken != NULL && others > 0 && !pool_is_cancelled(pool);
	if (pool->error == NULL)
		(void)send_portion_end(&h->p, broken, &pool->error);
	if (broken != NULL && others > 0)
		pool_learn(pool, h->lane, others);
	else if (pool_was_throttled(&h->p))
		pool_learn(pool, h->lane, h->lane->most / 2);
	h->n_answered = h->p.n_answered;
	portion_is_over(pool, h);
}

void
pool_no_session(struct pool *pool, struct pool_hand *h, const GError *why)
{
	log_info("send", "account=%s %s", h->lane->route.account->name, why->message);
	if (h->lane->n_hands > 1)
		pool_learn(pool, h->lane, h->lane->n_hands - 1);
	else
		settle_without(pool, h->lane, why);
}

/* --- dots --- */

static bool
record(struct pool *pool)
{
	bool good = queue_begin(pool->run->queue, &pool->error);
	guint i;

	for (i = 0; good && i < pool->hands->len; i++) {
		struct pool_hand *h = pool->hands->pdata[i];

		if (h->asked != NULL)
			good = send_portion_record(&h->p,
			    (struct smtp_letter *const *)h->asked->pdata, h->asked->len,
			    &pool->error);
	}
	good = good && queue_commit(pool->run->queue, &pool->error);
	if (!good)
		queue_rollback(pool->run->queue);
	return good;
}

static guint
number_of(const struct send_portion *p, const struct smtp_letter *letter)
{
	guint at = 0;

	(void)g_ptr_array_find(p->letters, letter, &at);
	return at;
}

static void
let_go(struct pool_hand *h)
{
	json_t *goes = json_array(), *line;
	bool is_heard;
	guint i;

	send_portion_tell(&h->p);
	for (i = 0; i < h->asked->len; i++) {
		const struct smtp_letter *l = h->asked->pdata[i];

		json_array_append_new(goes, json_boolean(l->fate != SMTP_HELD));
	}
	line = json_pack("{s:o}", "goes", goes);
	is_heard = jsonl_send(h->worker.line, line, NULL, 0, NULL);
	json_decref(line);
	for (i = 0; is_heard && i < h->asked->len; i++) {
		const struct smtp_letter *l = h->asked->pdata[i];

		h->dotted[number_of(&h->p, l)] = l->fate != SMTP_HELD;
	}
	g_clear_pointer(&h->asked, g_ptr_array_unref);
}

/* All that ask now share one wait for the disk. */
static void
answer_dots(struct pool *pool)
{
	bool has_any = false;
	guint i;

	for (i = 0; i < pool->hands->len; i++)
		has_any =
		    has_any ||
		    ((const struct pool_hand *)pool->hands->pdata[i])->asked != NULL;
	if (!has_any || !record(pool))
		return;
	for (i = 0; i < pool->hands->len; i++) {
		struct pool_hand *h = pool->hands->pdata[i];

		if (h->asked != NULL)
			let_go(h);
	}
}

/* --- the pool --- */

static void
wait_for_hands(struct pool *pool)
{
	struct pollfd *p = g_new0(struct pollfd, pool->hands->len);
	guint i, n = pool->hands->len;

	for (i = 0; i < n; i++) {
		const struct pool_hand *h = pool->hands->pdata[i];

		p[i] =
		    (struct pollfd){.fd = jsonl_fd_in(h->worker.line), .events = POLLIN};
	}
	if (poll(p, n, POLL_MS) > 0) {
		for (i = n; i-- > 0 && pool->error == NULL;) {
			struct pool_hand *h = pool->hands->pdata[i];

			if (p[i].revents != 0)
				pool_listen_to(pool, h);
			if (h->is_gone)
				g_ptr_array_remove_index(pool->hands, i);
		}
	}
	g_free(p);
}

static void
step(struct pool *pool)
{
	guint i;

	for (i = 0; pool_is_cancelled(pool) && i < pool->hands->len; i++)
		pool_tell_to_close(pool->hands->pdata[i]);
	wait_for_hands(pool);
	if (pool->error == NULL)
		answer_dots(pool);
	if (pool->error == NULL && pool->has_changed && !pool_is_cancelled(pool))
		(void)start_hands(pool);
}

bool
send_pool(struct send_run *run, struct send_lane *lanes, guint n_lanes, guint most,
    struct smtp *first, GError **error)
{
	struct pool pool = {.run = run,
	    .lanes = lanes,
	    .n_lanes = n_lanes,
	    .most = most,
	    .first = first,
	    .hands = g_ptr_array_new_with_free_func(free_hand)};

	if (!pool_is_cancelled(&pool))
		(void)start_hands(&pool);
	while (pool.error == NULL && pool.hands->len > 0)
		step(&pool);
	g_ptr_array_unref(pool.hands);
	smtp_close(pool.first);
	if (pool.error != NULL)
		g_propagate_error(error, pool.error);
	return pool.error == NULL;
}
