/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue_attempt.h - the audit of the queue: one line for each recipient of each attempt,
 * written with the attempt's result and never changed; no content, no subject. And what
 * is read out of it: the figures of `penfold stats`, and how many letters an account may
 * send now. */
#ifndef PENFOLD_STORE_QUEUE_ATTEMPT_H
#define PENFOLD_STORE_QUEUE_ATTEMPT_H

#include "store/queue.h"

/* {time, letter, account, address, domain, host, state, code, status, reply, tls, delay}:
 * delay in seconds since the letter was written; host and tls null when no server was
 * reached. Of one letter (id), or with id NULL of all since a time. New reference, NULL
 * on error. */
json_t *queue_attempts_json(
    struct queue *q, const char *id, gint64 since, GError **error);

/* What was sent from `since` to now, and what waits: as `penfold stats` prints it.
 * tz_offset_s: seconds east of UTC, for the days. New reference, NULL on error. */
json_t *queue_stats_json(
    struct queue *q, gint64 since, gint64 now, gint64 tz_offset_s, GError **error);

/* Recipients that this account's servers took after `since`; oldest_out: the first of
 * them. */
bool queue_sent_since(struct queue *q, const char *account, gint64 since, gint64 *n_out,
    gint64 *oldest_out, GError **error);

/* Forget attempts, and letters that are over, from before this time. */
bool queue_purge(struct queue *q, gint64 before, GError **error);

#endif
