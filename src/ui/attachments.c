/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attachments.c - the parts of a message: looked at, opened, saved, piped. */
#include "ui/attachments.h"

#include "base/file.h"
#include "base/safe_name.h"
#include "ui/ask.h"
#include "ui/doubt.h"
#include "ui/format.h"
#include "ui/opener.h"
#include "ui/page.h"
#include "ui/pager.h"
#include "ui/pick.h"
#include "ui/picture_view.h"
#include "ui/prompt.h"
#include "ui/risk.h"

#include <string.h>
#include <unistd.h>

struct attachments {
	struct view base;
	struct app *app;
	struct letter *letter;
	json_t *parts;	 /* NULL until the renderer has named them */
	char *error;
	struct ask ask;
	struct ask nested; /* a message within that is to be opened */
	int nested_fd;	   /* meaningful while that is asked for */
	struct pick pick;
};

static const struct view_class attachments_class;

static struct attachments *
cast(struct view *v)
{
	return (struct attachments *)v;
}

static struct attachments *
top(struct app *app)
{
	return cast(app_top_of(app, &attachments_class));
}

static struct pick *
pick_of(struct app *app)
{
	return &top(app)->pick;
}

static int
n_of(struct app *app)
{
	return (int)json_array_size(top(app)->parts);
}

static const json_t *
selected(struct app *app)
{
	return json_array_get(top(app)->parts, (size_t)pick_of(app)->selected);
}

static const char *
part_id(const json_t *part)
{
	const char *id = jsonl_string(part, "id");
	return id != NULL ? id : jsonl_string(part, "part");
}

static bool
is_savable(const json_t *part)
{
	return g_strcmp0(jsonl_string(part, "role"), "attachment") == 0;
}

static bool
is_message(const json_t *part)
{
	const char *type = jsonl_string(part, "type");
	return g_strcmp0(type, "message/rfc822") == 0 || g_strcmp0(type, "message/global") == 0;
}

/* picture */

static void
draw_row(const struct attachments *t, struct area a, int y, const json_t *part, bool is_selected)
{
	const struct canvas *c = &t->app->canvas;
	const char *name = jsonl_string(part, "filename");
	const char *disposition = jsonl_string(part, "disposition");
	char *size = format_size((guint64)MAX(jsonl_int(part, "size", 0), 0));
	bool is_narrow = a.cols < NARROW_COLS;
	int name_cols = MAX(a.cols - (is_narrow ? 30 : 50), 10), x = a.x + (is_narrow ? 5 : 8), size_cols = 6;
	int type_cols = is_narrow ? a.x + a.cols - x - name_cols - size_cols - 4 : 24;
	ui_fill(c, y, a.x, a.cols, STYLE_NORMAL, is_selected);
	ui_text(c, y, a.x + 2, is_narrow ? 3 : 6, STYLE_DIM, is_selected, part_id(part));
	const char *risk = risk_of(name, jsonl_string(part, "type"));
	if (risk != NULL && is_savable(part)) {
		ui_text(c, y, x, 2, STYLE_BAD, is_selected, "!");
		x += 2;
		name_cols -= 2;
	}
	char *shown = attachments_name(part);
	ui_text(c, y, x, name_cols, shown != NULL ? STYLE_NORMAL : STYLE_MUTED, is_selected,
	    shown != NULL	    ? shown
		: is_savable(part) ? "(no name)"
				   : "(of the letter itself)");
	g_free(shown);
	ui_text(c, y, x + name_cols + 2, type_cols, STYLE_DIM, is_selected, jsonl_string(part, "type"));
	if (!is_narrow)
		ui_text(c, y, a.x + a.cols - 16, 8, STYLE_MUTED, is_selected,
		    g_strcmp0(disposition, "attachment") == 0 ? "" : disposition);
	ui_right(c, y, a.x + a.cols - size_cols - 1, size_cols, STYLE_DIM, is_selected, size);
	g_free(size);
}

static void
draw(struct app *app, struct view *v, struct area a)
{
	struct attachments *t = cast(v);
	int n = (int)json_array_size(t->parts);
	pick_fit(&t->pick, n, a.rows);
	if (n == 0)
		(void)ui_say(&app->canvas, a, 1, STYLE_DIM,
		    t->error != NULL   ? t->error
			: t->parts == NULL ? "One moment"
					   : "This message has no parts.");
	for (int i = 0; i < a.rows && t->pick.top + i < n; i++)
		draw_row(t, a, a.y + i, json_array_get(t->parts, (size_t)(t->pick.top + i)),
		    t->pick.top + i == t->pick.selected);
}

static char *
title(struct app *app, struct view *v)
{
	(void)app;
	(void)v;
	return g_strdup("Parts of the message");
}

static char *
position(struct app *app, struct view *v)
{
	(void)app;
	return pick_position(&cast(v)->pick, (int)json_array_size(cast(v)->parts));
}

static void
scroll(struct app *app, struct view *v, int by)
{
	pick_move(app, &cast(v)->pick, by, (int)json_array_size(cast(v)->parts));
}

static void
drop_nested(struct attachments *t)
{
	if (!ask_is_open(&t->nested))
		return;
	ask_drop(&t->nested);
	close(t->nested_fd);
}

static void
free_view(struct app *app, struct view *v)
{
	struct attachments *t = cast(v);
	(void)app;
	ask_drop(&t->ask);
	drop_nested(t);
	json_decref(t->parts);
	letter_unref(t->letter);
	g_free(t->error);
	g_free(t);
}

/* looking */

struct part {
	struct letter *letter;
	char *id;
};

static void
part_free(gpointer data)
{
	struct part *p = data;
	letter_unref(p->letter);
	g_free(p->id);
	g_free(p);
}

static void
start_view(struct app *app, struct ask *ask, int cols, supervisor_reply_fn fn, void *user,
    void *start_user)
{
	const struct part *p = start_user;
	json_t *obj = json_pack("{s:s, s:i, s:s, s:s}", "op", "view", "width", cols, "headers",
	    "weeded", "part", p->id);
	ask_render(app, ask, p->letter, obj, -1, fn, user);
}

/* A message within the message: read as one, with parts of its own. */
static void
on_nested(const struct reply *reply, void *user)
{
	struct attachments *t = user;
	if (reply->kind == REPLY_EVENT)
		return;
	ask_end(&t->nested);
	if (reply->kind == REPLY_FAILED) {
		app_error(t->app, "%s", reply->error->message);
		close(t->nested_fd);
		return;
	}
	struct letter *letter = letter_of_fd(t->nested_fd, NULL);
	pager_open_nested(t->app, letter);
	letter_unref(letter);
}

static void
open_nested(struct attachments *t, const json_t *part)
{
	drop_nested(t);
	t->nested_fd = file_memory("", 0, NULL);
	ask_render(t->app, &t->nested, t->letter, json_pack("{s:s, s:s}", "op", "part", "part", part_id(part)),
	    t->nested_fd, on_nested, t);
}

/* The next part that is a message, from one that is looked at; -1 for none. */
static int
next_message(const struct attachments *t, int from, int step)
{
	int n = (int)json_array_size(t->parts);
	for (int i = from; i >= 0 && i < n; i += step) {
		const json_t *part = json_array_get(t->parts, (size_t)i);
		if (is_message(part) && is_savable(part))
			return i;
	}
	return -1;
}

static bool
step_message(struct attachments *t, int step)
{
	int i = next_message(t, t->pick.selected + step, step);
	if (i < 0)
		return false;
	t->pick.selected = i;
	open_nested(t, json_array_get(t->parts, (size_t)i));
	return true;
}

bool
attachments_step(struct app *app, int step)
{
	struct view *below = app->views->len > 1 ? app->views->pdata[app->views->len - 2] : NULL;
	struct attachments *t = below != NULL && below->class == &attachments_class ? cast(below) : NULL;
	if (t == NULL || !step_message(t, step))
		return false;
	/* keys that come before it is there are not for the message that was there before */
	app_pop(app);
	return true;
}

static void
act_next_message(struct app *app, const char *arg)
{
	(void)arg;
	if (!step_message(top(app), 1))
		app_say(app, "no further message within");
}

static void
act_previous_message(struct app *app, const char *arg)
{
	(void)arg;
	if (!step_message(top(app), -1))
		app_say(app, "no message within before this");
}

/* Of a digest its messages are wanted, not what stands before them. */
static void
choose_first(struct attachments *t)
{
	int first = next_message(t, 0, 1);
	if (first >= 0 && next_message(t, first + 1, 1) >= 0)
		t->pick.selected = first;
}

struct looked {
	struct letter *letter;
	char *part, *name;
};

static void
looked_free(gpointer data)
{
	struct looked *l = data;
	letter_unref(l->letter);
	g_free(l->part);
	g_free(l->name);
	g_free(l);
}

static void
go_look(struct app *app, void *user)
{
	const struct looked *l = user;
	picture_view_open(app, l->letter, l->part, l->name);
}

/* A picture can be made to look like anything, the frame of this screen included. */
static void
look_at_picture(struct app *app, const json_t *part)
{
	struct looked *l = g_new0(struct looked, 1);
	l->letter = letter_ref(top(app)->letter);
	l->part = g_strdup(part_id(part));
	l->name = g_strdup(jsonl_string(part, "filename"));
	doubt_ask(app, doubt_of_open(app), "Show the picture", go_look, l, looked_free);
}

static void
act_view(struct app *app, const char *arg)
{
	const json_t *part = selected(app);
	(void)arg;
	if (part == NULL || part_id(part) == NULL)
		return;
	if (is_message(part)) {
		open_nested(top(app), part);
		return;
	}
	const char *name = jsonl_string(part, "filename");
	if (picture_view_takes(jsonl_string(part, "type"))) {
		look_at_picture(app, part);
		return;
	}
	struct part *p = g_new0(struct part, 1);
	p->letter = letter_ref(top(app)->letter);
	p->id = g_strdup(part_id(part));
	page_open_asked(app, name != NULL ? name : jsonl_string(part, "type"), start_view, p,
	    part_free);
}

/* saving and opening */

static void
act_save(struct app *app, const char *arg)
{
	if (selected(app) != NULL)
		attachments_save(app, top(app)->letter, selected(app), arg);
}

static void
act_save_all(struct app *app, const char *arg)
{
	attachments_save_all(app, top(app)->letter, top(app)->parts, arg);
}

static void
act_open(struct app *app, const char *arg)
{
	const json_t *part = selected(app);
	(void)arg;
	if (part != NULL && part_id(part) != NULL)
		opener_part(app, top(app)->letter, part_id(part), jsonl_string(part, "filename"),
		    jsonl_string(part, "type"));
}

static void
act_pipe(struct app *app, const char *arg)
{
	const json_t *part = selected(app);
	if (part != NULL && part_id(part) != NULL)
		attachments_pipe(app, top(app)->letter, part_id(part), part, arg);
}

PICK_MOVES(pick_of, n_of)

/* clang-format off */
static const struct action actions[] = {
	{"view",	"Enter, Right",	"look",	NULL,	"look at the part, or the picture",	act_view},
	{"open",	"o",		"open",	NULL,	"open the part with its program", act_open},
	{"save",	"s",		"save",	"FILE",	"save the part to a file",	act_save},
	{"save-all",	"S",		"save all", "FOLDER", "save all attachments to a folder", act_save_all},
	{"pipe",	"|",		NULL,	"COMMAND", "pipe the part to a command", act_pipe},
	{"next-message", "J",		NULL,	NULL,	"the next message within",	act_next_message},
	{"previous-message", "K",	NULL,	NULL,	"the message within before this", act_previous_message},
	PICK_ACTIONS
	{NULL,		NULL,		NULL,	NULL,	NULL,				NULL},
};
/* clang-format on */

const struct action_set attachment_actions = {"attachments", "Parts of a message", actions};

static bool
is_coming(struct app *app, struct view *v)
{
	(void)app;
	return cast(v)->parts == NULL && cast(v)->error == NULL;
}

static void
click(struct app *app, struct view *v, int y, int x, bool twice)
{
	(void)x;
	if (pick_click(app, &cast(v)->pick, v, y, twice, n_of(app)))
		app_run(app, "view");
}

static const struct view_class attachments_class = {
    .set = &attachment_actions,
    .draw = draw,
    .title = title,
    .position = position,
    .scroll = scroll,
    .is_coming = is_coming,
    .click = click,
    .free = free_view,
};

static void
on_view(const struct reply *reply, void *user)
{
	struct attachments *t = user;
	if (reply->kind == REPLY_EVENT && g_strcmp0(jsonl_string(reply->obj, "event"), "head") == 0) {
		json_t *parts = json_object_get(reply->obj, "parts");
		t->parts = json_is_array(parts) ? json_deep_copy(parts) : json_array();
		choose_first(t);
		/* the text of the message is not wanted here */
		ask_drop(&t->ask);
	} else if (reply->kind != REPLY_EVENT) {
		ask_end(&t->ask);
		if (reply->kind == REPLY_FAILED)
			t->error = g_strdup(reply->error->message);
	}
	app_redraw(t->app);
}

void
attachments_open(struct app *app, struct letter *letter, const json_t *parts)
{
	struct attachments *t = g_new0(struct attachments, 1);
	t->base.class = &attachments_class;
	t->app = app;
	t->letter = letter_ref(letter);
	if (json_is_array(parts)) {
		t->parts = json_deep_copy(parts);
		choose_first(t);
	} else
		ask_render(app, &t->ask, letter,
		    json_pack("{s:s, s:i, s:s}", "op", "view", "width", 80, "headers", "weeded"), -1,
		    on_view, t);
	app_push(app, &t->base);
}
