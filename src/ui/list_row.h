/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_row.h - one line of the list of threads. */
#ifndef PENFOLD_UI_LIST_ROW_H
#define PENFOLD_UI_LIST_ROW_H

#include "base/row_index.h"
#include "ui/draw.h"

struct list_row_opts {
	bool is_selected, is_marked;
	bool is_sent;		/* a list of own letters */
	gint64 now;		/* Unix seconds */
	const char *hidden_tag; /* a tag that every row here has */
};

/* Columns: unread mark, verdict, sender and domain, subject and tags, flag, attachment, count, size
 * where there is room, date. */
void
list_row_draw(const struct canvas *c, int y, int x, int cols, const struct row *row,
    const struct list_row_opts *opts);

#endif
