/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_pool_private.h - what send_pool*.c share. */
#ifndef PENFOLD_PROGRAMS_SEND_POOL_PRIVATE_H
#define PENFOLD_PROGRAMS_SEND_POOL_PRIVATE_H

#include "base/worker.h"
#include "programs/send_pool.h"

struct pool_hand {
	struct worker worker;
	struct send_lane *lane;
	struct send_session session;
	char *host, *tls; /* its strings */
	struct send_portion p;
	GPtrArray *entries; /* what the portion borrows from */
	GPtrArray *asked;   /* letters whose dots are to be recorded; NULL: none */
	bool *dotted;	    /* of each letter of the portion: it may have left */
	guint sent, n_answered;
	bool is_open, is_told_to_close, is_gone;
};

struct pool {
	struct send_run *run;
	struct send_lane *lanes;
	guint n_lanes, most;
	struct smtp *first;
	GPtrArray *hands;
	bool has_changed; /* someone may have something to do now */
	GError *error;	  /* the first one: of the ledger, or no process to be had */
};

static inline bool
pool_is_cancelled(const struct pool *pool)
{
	return pool->run->sink->is_cancelled(pool->run->sink->user);
}

/* send_pool_most.c: how many */

/* Letters for which a session of its own pays. */
guint pool_per_session(const struct send_session *session);
/* The lane's server bears no more than n. */
void pool_learn(struct pool *pool, struct send_lane *lane, guint n);
/* Did the server say that it was too much? */
bool pool_was_throttled(const struct send_portion *p);

/* send_pool.c: portions */

/* No more letters; with some in hand they end before their time. */
void pool_tell_to_close(struct pool_hand *h);
/* Letters for a session that is open, or leave to go. */
void pool_give_portion(struct pool *pool, struct pool_hand *h);
/* All its letters are finished; broken: why the session ended, or NULL. */
void pool_end_portion(struct pool *pool, struct pool_hand *h, const GError *broken);
/* It could not be opened. */
void pool_no_session(struct pool *pool, struct pool_hand *h, const GError *why);

/* send_pool_events.c: read what a hand says; one that is gone, or talks nonsense, is
 * ended. */
void pool_listen_to(struct pool *pool, struct pool_hand *h);

#endif
