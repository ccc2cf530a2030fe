/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sieve_view.c - see sieve_view.h. One script at most runs; the server names it. */
#include "ui/sieve_view.h"

#include "base/file.h"
#include "base/limits.h"
#include "ui/ask.h"
#include "ui/lines.h"
#include "ui/list_view.h"
#include "ui/page.h"
#include "ui/pick.h"
#include "ui/place.h"
#include "ui/prompt.h"
#include "ui/sieve_edit.h"

#include <string.h>
#include <unistd.h>

struct sieve_view {
	struct view base;
	struct app *app;
	char *account;
	json_t *scripts; /* of the server; NULL until they come */
	char *error;	 /* why they do not */
	struct ask ask;
	struct pick pick;
};

static const struct view_class sieve_class;

static struct sieve_view *
cast(struct view *v)
{
	return (struct sieve_view *)v;
}

static struct sieve_view *
top(struct app *app)
{
	return cast(app_top_of(app, &sieve_class));
}

static struct pick *
pick_of(struct app *app)
{
	return &top(app)->pick;
}

static int
n_of(struct app *app)
{
	return (int)json_array_size(top(app)->scripts);
}

/* Its name, borrowed; NULL without scripts. */
static const char *
selected(struct app *app)
{
	return jsonl_string(json_array_get(top(app)->scripts, (size_t)pick_of(app)->selected), "name");
}

/* picture */

static void
draw_nothing(const struct sieve_view *s, struct area a)
{
	const struct canvas *c = &s->app->canvas;
	char *text = g_strdup_printf("The server of %s keeps no script. n writes one.", s->account);
	(void)ui_say(c, a, 1, s->error != NULL ? STYLE_WARN : STYLE_DIM,
	    s->error != NULL ? s->error : s->scripts == NULL ? "One moment" : text);
	g_free(text);
}

static void
draw(struct app *app, struct view *v, struct area a)
{
	struct sieve_view *s = cast(v);
	int n = (int)json_array_size(s->scripts);
	pick_fit(&s->pick, n, a.rows);
	if (n == 0)
		draw_nothing(s, a);
	for (int i = 0; i < a.rows && s->pick.top + i < n; i++) {
		const json_t *script = json_array_get(s->scripts, (size_t)(s->pick.top + i));
		bool is_selected = s->pick.top + i == s->pick.selected, is_active = jsonl_bool(script, "active", false);
		ui_fill(&app->canvas, a.y + i, a.x, a.cols, STYLE_NORMAL, is_selected);
		ui_text(&app->canvas, a.y + i, a.x + 2, 7, STYLE_GOOD, is_selected, is_active ? "runs" : "");
		ui_text(&app->canvas, a.y + i, a.x + 9, a.cols - 10, is_active ? STYLE_STRONG : STYLE_NORMAL, is_selected,
		    jsonl_string(script, "name"));
	}
	if (n > 0)
		ui_here(&app->canvas, a.y + s->pick.selected - s->pick.top, a.x);
}

static char *
title(struct app *app, struct view *v)
{
	return g_strdup_printf("Filters on the server %s %s", app->canvas.signs->dot, cast(v)->account);
}

static char *
position(struct app *app, struct view *v)
{
	(void)app;
	return pick_position(&cast(v)->pick, (int)json_array_size(cast(v)->scripts));
}

static void
scroll(struct app *app, struct view *v, int by)
{
	pick_move(app, &cast(v)->pick, by, (int)json_array_size(cast(v)->scripts));
}

static bool
is_coming(struct app *app, struct view *v)
{
	(void)app;
	return cast(v)->scripts == NULL && cast(v)->error == NULL;
}

static void
free_view(struct app *app, struct view *v)
{
	struct sieve_view *s = cast(v);
	(void)app;
	ask_drop(&s->ask);
	json_decref(s->scripts);
	g_free(s->error);
	g_free(s->account);
	g_free(s);
}

/* asking */

static json_t *
request(const char *account, const char *deed, const char *name)
{
	return json_pack("{s:s, s:s, s:o, s:o*}", "op", "sieve", "do", deed, "account", jsonl_text(account, -1), "name",
	    name != NULL ? jsonl_text(name, -1) : NULL);
}

static void
on_list(const struct reply *reply, void *user)
{
	struct sieve_view *s = user;
	if (reply->kind == REPLY_EVENT)
		return;
	ask_end(&s->ask);
	g_clear_pointer(&s->error, g_free);
	if (reply->kind == REPLY_FAILED) {
		s->error = g_strdup(reply->error->message);
	} else {
		json_t *scripts = json_object_get(reply->obj, "scripts");
		json_decref(s->scripts);
		s->scripts = json_is_array(scripts) ? json_deep_copy(scripts) : json_array();
	}
	app_redraw(s->app);
}

static void
list(struct sieve_view *s)
{
	ask_setup(s->app, &s->ask, request(s->account, "list", NULL), -1, on_list, s);
}

static void
returned(struct app *app, struct view *v)
{
	(void)app;
	list(cast(v));
}

/* What lies on top is of this account: it is old now. */
static void
list_again(struct app *app, const char *account)
{
	struct sieve_view *s = top(app);
	if (s != NULL && g_str_equal(s->account, account))
		list(s);
}

struct deed {
	struct app *app;
	char *account, *words; /* what is said when it is done */
};

static void
on_done(const struct reply *reply, void *user)
{
	struct deed *d = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED)
		app_error(d->app, "%s", reply->error->message);
	else
		app_say(d->app, "%s", d->words);
	list_again(d->app, d->account);
	g_free(d->account);
	g_free(d->words);
	g_free(d);
}

/* words are taken. */
static void
do_it(struct app *app, const char *deed, const char *name, char *words)
{
	struct deed *d = g_new0(struct deed, 1);
	d->app = app;
	d->account = g_strdup(top(app)->account);
	d->words = words;
	ask_setup(app, NULL, request(d->account, deed, name), -1, on_done, d);
}

/* actions */

PICK_MOVES(pick_of, n_of)

struct looked {
	char *account, *name;
	int fd;
};

static void
looked_free(gpointer data)
{
	struct looked *l = data;
	(void)close(l->fd);
	g_free(l->account);
	g_free(l->name);
	g_free(l);
}

struct shown {
	struct app *app;
	struct looked *looked;
};

static void
on_script(const struct reply *reply, void *user)
{
	struct shown *s = user;
	if (reply->kind == REPLY_EVENT)
		return;
	GError *error = NULL;
	GMappedFile *file =
	    reply->kind == REPLY_DONE ? g_mapped_file_new_from_fd(s->looked->fd, FALSE, &error) : NULL;
	if (file == NULL) {
		app_error(s->app, "%s", error != NULL ? error->message : reply->error->message);
	} else {
		struct lines *lines = page_open(s->app, s->looked->name, "It is empty.");
		const char *bytes = g_mapped_file_get_contents(file);
		char *text = g_strndup(bytes != NULL ? bytes : "", g_mapped_file_get_length(file));
		char **all = g_strsplit(text, "\n", -1);
		for (size_t i = 0; all[i] != NULL && (all[i + 1] != NULL || *all[i] != '\0'); i++)
			lines_add(lines, STYLE_TEXT, g_strchomp(all[i]));
		g_strfreev(all);
		g_free(text);
		g_mapped_file_unref(file);
	}
	g_clear_error(&error);
	looked_free(s->looked);
	g_free(s);
}

static void
act_look(struct app *app, const char *arg)
{
	const char *name = selected(app);
	GError *error = NULL;
	int fd = name != NULL ? file_in_memory(&error) : -1;
	(void)arg;
	if (fd < 0) {
		app_say(app, "%s", error != NULL ? error->message : "there is no script to look at");
		g_clear_error(&error);
		return;
	}
	struct shown *s = g_new0(struct shown, 1);
	s->app = app;
	s->looked = g_new0(struct looked, 1);
	s->looked->name = g_strdup(name);
	s->looked->fd = fd;
	ask_setup(app, NULL, request(top(app)->account, "get", name), fd, on_script, s);
}

static void
act_edit(struct app *app, const char *arg)
{
	const char *name = arg != NULL ? arg : selected(app);
	if (name != NULL)
		sieve_edit(app, top(app)->account, name, list_again);
	else
		app_say(app, "there is no script to edit; n writes one");
}

static void
on_name(struct app *app, const char *text, void *user)
{
	(void)user;
	if (text != NULL && *text != '\0' && top(app) != NULL)
		act_edit(app, text);
}

static void
act_new(struct app *app, const char *arg)
{
	if (arg != NULL)
		on_name(app, arg, NULL);
	else
		prompt_ask(app, PROMPT_TEXT, "Name of the new script: ", NULL, on_name, NULL, NULL);
}

/* The selected one is the one that runs; when it is already, none. */
static void
act_run(struct app *app, const char *arg)
{
	const json_t *script = json_array_get(top(app)->scripts, (size_t)pick_of(app)->selected);
	const char *name = jsonl_string(script, "name");
	(void)arg;
	if (name == NULL)
		app_say(app, "there is no script to run; n writes one");
	else if (jsonl_bool(script, "active", false))
		do_it(app, "activate", "", g_strdup_printf("%s runs no more", name));
	else
		do_it(app, "activate", name, g_strdup_printf("%s runs for all mail that comes from now on", name));
}

static void
on_delete(struct app *app, char answer, void *user)
{
	const char *name = user;
	if (answer == 'y' && top(app) != NULL)
		do_it(app, "delete", name, g_strdup_printf("%s is gone from the server", name));
}

static void
act_delete(struct app *app, const char *arg)
{
	const char *name = selected(app);
	(void)arg;
	if (name == NULL)
		return;
	char *label = g_strdup_printf("Delete %s on the server, for ever? (y/n) ", name);
	prompt_choose(app, label, "yn", on_delete, g_strdup(name), g_free);
	g_free(label);
}

/* clang-format off */
static const struct action actions[] = {
	{"look",	"Enter, Right",	"look",	  NULL,		"look at the script",			act_look},
	{"edit",	"e",		"edit",	  "NAME",	"edit it; the server checks it before it keeps it", act_edit},
	{"new",		"n",		"new",	  "NAME",	"write another one",			act_new},
	{"run",		"a",		"run it, or not", NULL,	"run this one in place of the one that runs, or none", act_run},
	{"delete",	"d",		"delete", NULL,		"delete it on the server",		act_delete},
	PICK_ACTIONS
	{NULL,		NULL,		NULL,	  NULL,		NULL,					NULL},
};
/* clang-format on */

const struct action_set sieve_actions = {"sieve", "Filters on the server", actions};

static void
click(struct app *app, struct view *v, int y, int x, bool twice)
{
	(void)x;
	if (pick_click(app, &cast(v)->pick, v, y, twice, n_of(app)))
		app_run(app, "look");
}

static const struct view_class sieve_class = {
    .set = &sieve_actions,
    .draw = draw,
    .title = title,
    .position = position,
    .scroll = scroll,
    .returned = returned,
    .is_coming = is_coming,
    .click = click,
    .free = free_view,
};

/* Of the list's account, else the first one that fetches from a server. */
static const struct rc_account *
account_here(struct app *app)
{
	const struct list_view *l = list_view_of(app);
	const struct place *p = l != NULL ? list_view_place(l) : NULL;
	const struct rc_account *own = p != NULL && p->account != NULL ? rc_account(app->rc, p->account) : NULL;
	const struct rc_account *const *accounts = rc_accounts(app->rc);
	if (own != NULL)
		return own;
	for (size_t i = 0; accounts[i] != NULL; i++)
		if (!accounts[i]->is_local)
			return accounts[i];
	return app_account(app, NULL);
}

void
act_sieve(struct app *app, const char *arg)
{
	const struct rc_account *account = arg != NULL ? app_account(app, arg) : account_here(app);
	if (account == NULL)
		return;
	struct sieve_view *s = g_new0(struct sieve_view, 1);
	s->base.class = &sieve_class;
	s->app = app;
	s->account = g_strdup(account->name);
	app_push(app, &s->base);
	list(s);
}
