/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thread_view.h - the messages of a thread as a tree. */
#ifndef PENFOLD_UI_THREAD_VIEW_H
#define PENFOLD_UI_THREAD_VIEW_H

#include "ui/app.h"
#include "ui/thread.h"

extern const struct view_class thread_view_class;

/* Takes a reference of its own. */
void
thread_view_open(struct app *app, struct thread *t);
/* The numbers (guint) of the marked messages in their order, when `;` was pressed in a thread's page; keeps: they stay
 * marked. NULL otherwise. Owned. */
GArray *
thread_view_marked(struct app *app, bool keeps);
/* The thread and the selected message of the page on top; false when another page is. */
bool
thread_view_selected(struct app *app, struct thread **thread_out, guint *index_out);
/* Select the message next (or previous) to the selected one, e.g. after it was moved away. */
void
thread_view_step(struct app *app, int step);

#endif
