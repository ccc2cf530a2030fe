/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gather.h - all messages of some threads, oldest first, and their bytes as one mbox: what is piped, printed and
 * saved from the list. */
#ifndef PENFOLD_UI_GATHER_H
#define PENFOLD_UI_GATHER_H

#include "ui/app.h"

/* More are not gathered: `penfold export` writes as many as there are. */
#define GATHER_MAX 10000u

struct gathered {
	char *id, *path, *subject, *address; /* of its author */
	char *thread;			     /* NULL: not told */
	gint64 date;
};

/* letters: struct gathered, owned; NULL when there are too many or a thread cannot be read, which has been said. */
typedef void (*gather_fn)(struct app *app, GPtrArray *letters, void *user);
/* Called once, later. threads: ids, copied. */
void
gather_threads(struct app *app, const GPtrArray *threads, gather_fn fn, void *user);

/* Called once, later: an mbox (mboxrd) at its start, closed by the caller; -1 and error when there is none. */
typedef void (*gather_mbox_fn)(struct app *app, int fd, const GError *error, void *user);
/* letters: taken over. to: an empty file that gets it (borrowed, open for writing), -1 for one that has no
 * name and stands nowhere. */
void
gather_mbox(struct app *app, GPtrArray *letters, int to, gather_mbox_fn fn, void *user);

/* "3 messages", "the message"; owned. */
char *
gather_words(guint n);

#endif
