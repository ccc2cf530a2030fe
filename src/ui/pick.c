/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pick.c - a short list with one selected row. */
#include "ui/pick.h"

void
pick_move(struct app *app, struct pick *p, int by, int n)
{
	p->selected = CLAMP(p->selected + by, 0, MAX(n - 1, 0));
	app_redraw(app);
}

void
pick_fit(struct pick *p, int n, int rows)
{
	p->selected = CLAMP(p->selected, 0, MAX(n - 1, 0));
	if (p->selected < p->top)
		p->top = p->selected;
	if (p->selected >= p->top + rows)
		p->top = p->selected - rows + 1;
	p->top = CLAMP(p->top, 0, MAX(n - rows, 0));
}
