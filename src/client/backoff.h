/* SPDX-License-Identifier: GPL-3.0-or-later */
/* backoff.h - when an account is fetched from again. Pure: the clock and the chance are passed in. */
#ifndef PENFOLD_CLIENT_BACKOFF_H
#define PENFOLD_CLIENT_BACKOFF_H

#include <glib.h>
#include <stdbool.h>

#define BACKOFF_FIRST_S 30 /* after a failed sync, doubling */
#define BACKOFF_LAST_S	1800

/* Seconds from now; 0: not by itself. interval: the rc's, in seconds, 0 for none; failures: runs that failed in a
 * row. A server that cannot be reached is never tried less often than one that can: whoever comes home
 * finds the mail as soon as ever. A refused log-in is: it might lock the account. */
gint64
backoff_seconds(unsigned failures, gint64 interval, bool is_refused);
/* The same give or take a tenth, so that a thousand Penfolds do not come back at the same second; roll: 0 to
 * less than 1. Less than ten seconds stay as they are. */
gint64
backoff_jitter(gint64 seconds, double roll);

#endif
