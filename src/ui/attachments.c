/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attachments.c - the parts of a message. A file is only ever made anew, never written over, under a
 * name that its sender had no full say in. */
#include "ui/attachments.h"

#include "base/paths.h"
#include "base/safe_name.h"
#include "ui/ask.h"
#include "ui/format.h"
#include "ui/page.h"
#include "ui/pick.h"
#include "ui/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

struct attachments {
	struct view base;
	struct app *app;
	struct letter *letter;
	json_t *parts;	 /* NULL until the renderer has named them */
	char *error;
	struct ask ask;
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

/* picture */

static void
draw_row(const struct attachments *t, struct area a, int y, const json_t *part, bool is_selected)
{
	const struct canvas *c = &t->app->canvas;
	const char *name = jsonl_string(part, "filename");
	const char *disposition = jsonl_string(part, "disposition");
	char *size = format_size((guint64)MAX(jsonl_int(part, "size", 0), 0));
	int name_cols = MAX(a.cols - 50, 10), x = a.x + 8;
	ui_fill(c, y, a.x, a.cols, STYLE_NORMAL, is_selected);
	ui_text(c, y, a.x + 2, 6, STYLE_DIM, is_selected, part_id(part));
	ui_text(c, y, x, name_cols, name != NULL ? STYLE_NORMAL : STYLE_MUTED, is_selected,
	    name != NULL ? name : "(no name)");
	ui_text(c, y, x + name_cols + 2, 24, STYLE_DIM, is_selected, jsonl_string(part, "type"));
	ui_text(c, y, a.x + a.cols - 16, 8, STYLE_MUTED, is_selected,
	    g_strcmp0(disposition, "attachment") == 0 ? "" : disposition);
	ui_right(c, y, a.x + a.cols - 7, 6, STYLE_DIM, is_selected, size);
	g_free(size);
}

static void
draw(struct app *app, struct view *v, struct area a)
{
	struct attachments *t = cast(v);
	int n = (int)json_array_size(t->parts);
	pick_fit(&t->pick, n, a.rows);
	if (n == 0)
		ui_text(&app->canvas, a.y + 1, a.x + 3, a.cols - 4, STYLE_DIM, false,
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
	int n = (int)json_array_size(cast(v)->parts);
	(void)app;
	return n > 0 ? g_strdup_printf("%d of %d", cast(v)->pick.selected + 1, n) : NULL;
}

static void
scroll(struct app *app, struct view *v, int by)
{
	pick_move(app, &cast(v)->pick, by, (int)json_array_size(cast(v)->parts));
}

static void
free_view(struct app *app, struct view *v)
{
	struct attachments *t = cast(v);
	(void)app;
	ask_drop(&t->ask);
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

static void
act_view(struct app *app, const char *arg)
{
	const json_t *part = selected(app);
	(void)arg;
	if (part == NULL || part_id(part) == NULL)
		return;
	const char *name = jsonl_string(part, "filename");
	struct part *p = g_new0(struct part, 1);
	p->letter = letter_ref(top(app)->letter);
	p->id = g_strdup(part_id(part));
	page_open_asked(app, name != NULL ? name : jsonl_string(part, "type"), start_view, p,
	    part_free);
}

/* saving */

struct saving {
	struct app *app;
	char *path; /* the new file */
};

static void
on_saved(const struct reply *reply, void *user)
{
	struct saving *s = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED) {
		(void)g_unlink(s->path); /* half a file helps nobody */
		app_error(s->app, "not saved: %s", reply->error->message);
	} else {
		app_say(s->app, "saved as %s", s->path);
	}
	g_free(s->path);
	g_free(s);
}

/* The file that a typed path means: a folder gets the part's safe name below it. */
static char *
target_path(const char *typed, const char *name)
{
	char *expanded = paths_expand(typed);
	char *path = g_file_test(expanded, G_FILE_TEST_IS_DIR)
	    ? g_build_filename(expanded, name, NULL)
	    : g_strdup(expanded);
	g_free(expanded);
	return path;
}

struct wish {
	struct part part;
	char *name;
};

static void
wish_free(gpointer data)
{
	struct wish *w = data;
	letter_unref(w->part.letter);
	g_free(w->part.id);
	g_free(w->name);
	g_free(w);
}

static void
on_path(struct app *app, const char *typed, void *user)
{
	const struct wish *w = user;
	if (typed == NULL || *typed == '\0')
		return;
	char *path = target_path(typed, w->name);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		app_error(app, errno == EEXIST ? "%s exists already%s%s" : "%s: not saved: %s%s", path,
		    errno == EEXIST ? "" : g_strerror(errno), "");
		g_free(path);
		return;
	}
	struct saving *s = g_new0(struct saving, 1);
	s->app = app;
	s->path = path;
	ask_render(app, NULL, w->part.letter,
	    json_pack("{s:s, s:s}", "op", "part", "part", w->part.id), fd, on_saved, s);
	close(fd);
}

static void
act_save(struct app *app, const char *arg)
{
	const json_t *part = selected(app);
	if (part == NULL || part_id(part) == NULL)
		return;
	struct wish *w = g_new0(struct wish, 1);
	w->part.letter = letter_ref(top(app)->letter);
	w->part.id = g_strdup(part_id(part));
	w->name = safe_name(jsonl_string(part, "filename"), jsonl_string(part, "type"));
	if (arg != NULL) {
		on_path(app, arg, w);
		wish_free(w);
		return;
	}
	const char *downloads = g_get_user_special_dir(G_USER_DIRECTORY_DOWNLOAD);
	bool has_downloads = downloads != NULL && g_file_test(downloads, G_FILE_TEST_IS_DIR);
	char *initial = g_build_filename(has_downloads ? downloads : ".", w->name, NULL);
	prompt_ask(app, PROMPT_PATH, "Save as: ", initial, on_path, w, wish_free);
	g_free(initial);
}

PICK_MOVES(pick_of, n_of)

/* clang-format off */
static const struct action actions[] = {
	{"view",	"Enter, Right",	"look",	NULL,	"look at the part as text",	act_view},
	{"save",	"s",		"save",	"FILE",	"save the part to a file",	act_save},
	PICK_ACTIONS
	{NULL,		NULL,		NULL,	NULL,	NULL,				NULL},
};
/* clang-format on */

const struct action_set attachment_actions = {"attachments", "Parts of a message", actions};

static const struct view_class attachments_class = {
    .set = &attachment_actions,
    .draw = draw,
    .title = title,
    .position = position,
    .scroll = scroll,
    .free = free_view,
};

static void
on_view(const struct reply *reply, void *user)
{
	struct attachments *t = user;
	if (reply->kind == REPLY_EVENT && g_strcmp0(jsonl_string(reply->obj, "event"), "head") == 0) {
		json_t *parts = json_object_get(reply->obj, "parts");
		t->parts = json_is_array(parts) ? json_deep_copy(parts) : json_array();
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
attachments_open(struct app *app, struct letter *letter)
{
	struct attachments *t = g_new0(struct attachments, 1);
	t->base.class = &attachments_class;
	t->app = app;
	t->letter = letter_ref(letter);
	json_t *obj = json_pack("{s:s, s:i, s:s}", "op", "view", "width", 80, "headers", "weeded");
	ask_render(app, &t->ask, letter, obj, -1, on_view, t);
	app_push(app, &t->base);
}
