/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_view_private.h - what the files of the list's view share. */
#ifndef PENFOLD_UI_LIST_VIEW_PRIVATE_H
#define PENFOLD_UI_LIST_VIEW_PRIVATE_H

#include "ui/list_view.h"

struct list_view {
	struct view base;
	struct app *app;
	struct place *place;
	char *query; /* the limit, NULL for none */
	struct rows *rows;
	GHashTable *marks; /* thread */

	struct marking *marking; /* of which the store names the threads; NULL for none; list_mark.c */
	struct sweep *sweep; /* all rows are being looked at; NULL for none; list_sweep.c */
	char *needle;	   /* what / looked for */

	struct list_columns *columns; /* of the rc, NULL for ours */
	const char *own_columns; /* that they were made of, where the place has its own; of the rc */
	bool has_columns;
	bool has_own_order; /* of the place; elsewhere it is: */
	enum rows_order usual_order;
	bool is_usual_reversed;
	struct list_preview *preview; /* list_preview.c */

	int selected, top;
	int awaited;  /* a row that a key waits for */
	char *anchor; /* the selected thread: it stays selected when rows come and go */
};

/* Order and columns are those of the place that is shown from now on (list_place.c). */
void
list_view_fit_place(struct list_view *l);
/* What a list says that has nothing to show (list_empty.c). */
void
list_view_draw_empty(struct list_view *l, struct area a);

#endif
