/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows_private.h - what the files of rows share. */
#ifndef PENFOLD_UI_ROWS_PRIVATE_H
#define PENFOLD_UI_ROWS_PRIVATE_H

#include "ui/ask.h"
#include "ui/rows.h"

/* Rows found anew in one piece; the rest follows in idle time, or when it is drawn. */
#define MAX_AT_ONCE 20000

struct sorting;

struct rows {
	struct app *app;
	void (*changed)(void *user);
	void *user;

	struct place *place;
	char *limit;
	GHashTable *effects; /* thread -> struct effects; rows_effects.c */
	GPtrArray *left;     /* struct place: those that effects name */
	guint n_indexes;     /* that were mapped so far */

	/* of the index */
	GArray *numbers; /* guint32: row numbers in the index */
	guint32 scanned; /* rows of the index looked at */
	bool *folders;	 /* by folder number: does it belong to the place? */
	guint32 n_folders;
	gint64 now; /* seconds, of the scan: what sleeps until later is left out */
	guint idle;
	guint settling; /* a search that waits for changes on their way, see ask_search() */
	unsigned n_waits;

	enum rows_order order;
	bool is_reversed;
	struct sorting *sorting; /* NULL: rows stand in their order; rows_sort.c */

	/* of a search */
	bool is_search;
	GPtrArray *found;
	struct members *members; /* threads of the place that a limit is laid on; NULL for all */
	guint32 gathered;	 /* rows of the index that were looked at for them */
	char *query;		 /* to be asked when they are there; NULL: it was */
	struct ask ask;
	char *error;
};

/* rows.c */

/* Find the rows of the place anew. */
void
rows_rescan(struct rows *r, guint want);
/* Work for idle time is left. */
void
rows_work_later(struct rows *r);

/* rows_effects.c */

/* No effects yet: struct rows's. */
GHashTable *
rows_effects_new(void);
/* Has the thread left what is shown here? Of a row of a search, the thread is enough. */
bool
rows_is_gone(const struct rows *r, const struct row *row);
/* Row as the user's deeds make it. */
void
rows_apply_effects(const struct rows *r, struct row *row);
/* What was confirmed before the newest index came stands in it. */
void
rows_effects_settle(struct rows *r);

/* rows_sort.c */

/* Begin to put the numbers into their order; false when they stand in it already. */
bool
rows_sort_begin(struct rows *r);
/* A few milliseconds of it; true when it is done. */
bool
rows_sort_step(struct rows *r);
void
rows_sort_drop(struct rows *r);
/* Put what a search has found into its order. */
void
rows_sort_found(struct rows *r);

#endif
