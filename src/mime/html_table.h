/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_table.h - a table of an HTML page, collected until it is known whether it is data (short cells,
 * set in columns) or only layout. */
#ifndef PENFOLD_MIME_HTML_TABLE_H
#define PENFOLD_MIME_HTML_TABLE_H

#include "mime/html_flow.h"

struct html_table;

/* No rows yet. Never NULL. */
struct html_table *
html_table_new(void);
void
html_table_free(struct html_table *t);

void
html_table_row(struct html_table *t);
/* A cell that spans so many columns; a column whose cells are all set to the right stands so. */
void
html_table_cell(struct html_table *t, bool is_head, unsigned span, bool is_right);
/* Text of the current cell. False when the table has grown over its limits, or the text begins a
 * second line in its cell: it is layout then, and the text was not taken. */
bool
html_table_text(struct html_table *t, const char *text, size_t len);
/* A line or block ends in the current cell. */
void
html_table_break(struct html_table *t);

/* Give out all rows: in columns when they fit and it is data, else a line for each row. */
void
html_table_give(struct html_table *t, struct html_flow *f);
/* Give out all rows as layout, each cell a paragraph of its own; the last cell is left in f. */
void
html_table_dissolve(struct html_table *t, struct html_flow *f);

#endif
