/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_reach.h - which servers this run reached, and whose letters wait for that alone. */
#ifndef PENFOLD_PROGRAMS_SEND_REACH_H
#define PENFOLD_PROGRAMS_SEND_REACH_H

#include "programs/send_route.h"

struct send_reach *send_reach_new(void);
void send_reach_free(struct send_reach *reach);

/* No server said anything about it: a matter of the network, and not of a greylist. */
bool send_reach_is_unreached(const struct queue_recipient *r);
/* These letters (struct queue_entry) leave in this run. With them go, and before them, those that wait
 * for the same server to be reached. */
void send_reach_note(struct send_run *run, const GPtrArray *entries);
bool send_reach_takes_along(
    const struct send_run *run, const struct queue_entry *entry, const struct queue_recipient *r);

/* A session answered nothing; first: the letter that it had in hand. How many in a row answered nothing.
 * *is_same_out: it was the same letter twice in a row, which seems to be the reason then. */
guint send_reach_barren(
    struct send_run *run, const struct send_route *route, const char *first, bool *is_same_out);
/* It answered. */
void send_reach_answered(struct send_run *run, const struct send_route *route);
/* Its server is not tried again in this run. Then no letter was the reason. */
bool send_reach_give_up(
    struct send_run *run, const struct send_route *route, const GError *why, GError **error);
/* Why; NULL when it may be tried. Borrowed. */
const GError *send_reach_given_up(const struct send_run *run, const struct send_route *route);

#endif
