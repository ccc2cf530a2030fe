/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thread_walk.h - every message of one of notmuch's threads, each once, answers below what they answer.
 *
 * notmuch hangs a message below its In-Reply-To and names the others as the tops. Messages that answer one another in
 * a circle (a broken mailer, or a malicious one) hang below none of these: the oldest of a circle is taken as a top. */
#ifndef PENFOLD_STORE_THREAD_WALK_H
#define PENFOLD_STORE_THREAD_WALK_H

#include <notmuch.h>

/* parent is the Message-ID of what the message answers, NULL at a top, whose depth is 0. Both are borrowed from the
 * thread. */
typedef void (*thread_walk_fn)(notmuch_message_t *message, const char *parent, unsigned depth, void *user);

/* Call fn for each message in reading order. */
void
thread_walk(notmuch_thread_t *thread, thread_walk_fn fn, void *user);

#endif
