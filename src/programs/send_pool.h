/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_pool.h - several sessions at a time, each in a process of its own, and one keeper
 * of the ledger: this process. */
#ifndef PENFOLD_PROGRAMS_SEND_POOL_H
#define PENFOLD_PROGRAMS_SEND_POOL_H

#include "programs/send_portion.h"

/* A route and what waits for it. */
struct send_lane {
	struct send_route route;
	guint most; /* sessions of this lane at a time */
	/* Letters that may go now and that nobody has in hand (struct queue_entry; the
	 * array is the caller's). *waits_out: there are others that come later. */
	GPtrArray *(*letters)(
	    struct send_run *run, struct send_lane *lane, bool *waits_out);
	/* A portion was claimed; it is in the ledger. Either may be NULL. */
	void (*taken)(
	    struct send_run *run, struct send_lane *lane, const struct send_portion *p);
	void (*settled)(
	    struct send_run *run, struct send_lane *lane, const struct send_portion *p);
	void *user;
	/* the pool's own */
	guint n_hands;
	bool is_over, is_idle;
};

/* How many sessions at a time the account's server is asked for. */
guint send_pool_most(const struct send_run *run, const struct rc_account *account);
/* Are the letters (struct queue_entry) enough, and for enough people, that a second
 * session like this one pays? */
bool send_pool_pays(const struct send_run *run, const struct send_route *route,
    const struct send_session *session, const GPtrArray *entries);
/* All letters of one route; smtp: its first session, taken over. */
bool send_pool_one(struct send_run *run, const struct send_route *route,
    struct smtp *smtp, GPtrArray *entries, GError **error);
/* Until no lane has letters or a way, or the run is cancelled; most: sessions of all
 * together. False with error when the ledger fails. */
bool send_pool(struct send_run *run, struct send_lane *lanes, guint n_lanes, guint most,
    struct smtp *first, GError **error);

#endif
