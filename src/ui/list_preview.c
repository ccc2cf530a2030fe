/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_preview.c - a pager that hangs on the list. */
#include "ui/list_preview.h"

#include "ui/pager.h"
#include "ui/thread.h"

#define REST_MS	  60 /* without a move, before a message is opened */
#define MIN_ROWS  12 /* of the screen's middle, for a preview below */
#define MIN_COLS  110 /* for one at the right */

enum where { OFF, BELOW, RIGHT, WHERES };

static const char *const names[WHERES] = {[OFF] = "no", [BELOW] = "below", [RIGHT] = "right"};

struct list_preview {
	struct app *app;
	enum where where;
	struct area room; /* of list and preview together, as drawn last */
	struct pager *pager; /* NULL for none */
	char *shown;	     /* its thread */
	char *wanted;	     /* the thread that is selected */
	struct row row;	     /* as it was then; its strings are not for use */
	guint timer;
};

struct list_preview *
list_preview_new(struct app *app)
{
	struct list_preview *p = g_new0(struct list_preview, 1);
	p->app = app;
	for (int i = 0; i < WHERES; i++)
		if (g_str_equal(names[i], rc_string(app->rc, "ui", NULL, "preview")))
			p->where = (enum where)i;
	return p;
}

static void
close_pager(struct list_preview *p)
{
	if (p->pager != NULL)
		pager_class.free(p->app, &p->pager->base);
	p->pager = NULL;
	g_clear_pointer(&p->shown, g_free);
}

void
list_preview_free(struct app *app, struct list_preview *p)
{
	(void)app;
	if (p->timer != 0)
		g_source_remove(p->timer);
	close_pager(p);
	g_free(p->wanted);
	g_free(p);
}

static bool
has_room(const struct list_preview *p, enum where where)
{
	return !p->app->canvas.is_linear && (where == RIGHT ? p->room.cols >= MIN_COLS : p->room.rows >= MIN_ROWS);
}

struct area
list_preview_split(struct list_preview *p, struct area *area)
{
	struct area rest = {area->y, area->x, 0, 0};
	p->room = *area;
	if (p->where == RIGHT && has_room(p, RIGHT)) {
		rest = *area;
		area->cols = area->cols * 9 / 20;
		rest.x += area->cols + 1;
		rest.cols -= area->cols + 1;
	} else if (p->where != OFF && has_room(p, BELOW)) {
		rest = *area;
		area->rows = MAX(area->rows / 3, 4);
		rest.y += area->rows + 1;
		rest.rows -= area->rows + 1;
	}
	return rest;
}

static gboolean
on_rest(gpointer user)
{
	struct list_preview *p = user;
	p->timer = 0;
	close_pager(p);
	if (p->wanted == NULL)
		return G_SOURCE_REMOVE;
	p->row.thread = p->wanted;
	struct thread *t = thread_open(p->app, &p->row);
	p->pager = pager_preview(p->app, t);
	p->shown = g_strdup(p->wanted);
	thread_unref(t);
	app_redraw(p->app);
	return G_SOURCE_REMOVE;
}

static void
want(struct list_preview *p, const struct row *row)
{
	const char *thread = row != NULL ? row->thread : NULL;
	if (g_strcmp0(p->wanted, thread) == 0)
		return;
	g_free(p->wanted);
	p->wanted = g_strdup(thread);
	p->row = row != NULL ? *row : (struct row){0};
	if (p->timer != 0)
		g_source_remove(p->timer);
	p->timer = g_timeout_add(REST_MS, on_rest, p);
}

void
list_preview_draw(struct app *app, struct list_preview *p, const struct row *row, struct area a)
{
	if (a.rows <= 0)
		return;
	const struct canvas *c = &app->canvas;
	const char *thread = row != NULL ? row->thread : NULL;
	want(p, row);
	/* the line between the two */
	if (p->where == RIGHT && a.cols < term_cols() && a.rows == term_rows() - 2)
		for (int i = 0; i < a.rows; i++)
			ui_text(c, a.y + i, a.x - 1, 1, STYLE_FAINT, false, c->signs->vertical);
	else
		ui_rule(c, a.y - 1, a.x, a.cols, STYLE_FAINT);
	if (p->pager != NULL && g_strcmp0(p->shown, thread) == 0) {
		p->pager->base.area = a;
		pager_draw(app, &p->pager->base, a);
	}
}

void
list_preview_renew(struct app *app, struct list_preview *p)
{
	if (p->pager != NULL)
		pager_class.rows_changed(app, &p->pager->base);
}

void
list_preview_toggle(struct app *app, struct list_preview *p)
{
	bool was_off = p->where == OFF;
	do
		p->where = (p->where + 1) % WHERES;
	while (p->where != OFF && !has_room(p, p->where));
	g_clear_pointer(&p->wanted, g_free);
	if (p->where == OFF)
		close_pager(p);
	if (p->where != OFF)
		app_say(app, "a preview %s; looking is not reading", names[p->where]);
	else
		app_say(app, was_off ? "there is no room for a preview here" : "no preview");
	app_redraw(app);
}

void
list_preview_scroll(struct app *app, struct list_preview *p, int lines)
{
	if (p->pager != NULL)
		pager_class.scroll(app, &p->pager->base, lines);
	else
		app_say(app, "there is no preview; V opens one");
}
