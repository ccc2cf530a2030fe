/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor_view.c - the editor in its tab. */
#include "ui/editor_view.h"

#include "ui/pty.h"
#include "ui/tabs.h"
#include "ui/vt.h"

struct editor_view {
	struct view base;
	struct app *app;
	struct pty *pty;
	struct vt *vt;
	char *title;
	guint n_lost; /* characters, while it does not read */
	run_fn ended;
	void (*dropped)(void *user);
	void *user;
};

static struct editor_view *
cast(struct view *v)
{
	return (struct editor_view *)v;
}

/* between the two terminals */

static void
on_output(const char *bytes, size_t len, void *user)
{
	struct editor_view *e = user;
	vt_feed(e->vt, bytes, len);
	if (vt_take_bell(e->vt) && app_top(e->app) == &e->base)
		term_report("\a");
	if (app_top(e->app) == &e->base)
		app_redraw(e->app);
}

static void
on_reply(const char *bytes, size_t len, void *user)
{
	struct editor_view *e = user;
	if (e->pty != NULL)
		pty_write(e->pty, bytes, len);
}

static void
on_ended(int status, void *user)
{
	struct editor_view *e = user;
	struct app *app = e->app;
	run_fn ended = e->ended;
	void *ended_user = e->user;
	if (app_top(app) != &e->base)
		app_say(app, "the editor of \"%s\" has ended", e->title);
	e->dropped = NULL;
	app_remove(app, &e->base);
	ended(app, status, ended_user);
	app_redraw(app);
}

static const struct pty_events events = {.output = on_output, .ended = on_ended};

/* the view */

static void
draw(struct app *app, struct view *v, struct area a)
{
	struct editor_view *e = cast(v);
	vt_resize(e->vt, a.rows, a.cols);
	pty_resize(e->pty, a.rows, a.cols);
	vt_draw(e->vt, &app->canvas, a);
}

static void
typed(struct app *app, struct view *v, const struct term_event *event, bool is_pasted)
{
	struct editor_view *e = cast(v);
	struct term_event here = *event;
	bool is_end = event->key == TERM_KEY_PASTE_END;
	if (pty_is_full(e->pty) && !is_end) {
		e->n_lost++;
		return;
	}
	if (is_end && e->n_lost > 0) {
		app_error(app, "the editor reads nothing: %u characters that were pasted are lost", e->n_lost);
		e->n_lost = 0;
	}
	here.y -= v->area.y;
	here.x -= v->area.x;
	vt_key(e->vt, &here, is_pasted);
}

static char *
title(struct app *app, struct view *v)
{
	(void)app;
	return g_strdup(cast(v)->title);
}

static const char *
holds(struct app *app, struct view *v)
{
	(void)app;
	(void)v;
	return "the letter is in the editor; end that first";
}

static void
free_view(struct app *app, struct view *v)
{
	struct editor_view *e = cast(v);
	(void)app;
	pty_free(e->pty);
	if (e->dropped != NULL)
		e->dropped(e->user);
	vt_free(e->vt);
	g_free(e->title);
	g_free(e);
}

static void
act_leave(struct app *app, const char *arg)
{
	(void)arg;
	(void)tabs_swap(app);
}

/* clang-format off */
static const struct action actions[] = {
	{"leave",	"C-]",		"to the mail, and back", NULL, "to the mail; the editor stays as it is",	act_leave},
	{NULL,		NULL,		NULL,	NULL,	NULL,						NULL},
};
/* clang-format on */

const struct action_set editor_actions = {"editor", "The editor in its tab", actions};

static const struct view_class editor_class = {
    .set = &editor_actions,
    .draw = draw,
    .title = title,
    .typed = typed,
    .holds = holds,
    .free = free_view,
};

bool
editor_view_open(struct app *app, const struct editor_view_job *job, GError **error)
{
	/* its first picture has the right size already */
	int rows = MAX(term_rows() - 2, 1), cols = term_cols();
	struct editor_view *e = g_new0(struct editor_view, 1);
	e->base.class = &editor_class;
	e->app = app;
	e->vt = vt_new(rows, cols, on_reply, e);
	e->pty = pty_start(&(struct pty_opts){
			       .argv = job->argv,
			       .term = theme_colours(app->canvas.theme) == 8 || theme_colours(app->canvas.theme) == 16
				   ? "xterm"
				   : "xterm-256color",
			       .is_light = theme_is_light(app->canvas.theme),
			       .rows = rows,
			       .cols = cols,
			   },
	    &events, e, error);
	e->title = g_strdup(job->title);
	if (e->pty == NULL) {
		free_view(app, &e->base);
		return false;
	}
	e->ended = job->ended;
	e->dropped = job->dropped;
	e->user = job->user;
	app_push(app, &e->base);
	return true;
}
