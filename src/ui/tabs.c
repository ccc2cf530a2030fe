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

/* With a list at its bottom. */
static bool
is_mail(const GPtrArray *views)
{
	return views->len > 0 && list_view_cast(views->pdata[0]) != NULL;
}

/* The tab that was in front last of those with mail, or of those without; -1 for none. */
static int
last_of_kind(const struct app *app, bool wants_mail)
{
	const GPtrArray *last = wants_mail ? app->last_mail : app->last_letter;
	int found = -1;
	for (guint i = 0; i < app->tabs->len; i++)
		if (is_mail(stack(app, i)) == wants_mail && (found < 0 || stack(app, i) == last))
			found = (int)i;
	return found;
}

/* The tab in front goes to the back. */
static void
note_front(struct app *app)
{
	if (is_mail(app->views))
		app->last_mail = app->views;
	else
		app->last_letter = app->views;
}

struct view *
tabs_list(const struct app *app)
{
	if (is_mail(app->views))
		return app->views->pdata[0];
	int i = last_of_kind(app, true);
	return i >= 0 ? stack(app, (guint)i)->pdata[0] : NULL;
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
	note_front(app);
	app->tab = i;
	app->views = stack(app, i);
	app->n_steps = 0;
	struct view *top = app_top(app);
	const struct list_view *l = is_mail(app->views) ? list_view_of(app) : NULL;
	if (l != NULL)
		sidebar_set_current(app, list_view_place(l));
	if (top != NULL && top->class->returned != NULL)
		top->class->returned(app, top);
	app_redraw(app);
}

static void
open_empty(struct app *app)
{
	note_front(app);
	g_ptr_array_insert(app->tabs, (gint)app->tab + 1, g_ptr_array_new());
	app->views = stack(app, ++app->tab);
}

void
tabs_open(struct app *app, const struct place *p)
{
	if (app->tabs->len >= MAX_TABS) {
		app_error(app, "%d tabs are open; close one first", MAX_TABS);
		return;
	}
	open_empty(app);
	app_push(app, list_view_new(app));
	sidebar_go(app, p);
}

bool
tabs_open_view(struct app *app, struct view *v)
{
	if (app->tabs->len >= MAX_TABS)
		return false;
	open_empty(app);
	app_push(app, v);
	return true;
}

/* Take away tab i, which has no views any more; another comes to the front if it was there. */
static void
drop(struct app *app, guint i)
{
	bool was_front = i == app->tab;
	GPtrArray *gone = stack(app, i);
	/* nothing may look at the stack that goes */
	if (gone == app->last_mail)
		app->last_mail = NULL;
	if (gone == app->last_letter)
		app->last_letter = NULL;
	if (was_front)
		app->views = stack(app, i > 0 ? i - 1 : 1);
	if (i <= app->tab && app->tab > 0)
		app->tab--;
	g_ptr_array_remove_index(app->tabs, i);
	if (was_front) {
		int mail = last_of_kind(app, true);
		bring(app, mail >= 0 ? (guint)mail : 0);
	}
}

bool
tabs_close(struct app *app)
{
	guint n_mail = 0;
	for (guint i = 0; i < app->tabs->len; i++)
		n_mail += is_mail(stack(app, i));
	if (app->tabs->len < 2 || (is_mail(app->views) && n_mail < 2))
		return false;
	close_views(app);
	drop(app, app->tab);
	return true;
}

const char *
tabs_holds(struct app *app)
{
	const char *why = NULL;
	for (guint i = 0; why == NULL && i < app->views->len; i++) {
		struct view *v = app->views->pdata[i];
		why = v->class->holds != NULL ? v->class->holds(app, v) : NULL;
	}
	return why;
}

bool
tabs_swap(struct app *app)
{
	int to = last_of_kind(app, !is_mail(app->views));
	if (to >= 0)
		bring(app, (guint)to);
	return to >= 0;
}

void
tabs_show_mail(struct app *app)
{
	if (!is_mail(app->views))
		(void)tabs_swap(app);
}

bool
tabs_push_behind(struct app *app, struct view *v)
{
	int i = last_of_kind(app, true);
	if (i < 0 || stack(app, (guint)i) == app->views)
		return false;
	g_ptr_array_add(stack(app, (guint)i), v);
	app_say(app, "what was asked for is in tab %d", i + 1);
	return true;
}

void
tabs_show_view(struct app *app, const struct view *v)
{
	for (guint i = 0; i < app->tabs->len; i++)
		for (guint k = 0; k < stack(app, i)->len; k++)
			if (stack(app, i)->pdata[k] == v && i != app->tab) {
				bring(app, i);
				return;
			}
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
	for (guint i = 0; i < app->tabs->len; i++) {
		if (!g_ptr_array_remove(stack(app, i), v))
			continue;
		if (stack(app, i)->len == 0 && app->tabs->len > 1)
			drop(app, i);
		return true;
	}
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
