/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page.c - a page of lines to read. */
#include "ui/page.h"
#include "ui/lines.h"

#include "ui/scroll.h"

/* Wider lines are hard to read. */
#define MAX_COLS 100

struct page {
	struct view base;
	struct app *app;
	char *title;
	struct lines *lines;
	struct ask ask;
	char *note; /* shown while there is nothing else */
	bool is_loading;

	page_start start;
	void *start_user;
	GDestroyNotify free_user;
	int cols; /* that the lines were asked for */
};

static struct page *
cast(struct view *v)
{
	return (struct page *)v;
}

static void
on_reply(const struct reply *reply, void *user)
{
	struct page *p = user;
	if (reply->kind == REPLY_FAILED)
		lines_add(p->lines, STYLE_WARN, reply->error->message);
	else
		lines_add_json(p->lines, json_object_get(reply->obj, "lines"));
	if (reply->kind != REPLY_EVENT) {
		ask_end(&p->ask);
		p->is_loading = false;
	}
	app_redraw(p->app);
}

static void
load(struct page *p, int cols)
{
	lines_clear(p->lines);
	p->cols = cols;
	p->is_loading = true;
	p->start(p->app, &p->ask, cols, on_reply, p, p->start_user);
}

static void
draw(struct app *app, struct view *v, struct area a)
{
	struct page *p = cast(v);
	struct area inner = {a.y, a.x + 1, a.rows, CLAMP(a.cols - 2, 1, MAX_COLS)};
	/* another width: lines are laid out by the helper */
	if (p->start != NULL && p->cols != inner.cols)
		load(p, inner.cols);
	if (lines_count(p->lines) == 0 && (p->is_loading || p->note != NULL))
		(void)ui_say(&app->canvas, a, 1, STYLE_DIM, p->is_loading ? "One moment" : p->note);
	lines_draw(p->lines, &app->canvas, inner);
}

static char *
title(struct app *app, struct view *v)
{
	(void)app;
	return g_strdup(cast(v)->title);
}

static char *
position(struct app *app, struct view *v)
{
	struct page *p = cast(v);
	(void)app;
	return scroll_position(p->lines, v->area.rows);
}

static void
scroll(struct app *app, struct view *v, int by)
{
	lines_scroll(cast(v)->lines, by, v->area.rows);
	app_redraw(app);
}

static void
free_view(struct app *app, struct view *v)
{
	struct page *p = cast(v);
	(void)app;
	ask_drop(&p->ask);
	lines_free(p->lines);
	if (p->free_user != NULL)
		p->free_user(p->start_user);
	g_free(p->title);
	g_free(p->note);
	g_free(p);
}

static bool
is_coming(struct app *app, struct view *v)
{
	(void)app;
	return cast(v)->is_loading && lines_count(cast(v)->lines) == 0;
}

static const struct view_class page_class = {
    .set = &page_actions,
    .draw = draw,
    .title = title,
    .position = position,
    .scroll = scroll,
    .is_coming = is_coming,
    .free = free_view,
};

static struct page *
page_new(struct app *app, const char *page_title)
{
	struct page *p = g_new0(struct page, 1);
	p->base.class = &page_class;
	p->app = app;
	p->title = g_strdup(page_title);
	p->lines = lines_new();
	return p;
}

int
page_text_cols(void)
{
	return CLAMP(term_cols() - 2, 1, MAX_COLS);
}

struct lines *
page_open(struct app *app, const char *page_title, const char *note)
{
	struct page *p = page_new(app, page_title);
	p->note = g_strdup(note);
	app_push(app, &p->base);
	return p->lines;
}

void
page_open_asked(struct app *app, const char *page_title, page_start start, void *start_user,
    GDestroyNotify free_user)
{
	struct page *p = page_new(app, page_title);
	p->start = start;
	p->start_user = start_user;
	p->free_user = free_user;
	app_push(app, &p->base);
}

/* actions */

static struct page *
top(struct app *app)
{
	return cast(app_top_of(app, &page_class));
}

static struct lines *
lines_of(struct app *app)
{
	return top(app)->lines;
}

static struct view *
view_of(struct app *app)
{
	return &top(app)->base;
}

SCROLL_MOVES(lines_of, view_of)

/* clang-format off */
static const struct action actions[] = {
	SCROLL_ACTIONS
	{NULL,		NULL,			NULL,	  NULL, NULL,				NULL},
};
/* clang-format on */

const struct action_set page_actions = {"detail", "A page of text", actions};
