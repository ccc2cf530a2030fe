/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_row.h - one line of the list of threads. */
#ifndef PENFOLD_UI_LIST_ROW_H
#define PENFOLD_UI_LIST_ROW_H

#include "base/row_index.h"
#include "ui/draw.h"

struct list_columns;

struct list_row_opts {
	bool is_selected, is_marked;
	bool is_sent;		/* a list of own letters */
	gint64 now;		/* Unix seconds */
	const char *hidden_tag; /* a tag that every row here has */
	const char *account;	/* that the thread's newest message lies in, "" when unknown */
	const struct list_columns *columns; /* of the rc; NULL: ours, by the room there is */
};

/* The rc's `[ui] columns` and date-format; NULL when it leaves both to us. Complaints (owned strings) are
 * added to the array. Borrows from the rc. */
struct list_columns *
list_columns_new(const struct rc *rc, const char *own, GPtrArray *complaints);
void
list_columns_free(struct list_columns *c);

/* Columns: unread mark, verdict, sender and domain, subject and tags, flag, attachment, count, size
 * where there is room, date. */
void
list_row_draw(const struct canvas *c, int y, int x, int cols, const struct row *row,
    const struct list_row_opts *opts);

/* The row as a sentence, for ears and for braille. */
void
list_row_draw_words(const struct canvas *c, int y, int x, int cols, const struct row *row,
    const struct list_row_opts *opts);

/* Parts of a row, for list_columns.c. */
void
list_row_sender(const struct canvas *c, int y, int x, int cols, const struct row *row,
    const struct list_row_opts *opts);
void
list_row_subject(const struct canvas *c, int y, int x, int cols, const struct row *row,
    const struct list_row_opts *opts, bool wants_tags);
/* Tags that say something, " +a +b"; owned. */
char *
list_row_tags(const struct row *row, const char *hidden);
/* The columns of the rc at x; the marks are drawn already. wants: see `[ui] columns`. */
void
list_columns_draw(const struct canvas *c, int y, int x, int cols, const struct row *row,
    const struct list_row_opts *opts);
/* Is the sender's domain seen in one of them, in a row of so many columns? Without it no tick is drawn. */
bool
list_columns_have_domain(const struct list_columns *c, int cols);

#endif
