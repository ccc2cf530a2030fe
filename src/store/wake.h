/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wake.h - threads that were put off: asleep until a time, awaiting an answer, muted. The tags are those of
 * base/later.h; this is where they have their effect. */
#ifndef PENFOLD_STORE_WAKE_H
#define PENFOLD_STORE_WAKE_H

#include "store/index.h"

struct wake_result {
	guint woken;	/* threads that are awake again */
	guint no_reply; /* threads whose answer did not come in time */
	guint answered; /* threads whose answer came */
	guint muted;	/* new messages of muted threads */
	guint snoozed, awaiting; /* threads that still are */
	gint64 next;	/* when something is due next, seconds; -1 for never */
};

/* What is due at `now`, and what new mail has changed: a sleeping thread wakes at its time or when somebody
 * answers, its newest message unread; an awaited answer that is there is not awaited any more, one that did
 * not come makes the thread `no-reply`; what comes to a muted thread is read and not in the inbox. */
bool
wake_run(struct index *ix, gint64 now, struct wake_result *out, GError **error);

#endif
