/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_effects.c - what was just done, over the rows of every list. */
#include "ui/list_effects.h"

#include "ui/list_view.h"
#include "ui/tabs.h"

enum what { LAY, LIFT, CONFIRM };

static void
to_all(struct app *app, const GPtrArray *threads, enum what what, unsigned effects)
{
	GPtrArray *views = tabs_views(app);
	for (guint i = 0; i < views->len; i++) {
		struct list_view *l = list_view_cast(views->pdata[i]);
		struct rows *r = l != NULL ? list_view_rows(l) : NULL;
		bool is_front = l == list_view_of(app);
		if (r == NULL)
			continue;
		if (what == LAY)
			rows_lay(r, threads, is_front ? effects : effects & ~(unsigned)ROWS_GONE);
		else if (what == LIFT)
			rows_lift(r, threads);
		else
			rows_confirm(r, threads);
	}
	g_ptr_array_unref(views);
	app_redraw(app);
}

void
list_effects_lay(struct app *app, const GPtrArray *threads, unsigned effects)
{
	to_all(app, threads, LAY, effects);
}

void
list_effects_lift(struct app *app, const GPtrArray *threads)
{
	to_all(app, threads, LIFT, 0);
}

void
list_effects_confirm(struct app *app, const GPtrArray *threads)
{
	to_all(app, threads, CONFIRM, 0);
}
