/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pager_actions.c - the keys of an open message. */
#include "base/placeholder.h"
#include "ui/attachments.h"
#include "ui/links_view.h"
#include "ui/list_actions.h"
#include "ui/message_actions.h"
#include "ui/pager.h"
#include "ui/prompt.h"
#include "ui/thread_scroll.h"
#include "ui/typeahead.h"

/* False when it could not move. */
static bool
move(struct app *app, enum scroll_move how)
{
	struct pager *p = pager_top(app);
	return p->whole != NULL ? thread_scroll_move(p->whole, how)
				: scroll_lines(app, p->lines, how, p->body_rows);
}

static bool
is_read(const struct app *app)
{
	const struct pager *p = pager_top(app);
	return p == NULL || !p->is_loading;
}

/* Is more of the text still coming? Then the key that wants it runs again when it is there: true. */
static bool
awaits_text(struct app *app)
{
	return pager_top(app)->whole == NULL && !is_read(app) && typeahead_again(app, is_read);
}

/* Towards what may not have come yet. */
#define MOVE_ON(name, how)                                                                         \
	static void name(struct app *app, const char *arg)                                         \
	{                                                                                          \
		(void)arg;                                                                         \
		pager_top(app)->wants_end = false;                                                 \
		if (!move(app, how))                                                               \
			(void)awaits_text(app);                                                    \
	}
MOVE_ON(act_down, SCROLL_DOWN)
MOVE_ON(act_page_down, SCROLL_PAGE_DOWN)
MOVE_ON(act_half_down, SCROLL_HALF_DOWN)

#define MOVE(name, how)                                                                            \
	static void name(struct app *app, const char *arg)                                         \
	{                                                                                          \
		(void)arg;                                                                         \
		pager_top(app)->wants_end = false;                                                 \
		(void)move(app, how);                                                              \
	}
MOVE(act_up, SCROLL_UP)
MOVE(act_page_up, SCROLL_PAGE_UP)
MOVE(act_half_up, SCROLL_HALF_UP)
MOVE(act_first, SCROLL_FIRST)

static void
act_last(struct app *app, const char *arg)
{
	struct pager *p = pager_top(app);
	(void)arg;
	p->wants_end = p->is_loading && p->whole == NULL;
	(void)move(app, SCROLL_LAST);
}

static void
go_to(struct pager *p, guint i)
{
	if (p->whole != NULL)
		(void)thread_scroll_show(p->whole, i); /* it is there */
	else
		pager_show(p, i);
}

/* The next unread message: of this thread, else of the list. */
static void
act_next_unread(struct app *app, const char *arg)
{
	struct pager *p = pager_top(app);
	(void)arg;
	app->reading_step = 0;
	for (guint i = p->index + 1; i < thread_count(p->thread); i++) {
		if (thread_message(p->thread, i)->is_unread) {
			go_to(p, i);
			return;
		}
	}
	list_actions_read_next_unread(app);
}

static void
step(struct app *app, int by)
{
	struct pager *p = pager_top(app);
	int i = (int)p->index + by;
	if (p->is_nested) {
		if (!attachments_step(app, by))
			app_say(app, by > 0 ? "this is the last message within" : "this is the first message within");
		return;
	}
	app->reading_step = by;
	if (p->whole != NULL && thread_scroll_step(p->whole, by))
		return;
	if (p->whole == NULL && i >= 0 && i < (int)thread_count(p->thread))
		pager_show(p, (guint)i);
	else
		list_actions_read_neighbour(app, by);
}

/* Space: a page, and at the end on to what is still unread. */
static void
act_read_on(struct app *app, const char *arg)
{
	struct pager *p = pager_top(app);
	/* the end is not known before all of it is there */
	if (move(app, SCROLL_PAGE_DOWN) || awaits_text(app) || p->is_loading)
		return;
	if (p->is_nested)
		step(app, 1);
	else
		act_next_unread(app, arg);
}

static void
act_next_message(struct app *app, const char *arg)
{
	(void)arg;
	step(app, 1);
}

static void
act_previous_message(struct app *app, const char *arg)
{
	(void)arg;
	step(app, -1);
}

static void
on_text(struct app *app, const char *text, void *user)
{
	struct pager *p = pager_top(app);
	(void)user;
	if (text != NULL && p != NULL && p->whole != NULL)
		thread_scroll_search(p->whole, text, 1, true);
}

static void
act_search(struct app *app, const char *arg)
{
	struct pager *p = pager_top(app);
	if (awaits_text(app))
		return;
	if (p->whole == NULL)
		scroll_search(app, p->lines, &p->base, &p->body_rows, arg);
	else if (arg != NULL)
		thread_scroll_search(p->whole, arg, 1, true);
	else
		prompt_ask(app, PROMPT_TEXT, "Search: ", NULL, on_text, NULL, NULL);
}

static void
search_again(struct app *app, int step)
{
	struct pager *p = pager_top(app);
	if (p->whole == NULL) {
		scroll_search_again(app, p->lines, step, p->body_rows);
	} else if (thread_scroll_needle(p->whole) == NULL) {
		app_say(app, "nothing to search again; / begins");
	} else {
		char *needle = g_strdup(thread_scroll_needle(p->whole));
		thread_scroll_search(p->whole, needle, step, false);
		g_free(needle);
	}
}

static void
act_search_next(struct app *app, const char *arg)
{
	(void)arg;
	search_again(app, 1);
}

static void
act_search_previous(struct app *app, const char *arg)
{
	(void)arg;
	search_again(app, -1);
}

static void
act_headers(struct app *app, const char *arg)
{
	static const char *const words[] = {"the usual header fields",
	    "all header fields as they came; H sorts them", "all header fields by name"};
	struct pager *p = pager_top(app);
	(void)arg;
	p->headers = p->headers == PAGER_HEADERS_SORTED ? PAGER_HEADERS_USUAL : p->headers + 1;
	p->is_raw = false;
	app_say(app, "%s", words[p->headers]);
	pager_reload(p);
	lines_scroll_to(p->lines, 0, p->body_rows);
	p->wanted_top = 0;
	app_redraw(app);
}

static void
act_raw(struct app *app, const char *arg)
{
	struct pager *p = pager_top(app);
	(void)arg;
	p->is_raw = !p->is_raw;
	p->headers = PAGER_HEADERS_USUAL;
	pager_reload(p);
	p->wanted_top = 0;
	app_say(app, p->is_raw ? "the message as it came; E shows it as text again"
			       : "the message as text");
	app_redraw(app);
}

/* It comes as a new file, which takes the place of this one. */
static void
act_fetch_whole(struct app *app, const char *arg)
{
	const struct message *m = pager_message(pager_top(app));

	(void)arg;
	if (m == NULL || m->account == NULL || !placeholder_is(m->path)) {
		app_say(app, "this letter is here as a whole");
		return;
	}
	client_fetch_whole(app->client, m->account, m->path);
	app_say(app, "the whole letter is being fetched, and shown when it is here");
}

static void
act_fold_quotes(struct app *app, const char *arg)
{
	struct pager *p = pager_top(app);
	(void)arg;
	lines_fold(p->lines, !lines_is_folded(p->lines));
	app_say(app, lines_is_folded(p->lines) ? "quoted lines are folded; T shows them" : "quoted lines");
	app_redraw(app);
}

static void
act_skip_quote(struct app *app, const char *arg)
{
	struct pager *p = pager_top(app);
	(void)arg;
	if (!lines_skip_quote(p->lines, p->whole != NULL ? 1 : p->body_rows))
		app_say(app, "nothing follows a quote below");
	else if (p->whole != NULL)
		thread_scroll_at(p->whole, lines_top(p->lines));
	app_redraw(app);
}

void
pager_show_links(struct pager *p)
{
	p->wants_links = p->links == NULL;
	if (p->links == NULL)
		app_say(p->app, "one moment: the message is still being read");
	else if (json_array_size(p->links) == 0)
		app_say(p->app, "there is no link in this message");
	else
		links_view_open(p->app, "Links", p->links);
}

static void
act_links(struct app *app, const char *arg)
{
	(void)arg;
	pager_show_links(pager_top(app));
}

/* The whole thread in one scroll, or this message alone. */
static void
act_whole(struct app *app, const char *arg)
{
	struct pager *p = pager_top(app);
	struct thread *t = thread_ref(p->thread);
	guint index = p->index;
	bool was_whole = p->whole != NULL;
	(void)arg;
	if (p->is_nested) {
		app_say(app, "this message is a part of another");
	} else {
		app_pop(app);
		if (was_whole)
			pager_open(app, t, index);
		else
			thread_scroll_open(app, t, index);
	}
	thread_unref(t);
}

static void
act_images(struct app *app, const char *arg)
{
	(void)arg;
	pager_images_act(pager_top(app)->images);
}

/* The ids of the other forms of the text, in order. */
static const char *
next_form(const struct pager *p)
{
	size_t i;
	json_t *part;
	bool is_next = p->part == NULL;
	json_array_foreach(json_object_get(p->head, "parts"), i, part)
	{
		if (g_strcmp0(jsonl_string(part, "role"), "alternative") != 0)
			continue;
		if (is_next)
			return jsonl_string(part, "id");
		is_next = g_strcmp0(jsonl_string(part, "id"), p->part) == 0;
	}
	return NULL;
}

static void
act_next_form(struct app *app, const char *arg)
{
	struct pager *p = pager_top(app);
	char *next = g_strdup(next_form(p));
	(void)arg;
	if (next == NULL && p->part == NULL) {
		app_say(app, "the message has its text in one form only");
		return;
	}
	g_free(p->part);
	p->part = next;
	p->is_raw = false;
	pager_reload(p);
	p->wanted_top = 0;
	lines_scroll_to(p->lines, 0, p->body_rows);
	app_redraw(app);
}

/* clang-format off */
static const struct action actions[] = {
	{"read-on",	"Space",		"page",	NULL,	"a page down, then the next unread", act_read_on},
	{"down",	"j, Down, Enter",	NULL,	NULL,	"one line down",		act_down},
	{"up",		"k, Up",		NULL,	NULL,	"one line up",			act_up},
	{"page-down",	"PageDown, C-f",	NULL,	NULL,	"one page down",		act_page_down},
	{"page-up",	"PageUp, C-b, Backspace", NULL,	NULL,	"one page up",			act_page_up},
	{"half-down",	"C-d",			NULL,	NULL,	"half a page down",		act_half_down},
	{"half-up",	"C-u",			NULL,	NULL,	"half a page up",		act_half_up},
	{"first",	"Home, =",		NULL,	NULL,	"to the beginning",		act_first},
	{"last",	"End, G",		NULL,	NULL,	"to the end",			act_last},
	{"next-message", "J, Right",		NULL,	NULL,	"next message",			act_next_message},
	{"previous-message", "K, Left",		NULL,	NULL,	"previous message",		act_previous_message},
	{"next-unread",	"Tab",			NULL,	NULL,	"next unread message",		act_next_unread},
	{"whole-thread", "Z",			NULL,	NULL,	"all messages of the thread below each other, or one", act_whole},
	MESSAGE_ACTIONS
	{"headers",	"H",			NULL,	NULL,	"all header fields, sorted, the usual", act_headers},
	{"raw",		"E",			NULL,	NULL,	"the message as it came, or as text", act_raw},
	{"fetch-whole",	"B",			NULL,	NULL,	"fetch the whole of a letter of which only the header is here", act_fetch_whole},
	{"links",	"l",			"links", NULL,	"links: open, copy",		act_links},
	{"next-form",	"A",			NULL,	NULL,	"the text in another form: page or plain", act_next_form},
	{"images",	"I",			NULL,	NULL,	"load remote images; hide pictures, or show them", act_images},
	{"fold-quotes",	"T",			NULL,	NULL,	"fold quoted lines, or show them", act_fold_quotes},
	{"skip-quote",	"S",			NULL,	NULL,	"on to what follows a quote",	act_skip_quote},
	{"search",	"/",			NULL,	"TEXT",	"search in the message",	act_search},
	{"search-next",	"n",			NULL,	NULL,	"next hit",			act_search_next},
	{"search-previous", "N",		NULL,	NULL,	"previous hit",			act_search_previous},
	{NULL,		NULL,			NULL,	NULL,	NULL,				NULL},
};
/* clang-format on */

const struct action_set pager_actions = {"pager", "An open message", actions};
