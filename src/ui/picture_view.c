/* SPDX-License-Identifier: GPL-3.0-or-later */
/* picture_view.c - the renderer takes the part out of the letter into a file without a name, and
 * penfold-picture makes cells of that; both are sealed. */
#include "ui/picture_view.h"

#include "base/file.h"
#include "ui/ask.h"
#include "ui/picture.h"

#include <unistd.h>

struct picture_view {
	struct view base;
	struct app *app;
	char *title, *problem;
	struct ask ask;
	struct picture *picture;
	int file; /* the decoded part */
	bool is_decoded;
};

static struct picture_view *
cast(struct view *v)
{
	return (struct picture_view *)v;
}

static void
draw(struct app *app, struct view *v, struct area a)
{
	struct picture_view *p = cast(v);
	const char *problem = p->problem != NULL ? p->problem : picture_problem(p->picture);
	if (p->is_decoded)
		picture_ask(p->picture, p->file, a.cols, a.rows);
	if (!picture_is_there(p->picture)) {
		(void)ui_say(&app->canvas, a, 1, STYLE_DIM, problem != NULL ? problem : "One moment");
		return;
	}
	struct area inner = {a.y + (a.rows - picture_rows(p->picture)) / 2,
	    a.x + (a.cols - picture_cols(p->picture)) / 2, picture_rows(p->picture),
	    picture_cols(p->picture)};
	picture_draw(p->picture, inner);
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
	(void)app;
	return picture_describe(cast(v)->picture);
}

static void
free_view(struct app *app, struct view *v)
{
	struct picture_view *p = cast(v);
	(void)app;
	ask_drop(&p->ask);
	picture_free(p->picture);
	close(p->file);
	g_free(p->title);
	g_free(p->problem);
	g_free(p);
}

static const struct action actions[] = {{NULL, NULL, NULL, NULL, NULL, NULL}};
const struct action_set picture_actions = {"picture", "A picture", actions};

static const struct view_class picture_class = {
    .set = &picture_actions,
    .draw = draw,
    .title = title,
    .position = position,
    .free = free_view,
};

static void
on_part(const struct reply *reply, void *user)
{
	struct picture_view *p = user;
	if (reply->kind == REPLY_EVENT)
		return;
	ask_end(&p->ask);
	p->is_decoded = reply->kind == REPLY_DONE;
	if (reply->kind == REPLY_FAILED)
		p->problem = g_strdup(reply->error->message);
	app_redraw(p->app);
}

bool
picture_view_takes(const char *type)
{
	return type != NULL && g_str_has_prefix(type, "image/");
}

void
picture_view_open(struct app *app, struct letter *letter, const char *part, const char *name)
{
	GError *error = NULL;
	int file = file_in_memory(&error);
	if (file < 0) {
		app_error(app, "the picture cannot be shown: %s", error->message);
		g_error_free(error);
		return;
	}
	struct picture_view *p = g_new0(struct picture_view, 1);
	p->base.class = &picture_class;
	p->app = app;
	p->title = g_strdup(name != NULL ? name : "Picture");
	p->picture = picture_new(app);
	p->file = file;
	ask_render(app, &p->ask, letter, json_pack("{s:s, s:s}", "op", "part", "part", part), file,
	    on_part, p);
	app_push(app, &p->base);
}
