/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tabs.c - several stacks of views side by side. */
#include "ui/tabs.h"

#include "ui/list_view.h"
#include "ui/sidebar.h"

static GPtrArray *
stack(const struct app *app, guint i)
{
	return app->tabs->pdata[i];
}

static void
free_stack(gpointer views)
{
	g_ptr_array_unref(views);
}

void
tabs_init(struct app *app)
{
	app->tabs = g_ptr_array_new_with_free_func(free_stack);
	app->views = g_ptr_array_new();
	app->tab = 0;
	g_ptr_array_add(app->tabs, app->views);
}

/* Close the views of the tab in front, the top one first. */
static void
close_views(struct app *app)
{
	while (app->views->len > 0) {
		struct view *v = app_top(app);
		g_ptr_array_remove_index(app->views, app->views->len - 1);
		v->class->free(app, v);
	}
}

void
tabs_fini(struct app *app)
{
	for (guint i = 0; i < app->tabs->len; i++) {
		app->tab = i;
		app->views = stack(app, i);
		close_views(app);
	}
}

guint
tabs_count(const struct app *app)
{
	return app->tabs->len;
}

guint
tabs_current(const struct app *app)
{
	return app->tab;
}

static void
bring(struct app *app, guint i)
{
	app->tab = i;
	app->views = stack(app, i);
	app->n_steps = 0;
	struct view *top = app_top(app);
	const struct list_view *l = list_view_of(app);
	if (l != NULL)
		sidebar_set_current(app, list_view_place(l));
	if (top != NULL && top->class->returned != NULL)
		top->class->returned(app, top);
	app_redraw(app);
}

void
tabs_open(struct app *app, const struct place *p)
{
	if (app->tabs->len >= MAX_TABS) {
		app_error(app, "%d tabs are open; close one first", MAX_TABS);
		return;
	}
	g_ptr_array_insert(app->tabs, (gint)app->tab + 1, g_ptr_array_new());
	app->views = stack(app, ++app->tab);
	app_push(app, list_view_new(app));
	sidebar_go(app, p);
}

bool
tabs_close(struct app *app)
{
	if (app->tabs->len < 2)
		return false;
	guint i = app->tab;
	close_views(app);
	/* nothing may look at the stack that goes */
	guint next = i > 0 ? i - 1 : 1;
	app->views = stack(app, next);
	g_ptr_array_remove_index(app->tabs, i);
	bring(app, i > 0 ? i - 1 : 0);
	return true;
}

void
tabs_show(struct app *app, guint i)
{
	if (i < app->tabs->len)
		bring(app, i);
	else
		app_say(app, "there is no tab %u; C-t opens one", i + 1);
}

GPtrArray *
tabs_views(const struct app *app)
{
	GPtrArray *all = g_ptr_array_new();
	for (guint i = 0; i < app->tabs->len; i++)
		for (guint k = 0; k < stack(app, i)->len; k++)
			g_ptr_array_add(all, stack(app, i)->pdata[k]);
	return all;
}

bool
tabs_take(struct app *app, struct view *v)
{
	for (guint i = 0; i < app->tabs->len; i++)
		if (g_ptr_array_remove(stack(app, i), v))
			return true;
	return false;
}

/* What the tab shows, in a few words; owned. */
static char *
title(struct app *app, guint i)
{
	const GPtrArray *views = stack(app, i);
	if (views->len == 0)
		return g_strdup("");
	struct view *top = views->pdata[views->len - 1];
	const struct list_view *l = list_view_cast(top);
	return l != NULL ? g_strdup(list_view_place(l)->name) : top->class->title(app, top);
}

/* Each tab has an equal share of the line at most; the one in front what it needs. */
int
tabs_draw(struct app *app, int y, int x, int cols)
{
	int n = (int)app->tabs->len, share = MAX(cols / n, 6), end = x + cols, start = x;
	for (int i = 0; i < n; i++) {
		char *name = title(app, (guint)i);
		char *text = g_strdup_printf(" %d %s ", i + 1, name);
		bool is_front = (guint)i == app->tab;
		int room = MIN(is_front ? MAX(share, cols / 2) : share, end - x);
		if (room > 0)
			x += ui_text(&app->canvas, y, x, room,
			    is_front ? STYLE_BAR_KEY : STYLE_BAR_DIM, false, text);
		app->tab_ends[MIN(i, MAX_TABS - 1)] = x;
		g_free(text);
		g_free(name);
	}
	return x - start;
}

void
tabs_click(struct app *app, int x)
{
	for (guint i = 0; i < app->tabs->len && i < MAX_TABS; i++) {
		if (x < app->tab_ends[i]) {
			tabs_show(app, i);
			return;
		}
	}
}
