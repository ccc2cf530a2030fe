/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scroll.h - moving and searching in lines, the same wherever lines are read. */
#ifndef PENFOLD_UI_SCROLL_H
#define PENFOLD_UI_SCROLL_H

#include "ui/app.h"
#include "ui/lines.h"

enum scroll_move {
	SCROLL_DOWN,
	SCROLL_UP,
	SCROLL_PAGE_DOWN,
	SCROLL_PAGE_UP,
	SCROLL_HALF_DOWN,
	SCROLL_HALF_UP,
	SCROLL_FIRST,
	SCROLL_LAST,
};

/* False when it could not move. */
bool
scroll_lines(struct app *app, struct lines *l, enum scroll_move how, int rows);
/* Ask what to look for (or take text) and go there; *rows of it are seen. Nothing happens if the view has closed before
 * the answer. */
void
scroll_search(struct app *app, struct lines *l, const struct view *v, const int *rows, const char *text);
void
scroll_search_again(struct app *app, struct lines *l, int step, int rows);
/* "end", "all", "37%" for the last line; owned. */
char *
scroll_position(struct lines *l, int rows);

#endif
