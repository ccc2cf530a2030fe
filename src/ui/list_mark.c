/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_mark.c - marking threads, so that `;` and a key do something to all of them. */
#include "ui/ask.h"
#include "ui/list_mail.h"
#include "ui/list_sweep.h"
#include "ui/list_view_private.h"
#include "ui/members.h"
#include "ui/pattern.h"
#include "ui/prompt.h"
#include "ui/text_find.h"
#include "ui/typeahead.h"

#include <string.h>

static struct list_view *
list(struct app *app)
{
	return list_view_of(app);
}

void
act_list_mark(struct app *app, const char *arg)
{
	struct list_view *l = list(app);
	struct row row;
	(void)arg;
	if (app->applies_to_marked) {
		list_view_clear_marks(l);
		app_redraw(app);
		return;
	}
	if (!list_view_selected(l, &row) || list_view_awaits(app, l, list_view_index(l) + 1))
		return;
	list_view_toggle_mark(l, row.thread);
	list_view_select(app, l, list_view_index(l) + 1);
}

/* by what they have */

struct marking {
	struct app *app;
	bool wants_mark;
	guint n;
	struct text_find *word;	 /* of sender or subject; NULL: all rows */
	char *query;		 /* what the store is asked; NULL: it is not */
	struct members *members; /* the rows of the list, then */
	struct list_view *list;	 /* whose they are, while the store is asked */
	struct ask ask;
};

static void
marking_free(void *user)
{
	struct marking *m = user;
	ask_drop(&m->ask);
	text_find_free(m->word);
	members_free(m->members);
	g_free(m->query);
	g_free(m);
}

static void
say_marked(const struct marking *m)
{
	if (m->wants_mark)
		app_say(m->app, "%u marked: ; and then a key does it to all of them", m->n);
	else
		app_say(m->app, "%u not marked any more", m->n);
	app_redraw(m->app);
}

static bool
mark_row(struct list_view *l, const struct row *row, void *user)
{
	struct marking *m = user;
	if (m->members != NULL)
		members_add(m->members, row->thread);
	else if (m->word == NULL || text_find_in(m->word, row->authors) || text_find_in(m->word, row->subject))
		m->n += list_view_set_mark(l, row->thread, m->wants_mark);
	return false;
}

/* The store names the threads; those that are in the list are marked. */
static void
on_match(const struct reply *reply, void *user)
{
	struct marking *m = user;
	const char *thread = jsonl_string(reply->obj, "thread");
	if (reply->kind == REPLY_EVENT) {
		if (thread != NULL && members_has(m->members, thread))
			m->n += list_view_set_mark(m->list, thread, m->wants_mark);
		return;
	}
	ask_end(&m->ask);
	m->list->marking = NULL;
	if (reply->kind == REPLY_FAILED)
		app_error(m->app, "%s", reply->error->message);
	else
		say_marked(m);
	marking_free(m);
}

static void
on_marked(struct app *app, struct list_view *l, int i, void *user)
{
	struct marking *m = user;
	(void)i;
	if (m->query == NULL) {
		say_marked(m);
		return;
	}
	/* the sweep frees what it has; the question goes on with a copy */
	struct marking *asked = g_new0(struct marking, 1);
	*asked = *m;
	m->members = NULL;
	m->query = NULL;
	(void)list_view_stop_marking(l);
	l->marking = asked;
	asked->list = l;
	ask_reader(app, &asked->ask, json_pack("{s:s, s:o}", "op", "search", "query", jsonl_text(asked->query, -1)),
	    on_match, asked);
}

bool
list_view_stop_marking(struct list_view *l)
{
	bool was_marking = l->marking != NULL;
	if (was_marking)
		marking_free(g_steal_pointer(&l->marking));
	return was_marking;
}

static void
on_marking(struct app *app, void *user)
{
	(void)user;
	app_say(app, "marking; C-g stops it");
}

/* text NULL: all rows. */
static void
mark(struct app *app, const char *text, bool is_query, bool wanted)
{
	struct list_view *l = list(app);
	struct marking *m = g_new0(struct marking, 1);
	bool is_complete;
	m->app = app;
	m->wants_mark = wanted;
	rows_extend(list_view_rows(l), G_MAXUINT);
	if (is_query) {
		m->query = pattern_to_query(text);
		m->members = members_new(rows_count(list_view_rows(l), &is_complete));
	} else if (text != NULL) {
		m->word = text_find_new(text);
	}
	const struct sweep_job job = {.step = 1,
	    .is_from_here = true,
	    .wants_whole = true,
	    .visit = mark_row,
	    .done = on_marked,
	    .wait = on_marking,
	    .free = marking_free,
	    .user = m};
	list_sweep(l, &job);
}

/* A word is looked for in what is seen; mutt's patterns and notmuch's terms mean what they mean there. */
static void
mark_matching(struct app *app, const char *text, bool wanted)
{
	if (g_str_equal(text, "*") || g_str_equal(text, "."))
		mark(app, NULL, false, wanted);
	else if (strchr(text, ':') != NULL || strchr(text, '~') != NULL)
		mark(app, text, true, wanted);
	else
		mark(app, text, false, wanted);
}

static void
on_mark(struct app *app, const char *text, void *user)
{
	(void)user;
	if (text != NULL && *text != '\0')
		mark_matching(app, text, true);
}

static void
on_unmark(struct app *app, const char *text, void *user)
{
	(void)user;
	if (text != NULL && *text != '\0')
		mark_matching(app, text, false);
}

void
act_list_mark_matching(struct app *app, const char *arg)
{
	if (arg != NULL)
		on_mark(app, arg, NULL);
	else
		prompt_ask(app, PROMPT_QUERY, "Mark what matches: ", NULL, on_mark, NULL, NULL);
}

void
act_list_unmark_matching(struct app *app, const char *arg)
{
	if (arg != NULL)
		on_unmark(app, arg, NULL);
	else
		prompt_ask(app, PROMPT_QUERY, "Take the mark from what matches: ", NULL, on_unmark, NULL,
		    NULL);
}

static bool
is_marked(const struct app *app)
{
	const struct list_view *l = list_view_of(app);
	return l->marking == NULL;
}

void
act_list_apply(struct app *app, const char *arg)
{
	(void)arg;
	list_sweep_settle(list(app));
	if (!is_marked(app) && typeahead_again(app, is_marked))
		return;
	guint n = list_view_n_marked(list(app));
	if (n == 0) {
		app_say(app, "nothing is marked; t marks a thread");
	} else {
		app->applies_to_marked = true;
		app_say(app, "%u marked: the next key is for all of them", n);
	}
}
