/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_sweep.h - to look at every row of a list, however many there are, while its keys go on answering: a few
 * milliseconds at once, the rest between the keys. */
#ifndef PENFOLD_UI_LIST_SWEEP_H
#define PENFOLD_UI_LIST_SWEEP_H

#include "ui/list_view.h"

struct sweep_job {
	int step;	   /* 1 down, -1 up; all around */
	bool is_from_here; /* begins at the selected row, not beside it */
	bool wants_whole;  /* the rows are looked at again from the first when they change */
	bool keeps_keys;   /* what is pressed meanwhile is meant for what will be found */
	/* Is this the row that was looked for? */
	bool (*visit)(struct list_view *l, const struct row *row, void *user);
	/* It is over: at row i, or at -1 for none. Not called when the sweep is given up. */
	void (*done)(struct app *app, struct list_view *l, int i, void *user);
	/* It takes a while; NULL to say nothing. */
	void (*wait)(struct app *app, void *user);
	void (*free)(void *user);
	void *user;
};

/* One at a time in each list: what was under way is given up. The job is copied, its user is owned. */
void
list_sweep(struct list_view *l, const struct sweep_job *job);
/* Give up. False when nothing was under way. */
bool
list_sweep_stop(struct list_view *l);
/* Is one under way that keys wait for? */
bool
list_sweep_keeps_keys(const struct list_view *l);
/* Do the rest at once: what comes now builds on it. */
void
list_sweep_settle(struct list_view *l);
/* The rows are others. */
void
list_sweep_rows_changed(struct list_view *l);

#endif
