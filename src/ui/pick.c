/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pick.c - a short list with one selected row. */
#include "ui/pick.h"

void
pick_move(struct app *app, struct pick *p, int by, int n)
{
	p->selected = CLAMP(p->selected + by, 0, MAX(n - 1, 0));
	g_clear_pointer(&p->id, g_free);
	app_redraw(app);
}

bool
pick_click(struct app *app, struct pick *p, const struct view *v, int y, bool twice, int n)
{
	int i = p->top + y - v->area.y;
	bool was_selected = i == p->selected;
	if (i < 0 || i >= n)
		return false;
	pick_move(app, p, i - p->selected, n);
	return twice || was_selected;
}

char *
pick_position(const struct pick *p, int n)
{
	return n > 0 ? g_strdup_printf("%d of %d", p->selected + 1, n) : NULL;
}

void
pick_note(struct pick *p, const char *id)
{
	if (g_strcmp0(p->id, id) == 0)
		return;
	g_free(p->id);
	p->id = g_strdup(id);
}

void
pick_follow(struct app *app, struct pick *p, int n, const char *(*id_of)(struct app *app, int i))
{
	for (int i = 0; p->id != NULL && i < n; i++) {
		if (g_strcmp0(id_of(app, i), p->id) != 0)
			continue;
		p->selected = i;
		break;
	}
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
