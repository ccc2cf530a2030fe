/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_pace.h - how many letters an account sends in a minute and in a day. */
#ifndef PENFOLD_PROGRAMS_SEND_PACE_H
#define PENFOLD_PROGRAMS_SEND_PACE_H

#include "programs/send_route.h"

/* For struct send_route: within the account's rate and warm-up, counted in the audit. A
 * letter that is not gets the time at which there is room again, and says so. */
bool send_pace_may_go(struct send_run *run, const struct send_route *route,
    struct queue_entry *entry, bool *goes_out, GError **error);

/* Recipients that a new domain may reach on its n-th day (0, 1, ...); 0 for no limit. */
gint64 send_pace_warm_up(gint64 day);

#endif
