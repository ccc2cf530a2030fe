/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ahead.h - what may be opened next is read while the user rests, so that it opens at once. */
#ifndef PENFOLD_UI_AHEAD_H
#define PENFOLD_UI_AHEAD_H

#include "ui/thread.h"

struct ahead *
ahead_new(struct app *app);
void
ahead_free(struct ahead *h);

/* The cursor rests on a thread, or a reader may go on to it. Call it as often as you like: what is wanted last
 * is read, a moment later, together with the message of it that would be shown. */
void
ahead_want(struct app *app, const char *thread);
/* The same for one message of a thread that is here. */
void
ahead_want_message(struct app *app, const struct message *m);
/* What was read of a thread, or is being read: one reference. NULL for nothing that is worth taking. row: what
 * the list knows of it; what was read before the list changed is taken when it says the same. */
struct thread *
ahead_take(struct app *app, const struct row *row);
/* A thread was opened, and may be so again. One reference is taken. */
void
ahead_keep(struct app *app, struct thread *t);
/* The list changed: what was read may not be true any more. */
void
ahead_doubt(struct app *app);

#endif
