/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_actions.c - the keys of the list of threads. */
#include "ui/list_actions.h"

#include "ui/list_mail.h"
#include "ui/list_view.h"
#include "ui/mailbox.h"
#include "ui/pager.h"
#include "ui/prompt.h"
#include "ui/sidebar.h"
#include "ui/thread_view.h"

#include <string.h>

static struct list_view *
list(struct app *app)
{
	return list_view_of(app);
}

/* moving */

static void
step(struct app *app, int by)
{
	list_view_select(app, list(app), list_view_index(list(app)) + by);
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
	(void)arg;
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

static void
open_selected(struct app *app, bool wants_tree)
{
	struct row row;
	if (!list_view_selected(list(app), &row))
		return;
	bool has_tree = wants_tree && row.total > 1;
	struct thread *t = thread_open(app, row.thread);
	if (has_tree)
		thread_view_open(app, t);
	else
		pager_open(app, t, G_MAXUINT);
	thread_unref(t);
}

static void
act_open(struct app *app, const char *arg)
{
	(void)arg;
	open_selected(app, true);
}

static void
act_read(struct app *app, const char *arg)
{
	(void)arg;
	open_selected(app, false);
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
	open_selected(app, false);
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
	open_selected(app, false);
}

/* places and searches */

static void
on_place(struct app *app, const char *name, void *user)
{
	(void)user;
	if (name == NULL || *name == '\0')
		return;
	struct place *p = mailbox_find_place(app, name);
	if (p != NULL)
		sidebar_go(app, p);
	else
		app_error(app, "there is no folder \"%s\", or more than one", name);
	place_free(p);
}

static void
act_folder(struct app *app, const char *arg)
{
	if (arg != NULL)
		on_place(app, arg, NULL);
	else
		prompt_ask(app, PROMPT_FOLDER, "Folder: ", NULL, on_place, NULL, NULL);
}

static void
go_neighbour(struct app *app, int by)
{
	struct place *p = sidebar_neighbour(app, by);
	sidebar_go(app, p);
	place_free(p);
}

static void
act_next_folder(struct app *app, const char *arg)
{
	(void)arg;
	go_neighbour(app, 1);
}

static void
act_previous_folder(struct app *app, const char *arg)
{
	(void)arg;
	go_neighbour(app, -1);
}

static bool
has_text(const struct row *row, void *user)
{
	const char *texts[] = {row->subject, row->authors, row->domain};
	bool found = false;
	for (size_t i = 0; !found && i < G_N_ELEMENTS(texts); i++) {
		char *folded = g_utf8_casefold(texts[i], -1);
		found = strstr(folded, user) != NULL;
		g_free(folded);
	}
	return found;
}

static void
find(struct app *app, const char *text, int by, bool from_here)
{
	char *folded = g_utf8_casefold(text, -1);
	int i = list_view_search(list(app), by, from_here, has_text, folded);
	if (i >= 0)
		list_view_select(app, list(app), i);
	else
		app_say(app, "\"%s\" is in no sender or subject here; \\ searches all mail", text);
	g_free(folded);
}

static void
on_find(struct app *app, const char *text, void *user)
{
	(void)user;
	if (text == NULL || *text == '\0')
		return;
	list_view_remember(list(app), text);
	find(app, text, 1, true);
}

static void
act_search(struct app *app, const char *arg)
{
	if (arg != NULL)
		on_find(app, arg, NULL);
	else
		prompt_ask(app, PROMPT_TEXT, "Search in the list: ", NULL, on_find, NULL, NULL);
}

static void
find_again(struct app *app, int by)
{
	const char *text = list_view_remembered(list(app));
	if (text == NULL)
		app_say(app, "nothing to search again; / begins");
	else
		find(app, text, by, false);
}

static void
act_search_next(struct app *app, const char *arg)
{
	(void)arg;
	find_again(app, 1);
}

static void
act_search_previous(struct app *app, const char *arg)
{
	(void)arg;
	find_again(app, -1);
}

static void
on_limit(struct app *app, const char *query, void *user)
{
	(void)user;
	if (query != NULL)
		list_view_limit(app, *query != '\0' ? query : NULL);
}

static void
act_limit(struct app *app, const char *arg)
{
	if (arg != NULL)
		on_limit(app, arg, NULL);
	else
		prompt_ask(app, PROMPT_QUERY, "Show only: ", list_view_query(list(app)), on_limit,
		    NULL, NULL);
}

static void
on_query(struct app *app, const char *query, void *user)
{
	(void)user;
	if (query == NULL || *query == '\0')
		return;
	struct place *p = place_search(query, query);
	sidebar_go(app, p);
	place_free(p);
}

static void
act_search_all(struct app *app, const char *arg)
{
	if (arg != NULL)
		on_query(app, arg, NULL);
	else
		prompt_ask(app, PROMPT_QUERY, "Search all mail: ", NULL, on_query, NULL, NULL);
}

static void
act_sidebar(struct app *app, const char *arg)
{
	(void)arg;
	sidebar_toggle(app);
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
	{"read",	"Space",		NULL,	NULL,	"read what is unread, on and on", act_read},
	LIST_MAIL_ACTIONS
	{"search",	"/",			"search", "TEXT", "search senders and subjects here", act_search},
	{"search-next",	"n",			NULL,	NULL,	"next hit",			act_search_next},
	{"search-previous", "N",		NULL,	NULL,	"previous hit",			act_search_previous},
	{"limit",	"l",			NULL,	"QUERY", "show only what matches", act_limit},
	{"search-all",	"\\",			NULL,	"QUERY", "search all mail",		act_search_all},
	{"folder",	"c",			NULL, "FOLDER", "go to a folder",		act_folder},
	{"next-folder",	"J",			NULL,	NULL,	"next folder",			act_next_folder},
	{"previous-folder", "K",		NULL,	NULL,	"previous folder",		act_previous_folder},
	{"next-unread",	"Tab",			NULL,	NULL,	"next unread thread",		act_next_unread},
	{"previous-unread", "BackTab",		NULL,	NULL,	"previous unread thread",	act_previous_unread},
	{"page-down",	"PageDown, C-f",	NULL,	NULL,	"one page down",		act_page_down},
	{"page-up",	"PageUp, C-b",		NULL,	NULL,	"one page up",			act_page_up},
	{"half-down",	"C-d",			NULL,	NULL,	"half a page down",		act_half_down},
	{"half-up",	"C-u",			NULL,	NULL,	"half a page up",		act_half_up},
	{"first",	"Home, =",		NULL,	NULL,	"first thread",			act_first},
	{"last",	"End, G, *",		NULL,	NULL,	"last thread",			act_last},
	{"sidebar",	"B",			NULL,	NULL,	"show or hide the folders",	act_sidebar},
	{"close",	"q",			NULL,	NULL,	"leave a limit, a search, Penfold", act_close},
	{NULL,		NULL,			NULL,	NULL,	NULL,				NULL},
};
/* clang-format on */

const struct action_set list_actions = {"index", "The list of threads", actions};
