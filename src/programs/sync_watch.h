/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sync_watch.h - between two runs: wait until the server, a folder here, the clock or the one who
 * asked has something new. */
#ifndef PENFOLD_PROGRAMS_SYNC_WATCH_H
#define PENFOLD_PROGRAMS_SYNC_WATCH_H

#include "base/helper.h"
#include "programs/sync_sink.h"

struct sync_watch;

/* Watch the folders of the account below root by inotify; without it (too many watches) only the
 * clock tells of what is done here. */
struct sync_watch *sync_watch_new(const char *root, const char *account);
void sync_watch_free(struct sync_watch *w);

/* A run has ended: what it did itself is no news. New folders are watched too. */
void sync_watch_settle(struct sync_watch *w, const struct sync_sink *sink);

enum sync_wake {
	SYNC_WAKE_SERVER,  /* the server spoke */
	SYNC_WAKE_FILES,   /* another program changed a folder here */
	SYNC_WAKE_CLOCK,   /* the interval is over */
	SYNC_WAKE_RESUME,  /* the machine was suspended */
	SYNC_WAKE_REQUEST, /* cancelled */
	SYNC_WAKE_LOST,	   /* the connection is lost: error is set */
};

/* Wait, listening to the server, and stop listening. known is what the sink knew of the inbox.
 * interval_s 0: no interval of its own. The event `waiting` {how: notify|idle|poll} tells that and
 * how the server is listened to. */
enum sync_wake sync_watch_wait(struct sync_watch *w, struct imap *imap, struct helper_request *r,
    const struct imap_wait_known *known, gint64 interval_s, GError **error);

#endif
