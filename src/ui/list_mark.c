/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_mark.c - marking threads, so that `;` and a key do something to all of them. */
#include "ui/ask.h"
#include "ui/list_mail.h"
#include "ui/list_view.h"
#include "ui/pattern.h"
#include "ui/prompt.h"
#include "ui/text_find.h"

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
	if (!list_view_selected(l, &row))
		return;
	list_view_toggle_mark(l, row.thread);
	list_view_select(app, l, list_view_index(l) + 1);
}

/* by what they have */

struct marking {
	struct app *app;
	bool wants_mark;
	guint n;
};

static bool
set_mark(struct list_view *l, const char *thread, bool wanted)
{
	bool changes = list_view_is_marked(l, thread) != wanted;
	if (changes)
		list_view_toggle_mark(l, thread);
	return changes;
}

static void
say_marked(struct app *app, bool was_wanted, guint n)
{
	if (was_wanted)
		app_say(app, "%u marked; ; and a key is for all of them", n);
	else
		app_say(app, "%u not marked any more", n);
}

/* Sender or subject of the rows has the text; NULL: all rows. */
static void
mark_text(struct app *app, const char *text, bool wanted)
{
	struct list_view *l = list(app);
	bool is_complete;
	guint n_marked = 0;
	struct text_find *word = text != NULL ? text_find_new(text) : NULL;
	rows_extend(list_view_rows(l), G_MAXUINT);
	guint n = rows_count(list_view_rows(l), &is_complete);
	for (guint i = 0; i < n; i++) {
		struct row row;
		if (!rows_get(list_view_rows(l), i, &row))
			continue;
		if (word == NULL || text_find_in(word, row.authors) || text_find_in(word, row.subject))
			n_marked += set_mark(l, row.thread, wanted);
	}
	say_marked(app, wanted, n_marked);
	text_find_free(word);
	rows_trim(list_view_rows(l));
	app_redraw(app);
}

/* The store names the threads; those that are in the list are marked. */
static void
on_match(const struct reply *reply, void *user)
{
	struct marking *m = user;
	struct list_view *l = list_view_of(m->app);
	const char *thread = jsonl_string(reply->obj, "thread");
	if (reply->kind == REPLY_EVENT) {
		if (thread != NULL && l != NULL && rows_find(list_view_rows(l), thread) >= 0)
			m->n += set_mark(l, thread, m->wants_mark);
		return;
	}
	if (reply->kind == REPLY_FAILED)
		app_error(m->app, "%s", reply->error->message);
	else
		say_marked(m->app, m->wants_mark, m->n);
	app_redraw(m->app);
	g_free(m);
}

static void
mark_query(struct app *app, const char *text, bool wanted)
{
	struct marking *m = g_new0(struct marking, 1);
	char *query = pattern_to_query(text);
	m->app = app;
	m->wants_mark = wanted;
	rows_extend(list_view_rows(list(app)), G_MAXUINT);
	ask_reader(app, NULL, json_pack("{s:s, s:o}", "op", "search", "query", jsonl_text(query, -1)),
	    on_match, m);
	g_free(query);
}

/* A word is looked for in what is seen; mutt's patterns and notmuch's terms mean what they mean there. */
static void
mark_matching(struct app *app, const char *text, bool wanted)
{
	if (g_str_equal(text, "*") || g_str_equal(text, "."))
		mark_text(app, NULL, wanted);
	else if (strchr(text, ':') != NULL || strchr(text, '~') != NULL)
		mark_query(app, text, wanted);
	else
		mark_text(app, text, wanted);
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

void
act_list_apply(struct app *app, const char *arg)
{
	GPtrArray *marked = list_view_marked(list(app));
	(void)arg;
	if (marked->len == 0) {
		app_say(app, "nothing is marked; t marks a thread");
	} else {
		app->applies_to_marked = true;
		app_say(app, "%u marked: the next key is for all of them", marked->len);
	}
	g_ptr_array_unref(marked);
}
