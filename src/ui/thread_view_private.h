/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thread_view_private.h - what the files of a thread's page share. */
#ifndef PENFOLD_UI_THREAD_VIEW_PRIVATE_H
#define PENFOLD_UI_THREAD_VIEW_PRIVATE_H

#include "ui/pick.h"
#include "ui/thread_view.h"

struct thread_view {
	struct view base;
	struct app *app;
	struct thread *thread;
	GArray *shown;	    /* guint: numbers of the messages that no fold hides */
	GHashTable *folded; /* message ids */
	GHashTable *marked; /* message ids, of those that are still there and some that are not */
	struct pick pick;   /* of shown; its id is that of a message */
	bool was_chosen;    /* the first choice has been made */
};

/* The number of the selected message. */
guint
thread_view_at(const struct thread_view *t);
/* The selected message stays selected when others come before it. */
void
thread_view_note_chosen(struct thread_view *t);
/* thread_view_draw.c */
void
thread_view_draw(struct app *app, struct view *v, struct area a);

#endif
