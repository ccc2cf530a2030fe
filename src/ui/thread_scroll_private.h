/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thread_scroll_private.h - what the files of the page of a whole thread share. */
#ifndef PENFOLD_UI_THREAD_SCROLL_PRIVATE_H
#define PENFOLD_UI_THREAD_SCROLL_PRIVATE_H

#include "ui/pager.h"
#include "ui/thread_scroll.h"

struct thread_scroll {
	struct view base;
	struct app *app;
	struct thread *thread;
	GPtrArray *parts; /* struct pager, one a message, in their order */
	guint first;	  /* the message in the first row */
	int offset;	  /* the row of it that is there; 0: what divides it from the one before */
	bool is_at_end;	  /* stays there while what is above it is still being read */
	int rows, cols;	  /* of the text, as drawn last */
	char *needle;
	guint hit;   /* the message of the last hit */
	int hit_row; /* and the row of its lines; -1: none yet */
	struct {
		int step;    /* 1 or -1 while it goes on; 0: it is over */
		guint first; /* the message where it began */
		int from;    /* and the row of it */
		guint n;     /* messages that were looked through */
		bool is_told; /* that it takes a while */
	} seek;
	bool was_chosen;
	guint wanted; /* to begin with */
};

/* thread_scroll.c */

/* There is always one, and i is within them. */
struct pager *
thread_scroll_part(const struct thread_scroll *s, guint i);
/* Not past the last page, when it is known where that is. */
void
thread_scroll_fill(struct thread_scroll *s);

/* thread_scroll_find.c */

/* A search that waits for a message goes on, when that is read. */
void
thread_scroll_seek(struct thread_scroll *s);

#endif
