/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thread_view.c - the messages of a thread as a tree whose branches fold. */
#include "ui/thread_view_private.h"

#include "ui/message_actions.h"
#include "ui/pager.h"
#include "ui/thread_scroll.h"

#include <string.h>

static struct thread_view *
cast(struct view *v)
{
	return (struct thread_view *)v;
}

static void
collect(struct thread_view *t)
{
	int hidden_below = G_MAXINT;
	g_array_set_size(t->shown, 0);
	for (guint i = 0; i < thread_count(t->thread); i++) {
		const struct message *m = thread_message(t->thread, i);
		if (m->depth > hidden_below)
			continue;
		hidden_below = G_MAXINT;
		if (m->id != NULL && g_hash_table_contains(t->folded, m->id))
			hidden_below = m->depth;
		g_array_append_val(t->shown, i);
	}
	t->pick.selected = CLAMP(t->pick.selected, 0, MAX((int)t->shown->len - 1, 0));
}

guint
thread_view_at(const struct thread_view *t)
{
	if (t->pick.selected < (int)t->shown->len)
		return g_array_index(t->shown, guint, t->pick.selected);
	return 0;
}

static void
select_index(struct thread_view *t, guint index)
{
	for (guint i = 0; i < t->shown->len; i++)
		if (g_array_index(t->shown, guint, i) <= index)
			t->pick.selected = (int)i;
}

void
thread_view_note_chosen(struct thread_view *t)
{
	const struct message *m = thread_message(t->thread, thread_view_at(t));
	pick_note(&t->pick, m != NULL ? m->id : NULL);
}

static void
on_thread(struct thread *thread, void *user)
{
	struct thread_view *t = user;
	int at = t->pick.id != NULL ? thread_find(thread, t->pick.id) : -1;
	guint before = at >= 0 ? (guint)at : thread_view_at(t);
	collect(t);
	if (!t->was_chosen && thread_count(thread) > 0) {
		t->was_chosen = true;
		select_index(t, thread_first_wanted(thread));
	} else {
		select_index(t, before);
	}
	thread_view_note_chosen(t);
	app_redraw(t->app);
}

static char *
title(struct app *app, struct view *v)
{
	const struct thread_view *t = cast(v);
	const struct message *m = thread_message(t->thread, 0);
	(void)app;
	return g_strdup(m != NULL && m->subject != NULL ? m->subject : "Thread");
}

static char *
position(struct app *app, struct view *v)
{
	const struct thread_view *t = cast(v);
	(void)app;
	if (t->shown->len == 0)
		return NULL;
	return g_strdup_printf("%u of %u", thread_view_at(t) + 1, thread_count(t->thread));
}

static void
select_shown(struct thread_view *t, int i)
{
	t->pick.selected = CLAMP(i, 0, MAX((int)t->shown->len - 1, 0));
	thread_view_note_chosen(t);
	app_redraw(t->app);
}

static void
scroll(struct app *app, struct view *v, int by)
{
	(void)app;
	select_shown(cast(v), cast(v)->pick.selected + by);
}

static void
click(struct app *app, struct view *v, int y, int x, bool twice)
{
	struct thread_view *t = cast(v);
	int i = t->pick.top + y - v->area.y;
	bool was_selected = i == t->pick.selected;
	(void)x;
	if (i >= (int)t->shown->len)
		return;
	select_shown(t, i);
	if (twice || was_selected)
		app_run(app, "open");
}

static void
rows_changed(struct app *app, struct view *v)
{
	(void)app;
	thread_reload(cast(v)->thread);
}

static void
free_view(struct app *app, struct view *v)
{
	struct thread_view *t = cast(v);
	(void)app;
	thread_forget(t->thread, t);
	thread_unref(t->thread);
	g_array_free(t->shown, TRUE);
	g_hash_table_unref(t->folded);
	g_hash_table_unref(t->marked);
	g_free(t->pick.id);
	g_free(t);
}

/* actions */

static struct thread_view *
top(struct app *app)
{
	return cast(app_top_of(app, &thread_view_class));
}

void
thread_view_step(struct app *app, int step)
{
	struct thread_view *t = top(app);
	if (t != NULL)
		select_shown(t, t->pick.selected + step);
}

bool
thread_view_selected(struct app *app, struct thread **thread_out, guint *index_out)
{
	struct thread_view *t = top(app);
	if (t == NULL)
		return false;
	*thread_out = t->thread;
	*index_out = thread_view_at(t);
	return thread_count(t->thread) > 0;
}

static void
act_open(struct app *app, const char *arg)
{
	struct thread_view *t = top(app);
	(void)arg;
	if (t->shown->len > 0)
		pager_open(app, t->thread, thread_view_at(t));
}

static void
act_whole(struct app *app, const char *arg)
{
	struct thread_view *t = top(app);
	(void)arg;
	if (t->shown->len > 0)
		thread_scroll_open(app, t->thread, thread_view_at(t));
}

#define STEP(name, by)                                                                             \
	static void name(struct app *app, const char *arg)                                         \
	{                                                                                          \
		(void)arg;                                                                         \
		thread_view_step(app, by);                                                         \
	}
STEP(act_down, 1)
STEP(act_up, -1)
STEP(act_page_down, MAX(top(app)->base.area.rows - 1, 1))
STEP(act_page_up, -MAX(top(app)->base.area.rows - 1, 1))
STEP(act_first, -G_MAXINT / 2)
STEP(act_last, G_MAXINT / 2)

static void
act_next_unread(struct app *app, const char *arg)
{
	struct thread_view *t = top(app);
	(void)arg;
	for (guint i = thread_view_at(t) + 1; i < thread_count(t->thread); i++) {
		if (thread_message(t->thread, i)->is_unread) {
			g_hash_table_remove_all(t->folded);
			collect(t);
			select_index(t, i);
			app_redraw(app);
			return;
		}
	}
	app_say(app, "no unread message further down");
}

static void
fold(struct thread_view *t, guint i, bool want)
{
	const struct message *m = thread_message(t->thread, i);
	const struct message *next = thread_message(t->thread, i + 1);
	if (m == NULL || m->id == NULL)
		return;
	if (!want)
		g_hash_table_remove(t->folded, m->id);
	else if (next != NULL && next->depth > m->depth)
		g_hash_table_add(t->folded, g_strdup(m->id));
}

static void
act_fold(struct app *app, const char *arg)
{
	struct thread_view *t = top(app);
	guint i = thread_view_at(t);
	(void)arg;
	const struct message *m = thread_message(t->thread, i);
	if (m != NULL && m->id != NULL)
		fold(t, i, !g_hash_table_contains(t->folded, m->id));
	collect(t);
	select_index(t, i);
	app_redraw(app);
}

static void
fold_all(struct app *app, bool want)
{
	struct thread_view *t = top(app);
	guint before = thread_view_at(t);
	for (guint i = 0; i < thread_count(t->thread); i++)
		fold(t, i, want);
	collect(t);
	select_index(t, before);
	app_redraw(app);
}

static void
act_fold_all(struct app *app, const char *arg)
{
	(void)arg;
	fold_all(app, true);
}

static void
act_unfold_all(struct app *app, const char *arg)
{
	(void)arg;
	fold_all(app, false);
}

/* marks */

GArray *
thread_view_marked(struct app *app, bool keeps)
{
	struct thread_view *t = top(app);
	GArray *out;
	if (t == NULL || !app->applies_to_marked)
		return NULL;
	out = g_array_new(FALSE, FALSE, sizeof(guint));
	for (guint i = 0; i < thread_count(t->thread); i++) {
		const struct message *m = thread_message(t->thread, i);
		if (m->id != NULL && g_hash_table_contains(t->marked, m->id))
			g_array_append_val(out, i);
	}
	if (!keeps)
		g_hash_table_remove_all(t->marked);
	app_redraw(app);
	return out;
}

static void
act_mark(struct app *app, const char *arg)
{
	struct thread_view *t = top(app);
	const struct message *m = thread_message(t->thread, thread_view_at(t));
	(void)arg;
	if (app->applies_to_marked)
		g_hash_table_remove_all(t->marked);
	else if (m != NULL && m->id != NULL && !g_hash_table_remove(t->marked, m->id))
		g_hash_table_add(t->marked, g_strdup(m->id));
	if (!app->applies_to_marked)
		thread_view_step(app, 1);
	app_redraw(app);
}

static void
act_mark_all(struct app *app, const char *arg)
{
	struct thread_view *t = top(app);
	bool is_all = g_hash_table_size(t->marked) >= thread_count(t->thread);
	(void)arg;
	g_hash_table_remove_all(t->marked);
	for (guint i = 0; !is_all && i < thread_count(t->thread); i++)
		if (thread_message(t->thread, i)->id != NULL)
			g_hash_table_add(t->marked, g_strdup(thread_message(t->thread, i)->id));
	app_redraw(app);
}

static void
act_apply(struct app *app, const char *arg)
{
	guint n = g_hash_table_size(top(app)->marked);
	(void)arg;
	app->applies_to_marked = n > 0;
	if (n == 0)
		app_say(app, "nothing is marked; t marks a message");
	else
		app_say(app, "%u marked: the next key is for all of them", n);
}

/* clang-format off */
static const struct action actions[] = {
	{"down",	"j, Down",		NULL,	NULL,	"next message",			act_down},
	{"up",		"k, Up",		NULL,	NULL,	"previous message",		act_up},
	{"page-down",	"PageDown, C-f",	NULL,	NULL,	"one page down",		act_page_down},
	{"page-up",	"PageUp, C-b",		NULL,	NULL,	"one page up",			act_page_up},
	{"first",	"Home, =",		NULL,	NULL,	"first message",		act_first},
	{"last",	"End, G",		NULL,	NULL,	"last message",			act_last},
	{"open",	"Enter, Space, Right",	"open",	NULL,	"read the message",		act_open},
	{"whole-thread", "Z",			NULL,	NULL,	"all messages below each other", act_whole},
	{"next-unread",	"Tab",			NULL,	NULL,	"next unread message",		act_next_unread},
	{"fold",	"z a",			"fold",	NULL,	"fold or unfold its answers", act_fold},
	{"fold-all",	"z M, M-V",		NULL,	NULL,	"fold everything",		act_fold_all},
	{"unfold-all",	"z R, M-v",		NULL,	NULL,	"unfold everything",		act_unfold_all},
	MESSAGE_ACTIONS
	{"mark",	"t",			NULL,	NULL,	"mark the message for ;",	act_mark},
	{"mark-all",	"T",			NULL,	NULL,	"mark all messages, or none",	act_mark_all},
	{"apply",	";",			NULL,	NULL,	"the next key is for all marked", act_apply},
	{NULL,		NULL,			NULL,	NULL,	NULL,				NULL},
};
/* clang-format on */

static const struct action_set thread_actions = {"thread", "A thread", actions};

static bool
is_coming(struct app *app, struct view *v)
{
	(void)app;
	return thread_is_coming(cast(v)->thread);
}

const struct view_class thread_view_class = {
    .set = &thread_actions,
    .draw = thread_view_draw,
    .title = title,
    .position = position,
    .rows_changed = rows_changed,
    .scroll = scroll,
    .is_coming = is_coming,
    .click = click,
    .free = free_view,
};

void
thread_view_open(struct app *app, struct thread *t)
{
	struct thread_view *v = g_new0(struct thread_view, 1);
	v->base.class = &thread_view_class;
	v->app = app;
	v->thread = thread_ref(t);
	v->shown = g_array_new(FALSE, FALSE, sizeof(guint));
	v->folded = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	v->marked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	thread_listen(t, on_thread, v);
	app_push(app, &v->base);
	if (thread_is_loaded(t))
		on_thread(t, v);
}
