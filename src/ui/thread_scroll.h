/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thread_scroll.h - all messages of a thread below each other, as one page. */
#ifndef PENFOLD_UI_THREAD_SCROLL_H
#define PENFOLD_UI_THREAD_SCROLL_H

#include "ui/scroll.h"
#include "ui/thread.h"

struct pager;
struct thread_scroll;

/* index: the message to begin with; G_MAXUINT: the first unread one. */
void
thread_scroll_open(struct app *app, struct thread *t, guint index);
/* The message that is read, when such a page is on top or is v; NULL. */
struct pager *
thread_scroll_current(const struct app *app);
struct pager *
thread_scroll_current_of(const struct view *v);

/* For the keys of an open message: the same moves over all of them. False when it could not move. */
bool
thread_scroll_move(struct thread_scroll *s, enum scroll_move how);
/* To the beginning of another message; false when there is none. */
bool
thread_scroll_step(struct thread_scroll *s, int by);
bool
thread_scroll_show(struct thread_scroll *s, guint index);
/* So that a row of the lines of the message that is read comes first. */
void
thread_scroll_at(struct thread_scroll *s, guint row);
/* Find text from where the reader is, in all messages; step -1 upwards. Those that were not
 * read yet are, one after the other, and the page goes to the hit when it is found; a move ends that. */
void
thread_scroll_search(struct thread_scroll *s, const char *text, int step, bool from_here);
/* What was looked for last, NULL. Borrowed. */
const char *
thread_scroll_needle(const struct thread_scroll *s);

#endif
