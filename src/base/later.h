/* SPDX-License-Identifier: GPL-3.0-or-later */
/* later.h - times that people name ("tomorrow 9:00"), and the tags that put a thread off until one.
 *
 * Everything that is put off is kept as tags, so that other notmuch programs see it and nothing is lost
 * with our state: `snoozed` with `snooze/2026-12-01T08:00Z`, `awaiting` with `reply-by/...`, `muted`. */
#ifndef PENFOLD_BASE_LATER_H
#define PENFOLD_BASE_LATER_H

#include "base/error.h"

#include <stdbool.h>

#define LATER_FAR_S (G_GINT64_CONSTANT(10) * 366 * 86400) /* nothing is put off for longer */

#define LATER_MUTED    "muted"	  /* the thread and its future letters stay out of the inbox */
#define LATER_SNOOZED  "snoozed"  /* out of the inbox until the time of LATER_SNOOZE */
#define LATER_SNOOZE   "snooze/"  /* and the time behind it */
#define LATER_AWAITING "awaiting" /* an answer is awaited until the time of LATER_REPLY_BY */
#define LATER_REPLY_BY "reply-by/"
#define LATER_NO_REPLY "no-reply" /* none came until then */

/* What of this when_parse() does not read by itself: seconds, -1 when it is no time. */
gint64
later_read(const char *text, gint64 now);
/* A time as a person writes it, in the local zone: "18:00", "tomorrow", "fri 9:30", "3d", "2 weeks",
 * "next week", "24 dec", "2026-12-24 14:00", and all that when_parse() reads. A day without a time of day means 8 in
 * the morning. Seconds; always after now, and at most LATER_FAR_S. PF_ERROR_USAGE with what can be written. */
bool
later_parse(const char *text, gint64 now, gint64 *when_out, GError **error);
/* "fri 4 Dec 08:00", local; owned. */
char *
later_words(gint64 when);

/* The tag that says until when: prefix and the time in UTC, "snooze/2026-12-01T08:00Z". Owned. */
char *
later_tag(const char *prefix, gint64 when);
/* The time of such a tag, -1 when it is none. */
gint64
later_tag_time(const char *tag, const char *prefix);
/* The latest time of such tags among tags parted by blanks, -1 when there is none. */
gint64
later_of_tags(const char *tags, const char *prefix);
/* Is a thread with these tags asleep? */
bool
later_sleeps(const char *tags, gint64 now);

#endif
