/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_actions.c - the keys of the list of threads. */
#include "ui/list_actions.h"

#include "ui/list_later.h"
#include "ui/list_letters.h"
#include "ui/list_mail.h"
#include "ui/list_preview.h"
#include "ui/list_search.h"
#include "ui/list_view.h"
#include "ui/mailbox.h"
#include "ui/pager.h"
#include "ui/place_actions.h"
#include "ui/prompt.h"
#include "ui/sidebar.h"
#include "ui/thread_scroll.h"
#include "ui/thread_view.h"

/* Rows that are looked through for what may be read next. */
#define MAX_UNREAD_NEAR 200

static struct list_view *
list(struct app *app)
{
	return list_view_of(app);
}

/* moving */

static void
step(struct app *app, int by)
{
	int count = (int)app_count(app), to = list_view_index(list(app)) + by * MAX(count, 1);
	if (!list_view_awaits(app, list(app), to))
		list_view_select(app, list(app), to);
}

#define STEP(name, by)                                                                             \
	static void name(struct app *app, const char *arg)                                         \
	{                                                                                          \
		(void)arg;                                                                         \
		step(app, by);                                                                     \
	}
STEP(act_down, 1)
STEP(act_up, -1)

#define PAGE(name, pages)                                                                          \
	static void name(struct app *app, const char *arg)                                         \
	{                                                                                          \
		(void)arg;                                                                         \
		list_view_page(app, list(app), pages);                                             \
	}
PAGE(act_page_down, 1)
PAGE(act_page_up, -1)
PAGE(act_half_down, 0.5)
PAGE(act_half_up, -0.5)

static void
act_first(struct app *app, const char *arg)
{
	(void)arg;
	list_view_select(app, list(app), 0);
}

static void
act_last(struct app *app, const char *arg)
{
	bool is_complete;
	guint count = app_count(app);
	(void)arg;
	if (list_view_awaits(app, list(app), count > 0 ? (int)count - 1 : G_MAXINT))
		return;
	if (count > 0) {
		list_view_select(app, list(app), (int)count - 1);
		return;
	}
	rows_extend(list_view_rows(list(app)), G_MAXUINT);
	list_view_select(app, list(app), (int)rows_count(list_view_rows(list(app)), &is_complete) - 1);
}

static bool
is_unread(const struct row *row, void *user)
{
	(void)user;
	return (row->flags & ROW_UNREAD) != 0;
}

static bool
go_unread(struct app *app, int by)
{
	int i = list_view_search(list(app), by, false, is_unread, NULL);
	struct row row;
	/* the search goes all around and may come back to where it began */
	bool found = i >= 0 && rows_get(list_view_rows(list(app)), (guint)i, &row);
	if (found)
		list_view_select(app, list(app), i);
	else
		app_say(app, "no unread message here");
	return found;
}

static void
act_next_unread(struct app *app, const char *arg)
{
	(void)arg;
	go_unread(app, 1);
}

static void
act_previous_unread(struct app *app, const char *arg)
{
	(void)arg;
	go_unread(app, -1);
}

/* opening */

enum how {
	HOW_THREAD, /* as the rc says */
	HOW_WHOLE,  /* in one scroll */
	HOW_MESSAGE,
};

static void
open_selected(struct app *app, enum how how)
{
	struct row row;
	if (!list_view_selected(list(app), &row))
		return;
	bool is_scroll = how == HOW_WHOLE ||
	    (how == HOW_THREAD && g_str_equal(rc_string(app->rc, "ui", NULL, "thread"), "scroll"));
	struct thread *t = thread_open(app, &row);
	if (row.total > 1 && is_scroll)
		thread_scroll_open(app, t, G_MAXUINT);
	else if (row.total > 1 && how == HOW_THREAD)
		thread_view_open(app, t);
	else
		pager_open(app, t, G_MAXUINT);
	thread_unref(t);
}

static void
act_open(struct app *app, const char *arg)
{
	(void)arg;
	open_selected(app, HOW_THREAD);
}

static void
act_whole(struct app *app, const char *arg)
{
	(void)arg;
	open_selected(app, HOW_WHOLE);
}

static void
act_read(struct app *app, const char *arg)
{
	(void)arg;
	open_selected(app, HOW_MESSAGE);
}

/* Back to the list, wherever the stack is. */
static void
close_to_list(struct app *app)
{
	while (app->views->len > 1)
		app_pop(app);
}

void
list_actions_read_next_unread(struct app *app)
{
	int i = list_view_search(list(app), 1, false, is_unread, NULL);
	if (i < 0) {
		app_say(app, "that was the last unread message here");
		return;
	}
	close_to_list(app);
	list_view_select(app, list(app), i);
	open_selected(app, HOW_MESSAGE);
}

void
list_actions_read_neighbour(struct app *app, int by)
{
	int before = list_view_index(list(app));
	list_view_select(app, list(app), before + by);
	if (list_view_index(list(app)) == before) {
		app_say(app, by > 0 ? "this is the last message" : "this is the first message");
		return;
	}
	close_to_list(app);
	open_selected(app, HOW_MESSAGE);
}

char *
list_actions_neighbour(struct app *app, int step)
{
	struct list_view *l = list(app);
	struct row row;
	int i = list_view_index(l) + (step != 0 ? step : 1), end = step != 0 ? i + 1 : i + MAX_UNREAD_NEAR;
	for (; i >= 0 && i < end && rows_get(list_view_rows(l), (guint)i, &row); i++)
		if (step != 0 || is_unread(&row, NULL))
			return g_strdup(row.thread);
	return NULL;
}

/* places and searches */

static void
act_sidebar(struct app *app, const char *arg)
{
	(void)arg;
	sidebar_toggle(app);
}

static void
act_preview(struct app *app, const char *arg)
{
	(void)arg;
	list_preview_toggle(app, list_view_preview(list(app)));
}

static void
act_preview_down(struct app *app, const char *arg)
{
	int count = (int)app_count(app);
	(void)arg;
	list_preview_scroll(app, list_view_preview(list(app)), MAX(count, 1));
}

static void
act_preview_up(struct app *app, const char *arg)
{
	int count = (int)app_count(app);
	(void)arg;
	list_preview_scroll(app, list_view_preview(list(app)), -MAX(count, 1));
}

static void
act_fold_folder(struct app *app, const char *arg)
{
	(void)arg;
	sidebar_fold(app, sidebar_current(app));
}

static void
act_fold_folders(struct app *app, const char *arg)
{
	(void)arg;
	sidebar_fold_all(app);
}

/* q leaves a limit, then a search, then Penfold: one level at a time. */
static void
act_close(struct app *app, const char *arg)
{
	(void)arg;
	if (list_view_query(list(app)) != NULL) {
		list_view_limit(app, NULL);
	} else if (list_view_place(list(app))->kind == PLACE_SEARCH) {
		struct place *p = place_role("inbox");
		sidebar_go(app, p);
		place_free(p);
	} else {
		app_run(app, "quit");
	}
}

/* clang-format off */
static const struct action actions[] = {
	{"down",	"j, Down",		NULL,	NULL,	"next thread",			act_down},
	{"up",		"k, Up",		NULL,	NULL,	"previous thread",		act_up},
	{"open",	"Enter, Right",		NULL,	NULL,	"open the thread",		act_open},
	{"whole-thread", "Z",			NULL,	NULL,	"the thread's messages below each other", act_whole},
	{"read",	"Space",		NULL,	NULL,	"read what is unread, on and on", act_read},
	LIST_MAIL_ACTIONS
	LIST_LETTERS_ACTIONS
	LIST_LATER_ACTIONS
	LIST_SEARCH_ACTIONS
	PLACE_ACTIONS
	{"next-unread",	"Tab",			NULL,	NULL,	"next unread thread",		act_next_unread},
	{"previous-unread", "BackTab",		NULL,	NULL,	"previous unread thread",	act_previous_unread},
	{"page-down",	"PageDown, C-f",	NULL,	NULL,	"one page down",		act_page_down},
	{"page-up",	"PageUp, C-b",		NULL,	NULL,	"one page up",			act_page_up},
	{"half-down",	"C-d",			NULL,	NULL,	"half a page down",		act_half_down},
	{"half-up",	"C-u",			NULL,	NULL,	"half a page up",		act_half_up},
	{"first",	"Home, =",		NULL,	NULL,	"first thread",			act_first},
	{"last",	"End, G, *",		NULL,	NULL,	"last thread",			act_last},
	{"preview",	"V",			NULL,	NULL,	"the message below or beside the list", act_preview},
	{"preview-down", "C-e",			NULL,	NULL,	"scroll the preview down",	act_preview_down},
	{"preview-up",	"C-y",			NULL,	NULL,	"scroll the preview up",	act_preview_up},
	{"sidebar",	"B",			NULL,	NULL,	"show or hide the folders",	act_sidebar},
	{"fold-folder",	"z f",			NULL,	NULL,	"fold or unfold the folder's branch", act_fold_folder},
	{"fold-folders", "z F",			NULL,	NULL,	"fold or unfold all folders",	act_fold_folders},
	{"close",	"q",			NULL,	NULL,	"leave a limit, a search, Penfold", act_close},
	{NULL,		NULL,			NULL,	NULL,	NULL,				NULL},
};
/* clang-format on */

const struct action_set list_actions = {"index", "The list of threads", actions};
