/* SPDX-License-Identifier: GPL-3.0-or-later */
/* typeahead.c - keys that wait for what they are meant for. */
#include "ui/typeahead.h"

#include "ui/common.h"
#include "ui/list_view.h"
#include "ui/prompt.h"

#define MAX_KEPT 256		     /* events; more is nobody's type-ahead */
#define ONE_BREATH_US (400 * 1000) /* between keys that are typed without a look at the screen */

struct typeahead {
	const struct action *first; /* that waits; NULL for none */
	char *arg;
	guint count;
	const struct view *view; /* that it waits for; compared only */
	bool (*is_ready)(const struct app *app); /* NULL: when the view's content is there */
	GQueue events;		   /* struct term_event that came after it */
	gint64 last;		   /* monotonic: when the last of all came */
	/* the action that runs now, and may ask to be run again */
	const struct action *running;
	const char *running_arg;
	guint running_count;
	bool is_going_on;
	unsigned n_opening; /* pages that were asked for, while first is `opening` */
	bool wants_typed;   /* the last of them is an editor */
	bool is_failed; /* what has been typed already is not done any more */
};

static void
do_nothing(struct app *app, const char *arg)
{
	(void)app;
	(void)arg;
}

/* Stands for a page that was asked for: what comes behind it is meant for that page. */
static const struct action opening = {.name = "opening", .run = do_nothing};

struct typeahead *
typeahead_new(void)
{
	struct typeahead *t = g_new0(struct typeahead, 1);
	g_queue_init(&t->events);
	return t;
}

static void
forget(struct typeahead *t)
{
	t->first = NULL;
	g_clear_pointer(&t->arg, g_free);
	g_queue_clear_full(&t->events, g_free);
}

void
typeahead_free(struct typeahead *t)
{
	if (t == NULL)
		return;
	forget(t);
	g_free(t);
}

static void
say_kept(struct app *app)
{
	const struct typeahead *t = app->typeahead;
	guint n = t->events.length;
	const char *when = t->view->class == &list_view_class ? "it is found" : "the message is there";
	if (t->first == &opening && n > 0)
		app_say(app, "one moment: %u key%s for what opens; Esc drops them", n, n > 1 ? "s" : "");
	else if (t->first == &opening)
		app_say(app, "one moment");
	else if (n == 0)
		app_say(app, "one moment: %s follows as soon as %s", t->first->name, when);
	else
		app_say(app, "one moment: %s and %u more key%s follow as soon as %s; Esc drops them", t->first->name, n,
		    n > 1 ? "s" : "", when);
}

static void
keep_first(struct app *app, const struct action *action, const char *arg, guint count,
    bool (*is_ready)(const struct app *app))
{
	struct typeahead *t = app->typeahead;
	t->first = action;
	g_free(t->arg);
	t->arg = g_strdup(arg);
	t->count = count;
	t->view = app_top(app);
	t->is_ready = is_ready;
	t->last = g_get_monotonic_time();
	say_kept(app);
}

/* Is it a way out of here? Behind a key that asks for a name, or may have led to another page, a letter is one of a
 * name. */
static bool
leads_back(struct app *app, term_key key)
{
	static const char *const ways[] = {"close", "quit", "cancel"};
	const struct typeahead *t = app->typeahead;
	bool is_prefix, may_be_text = t->first->arg != NULL || t->events.length > 0 || t->first == &opening;
	const char *arg;
	if (may_be_text && key >= 0x20 && key < TERM_KEY_FIRST)
		return false;
	const struct action *a = keymap_find(app_top_keymap(app), &key, 1, &is_prefix, &arg);
	for (size_t i = 0; a != NULL && i < G_N_ELEMENTS(ways); i++)
		if (g_str_equal(a->name, ways[i]))
			return true;
	return key == 0x1B /* Escape */;
}

bool
typeahead_takes_event(struct app *app, const struct term_event *event)
{
	struct typeahead *t = app->typeahead;
	gint64 now = g_get_monotonic_time();
	if (t->is_failed)
		return true;
	if (t->first == &opening)
		typeahead_go_on(app); /* it may just have opened */
	if (t->first == NULL || t->is_going_on || prompt_is_open(app))
		return false;
	if (app_top(app) != t->view || event->key == TERM_KEY_MOUSE || t->events.length >= MAX_KEPT ||
	    (now - t->last > ONE_BREATH_US && leads_back(app, event->key))) {
		forget(t);
		return false;
	}
	g_queue_push_tail(&t->events, g_memdup2(event, sizeof *event));
	t->last = now;
	say_kept(app);
	return true;
}

/* What needs nothing of the view. */
static bool
is_free(const struct action *action)
{
	static const char *const names[] = {"close", "folder", "next-folder", "previous-folder", "search-all", "limit",
	    "sidebar", "preview"};
	for (const struct action *a = common_actions.actions; a->name != NULL; a++)
		if (a == action)
			return true;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_str_equal(action->name, names[i]))
			return true;
	return false;
}

static bool
is_coming(struct app *app)
{
	struct view *top = app_top(app);
	return top != NULL && top->class->is_coming != NULL && top->class->is_coming(app, top);
}

bool
typeahead_takes(struct app *app, const struct action *action, const char *arg, guint count)
{
	if (!is_coming(app) || is_free(action))
		return false;
	keep_first(app, action, arg, count, NULL);
	return true;
}

void
typeahead_runs(struct app *app, const struct action *action, const char *arg, guint count)
{
	struct typeahead *t = app->typeahead;
	t->running = action;
	t->running_arg = arg;
	t->running_count = count;
}

bool
typeahead_again(struct app *app, bool (*is_ready)(const struct app *app))
{
	struct typeahead *t = app->typeahead;
	if (t->running == NULL || t->first != NULL)
		return false;
	keep_first(app, t->running, t->running_arg, t->running_count, is_ready);
	return true;
}

void
typeahead_fails(struct app *app)
{
	forget(app->typeahead);
	app->typeahead->is_failed = app->n_acting > 0;
}

void
typeahead_is_read(struct app *app)
{
	app->typeahead->is_failed = false;
}

void
typeahead_opens(struct app *app)
{
	struct typeahead *t = app->typeahead;
	/* what comes by itself is nothing that keys were pressed for */
	if (t->first == NULL && t->running == NULL && app->n_acting == 0)
		return;
	if (t->first == NULL) {
		t->n_opening = 0;
		t->wants_typed = false;
		keep_first(app, &opening, NULL, 0, NULL);
	}
	t->n_opening++;
}

void
typeahead_opened(struct app *app, bool is_editor)
{
	struct typeahead *t = app->typeahead;
	t->wants_typed = is_editor;
	if (t->n_opening > 0)
		t->n_opening--;
	app_redraw(app);
}

/* May what waits for a page go on? Where it did not open, an editor did not take the keys that were meant for it, or a
 * question came instead, they hit nothing else. */
static bool
has_opened(struct app *app)
{
	struct typeahead *t = app->typeahead;
	if (t->n_opening > 0)
		return false;
	if (app_top(app) == t->view || prompt_is_open(app) || term_is_suspended() ||
	    (t->wants_typed && !app_is_typed_into(app))) {
		forget(t);
		return false;
	}
	return true;
}

void
typeahead_go_on(struct app *app)
{
	struct typeahead *t = app->typeahead;
	if (t->first == &opening && !t->is_going_on && !has_opened(app))
		return;
	while (t->first != NULL && !t->is_going_on && !prompt_is_open(app)) {
		/* what was kept may itself have asked for a page */
		if (t->first == &opening && !has_opened(app))
			return;
		if (t->first == &opening)
			t->view = app_top(app);
		if (app_top(app) != t->view) {
			forget(t);
			return;
		}
		if (is_coming(app) || (t->is_ready != NULL && !t->is_ready(app)))
			return;
		const struct action *action = t->first;
		char *arg = g_steal_pointer(&t->arg);
		GQueue rest = t->events;
		t->first = NULL;
		g_queue_init(&t->events);
		t->is_going_on = true;
		app_act_now(app, action, arg, t->count);
		g_free(arg);
		struct term_event *event;
		while ((event = g_queue_pop_head(&rest)) != NULL) {
			/* one that has to wait again has the others behind it */
			t->is_going_on = t->first == NULL;
			app_feed_event(app, event);
			g_free(event);
		}
		t->is_going_on = false;
	}
}
