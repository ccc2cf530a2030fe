/* SPDX-License-Identifier: GPL-3.0-or-later */
/* links_view.c - links, each behind the host that it really leads to. */
#include "ui/links_view.h"

#include "base/jsonl.h"
#include "ui/opener.h"
#include "ui/pick.h"

#include <string.h>

struct links_view {
	struct view base;
	char *title;
	json_t *links;
	struct pick pick;
};

static const struct view_class links_class;

static struct links_view *
cast(struct view *v)
{
	return (struct links_view *)v;
}

static struct links_view *
top(struct app *app)
{
	return cast(app_top_of(app, &links_class));
}

static struct pick *
pick_of(struct app *app)
{
	return &top(app)->pick;
}

static int
n_of(struct app *app)
{
	return (int)json_array_size(top(app)->links);
}

static const json_t *
selected(struct app *app)
{
	return json_array_get(top(app)->links, (size_t)pick_of(app)->selected);
}

static void
draw_row(struct app *app, struct area a, int y, int n, const json_t *link, bool is_selected)
{
	const struct canvas *c = &app->canvas;
	const char *label = jsonl_string(link, "label");
	const char *host = jsonl_string(link, "host");
	const char *claim = jsonl_string(link, "claim");
	char *number = label != NULL ? g_strdup(label) : g_strdup_printf("%d", n + 1);
	char *warning = claim != NULL ? g_strdup_printf("! its words say %s  ", claim) : NULL;
	int x = a.x + (label != NULL ? 14 : 6);
	ui_fill(c, y, a.x, a.cols, STYLE_NORMAL, is_selected);
	ui_text(c, y, a.x + 1, x - a.x - 2, STYLE_DIM, is_selected, number);
	if (host != NULL && *host != '\0') {
		/* where it leads is told by the end of a host */
		char *end = ui_domain(c, host, a.cols / 2);
		x += ui_text(c, y, x, a.cols / 2, claim != NULL ? STYLE_BAD : STYLE_STRONG, is_selected, end) + 2;
		g_free(end);
	}
	if (warning != NULL)
		x += ui_text(c, y, x, a.x + a.cols - x, STYLE_BAD, is_selected, warning);
	if (x < a.x + a.cols - 1) {
		int cols = ui_text(c, y, x, a.x + a.cols - x - 1, STYLE_LINK, is_selected, jsonl_string(link, "url"));
		/* beside its true host */
		if (host != NULL && *host != '\0')
			hyperlinks_place(c->hyperlinks, y, x, cols, jsonl_string(link, "url"));
	}
	g_free(warning);
	g_free(number);
}

static void
draw(struct app *app, struct view *v, struct area a)
{
	struct links_view *t = cast(v);
	int n = (int)json_array_size(t->links);
	pick_fit(&t->pick, n, a.rows);
	for (int i = 0; i < a.rows && t->pick.top + i < n; i++)
		draw_row(app, a, a.y + i, t->pick.top + i,
		    json_array_get(t->links, (size_t)(t->pick.top + i)),
		    t->pick.top + i == t->pick.selected);
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
	return pick_position(&cast(v)->pick, (int)json_array_size(cast(v)->links));
}

static void
scroll(struct app *app, struct view *v, int by)
{
	pick_move(app, &cast(v)->pick, by, (int)json_array_size(cast(v)->links));
}

static void
free_view(struct app *app, struct view *v)
{
	struct links_view *t = cast(v);
	(void)app;
	json_decref(t->links);
	g_free(t->title);
	g_free(t);
}

static void
act_open(struct app *app, const char *arg)
{
	const json_t *link = selected(app);
	(void)arg;
	if (jsonl_string(link, "url") != NULL)
		opener_url(app, jsonl_string(link, "url"), jsonl_string(link, "claim"));
}

static void
act_copy(struct app *app, const char *arg)
{
	const char *url = jsonl_string(selected(app), "url");
	(void)arg;
	if (url == NULL)
		return;
	term_copy(url);
	app_say(app, "given to the terminal's clipboard: %s", url);
}

PICK_MOVES(pick_of, n_of)

/* clang-format off */
static const struct action actions[] = {
	{"open",	"Enter, o, Right", "open", NULL, "open the link",				act_open},
	{"copy",	"y",		"copy",	NULL,	"copy the link to the terminal's clipboard",	act_copy},
	PICK_ACTIONS
	{NULL,		NULL,		NULL,	NULL,	NULL,						NULL},
};
/* clang-format on */

const struct action_set links_actions = {"links", "Links", actions};

static void
click(struct app *app, struct view *v, int y, int x, bool twice)
{
	(void)x;
	if (pick_click(app, &cast(v)->pick, v, y, twice, n_of(app)))
		app_run(app, "open");
}

static const struct view_class links_class = {
    .set = &links_actions,
    .draw = draw,
    .title = title,
    .position = position,
    .scroll = scroll,
    .click = click,
    .free = free_view,
};

void
links_view_open(struct app *app, const char *view_title, const json_t *links)
{
	struct links_view *t = g_new0(struct links_view, 1);
	t->base.class = &links_class;
	t->title = g_strdup(view_title);
	t->links = json_deep_copy(links);
	app_push(app, &t->base);
}
