/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fetched.h - what was fetched, when and how fast: a line of JSON a run in the state
 * folder, for the page of charts. A cache: it can be deleted at any time. */
#ifndef PENFOLD_CLIENT_FETCHED_H
#define PENFOLD_CLIENT_FETCHED_H

#include "base/rc.h"

#include <jansson.h>

/* Keeps a run's `done` object, which has account, bytes, seconds and new; one that
 * fetched nothing is no news. What cannot be written is given up in silence: nothing
 * depends on it. */
void fetched_note(const struct rc *rc, const json_t *done);

/* [{time (RFC 3339), account, bytes, seconds, new}], oldest first, the last n of all
 * runs. New reference. */
json_t *fetched_list(const struct rc *rc, size_t n);

#endif
