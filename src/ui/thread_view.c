/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thread_view.c - the messages of a thread as a tree whose branches fold. */
#include "ui/thread_view.h"

#include "base/safe_text.h"
#include "ui/ahead.h"
#include "ui/format.h"
#include "ui/message_actions.h"
#include "ui/pager.h"
#include "ui/thread_scroll.h"
#include "ui/verdict.h"

#include <string.h>

#define NARROW_COLS    60 /* below this no size is shown */
#define MAX_DEPTH_COLS 24

struct thread_view {
	struct view base;
	struct app *app;
	struct thread *thread;
	GArray *shown;	    /* guint: numbers of the messages that no fold hides */
	GHashTable *folded; /* message ids */
	int selected, top;  /* of shown */
	char *chosen;	    /* the id of the selected message: it stays so when others come before it; NULL */
	bool was_chosen;    /* the first choice has been made */
};

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
	t->selected = CLAMP(t->selected, 0, MAX((int)t->shown->len - 1, 0));
}

static guint
selected_index(const struct thread_view *t)
{
	if (t->selected < (int)t->shown->len)
		return g_array_index(t->shown, guint, t->selected);
	return 0;
}

static void
select_index(struct thread_view *t, guint index)
{
	for (guint i = 0; i < t->shown->len; i++)
		if (g_array_index(t->shown, guint, i) <= index)
			t->selected = (int)i;
}

static void
note_chosen(struct thread_view *t)
{
	const struct message *m = thread_message(t->thread, selected_index(t));
	g_free(t->chosen);
	t->chosen = g_strdup(m != NULL ? m->id : NULL);
}

static void
on_thread(struct thread *thread, void *user)
{
	struct thread_view *t = user;
	int at = t->chosen != NULL ? thread_find(thread, t->chosen) : -1;
	guint before = at >= 0 ? (guint)at : selected_index(t);
	collect(t);
	if (!t->was_chosen && thread_count(thread) > 0) {
		t->was_chosen = true;
		select_index(t, thread_first_wanted(thread));
	} else {
		select_index(t, before);
	}
	note_chosen(t);
	app_redraw(t->app);
}

/* picture */

/* Is there a later message at this depth before the tree goes back above it? */
static bool
has_sibling(const struct thread *t, guint i, int depth)
{
	for (guint k = i + 1; k < thread_count(t) && k < i + 200; k++) {
		int d = thread_message(t, k)->depth;
		if (d < depth)
			return false;
		if (d == depth)
			return true;
	}
	return false;
}

static char *
branches(const struct thread_view *t, guint i)
{
	const struct signs *s = t->app->canvas.signs;
	int depth = thread_message(t->thread, i)->depth;
	GString *out = g_string_new(NULL);
	int first = MAX(depth - MAX_DEPTH_COLS / 2, 1);
	for (int d = first; d < depth; d++)
		g_string_append(out, has_sibling(t->thread, i, d) ? s->pipe : "  ");
	if (depth > 0)
		g_string_append(out, has_sibling(t->thread, i, depth) ? s->branch : s->last_branch);
	return g_string_free(out, FALSE);
}

static guint
n_hidden(const struct thread_view *t, guint i)
{
	const struct message *m = thread_message(t->thread, i);
	guint n = 0;
	if (m->id == NULL || !g_hash_table_contains(t->folded, m->id))
		return 0;
	for (guint k = i + 1; k < thread_count(t->thread); k++, n++)
		if (thread_message(t->thread, k)->depth <= m->depth)
			break;
	return n;
}

/* "Re: Re: x" and "x" are the same subject. */
static const char *
bare_subject(const char *subject)
{
	while (subject != NULL && g_ascii_strncasecmp(subject, "re:", 3) == 0) {
		subject += 3;
		while (*subject == ' ')
			subject++;
	}
	return subject != NULL ? subject : "";
}

/* Sender with the tree before it; the domain beside a tick. */
static void
draw_who(const struct thread_view *t, int y, int x, int cols, guint i, bool is_selected)
{
	const struct canvas *c = &t->app->canvas;
	const struct message *m = thread_message(t->thread, i);
	char *tree = branches(t, i);
	bool is_pass = verdict_is_pass(m->verdict) && *m->domain != '\0';
	const struct piece pieces[] = {
	    {STYLE_FAINT, tree},
	    {m->is_unread ? STYLE_UNREAD : STYLE_NORMAL,
		*m->from_name != '\0' ? m->from_name : m->from_address},
	};
	/* the name gives way to the domain, and that keeps its right end */
	int domain_cols = is_pass ? (int)strlen(m->domain) + 1 : 0;
	int used = ui_pieces(c, y, x, MAX(cols - domain_cols, cols / 3), is_selected, pieces, 2);
	char *domain = is_pass ? ui_domain(c, m->domain, MAX(cols - used - 1, 0)) : NULL;
	if (is_pass)
		ui_text(c, y, x + used + 1, cols - used - 1, verdict_style(m->verdict), is_selected, domain);
	g_free(domain);
	g_free(tree);
}

static void
draw_message(const struct thread_view *t, int y, struct area a, guint i, bool is_selected)
{
	const struct canvas *c = &t->app->canvas;
	const struct message *m = thread_message(t->thread, i);
	const struct message *before = i > 0 ? thread_message(t->thread, i - 1) : NULL;
	char *date = format_date_short(m->date, g_get_real_time() / G_USEC_PER_SEC);
	char *size = format_size((guint64)MAX(m->size, 0));
	/* the first one's stands in the title */
	bool is_new_subject = before != NULL && !g_str_equal(bare_subject(m->subject), bare_subject(before->subject));
	guint hidden = n_hidden(t, i);
	char *text = hidden > 0 ? g_strdup_printf("%s %u more", c->signs->folded, hidden)
				: g_strdup(is_new_subject && m->subject != NULL ? m->subject : "");
	int x = a.x, right = a.cols < NARROW_COLS ? 10 : 16, who = MAX(a.cols / 2 - 6, 10);
	if (*text == '\0') /* nothing stands beside the name: it has all the room */
		who = MAX(a.cols - 6 - right, 10);

	ui_fill(c, y, x, a.cols, STYLE_NORMAL, is_selected);
	if (m->is_unread)
		ui_text(c, y, x + 1, 1, STYLE_UNREAD_MARK, is_selected, c->signs->unread);
	else if (m->is_replied)
		ui_text(c, y, x + 1, 1, STYLE_DIM, is_selected, c->signs->replied);
	enum row_verdict shown = message_shown_verdict(m);
	ui_text(c, y, x + 3, 1, verdict_style(shown), is_selected, verdict_sign(c, shown));
	if (m->is_flagged)
		ui_text(c, y, x + 4, 1, STYLE_FLAG, is_selected, c->signs->flag);
	draw_who(t, y, x + 6, who, i, is_selected);
	x += 6 + who + 2;
	int rest = MAX(a.x + a.cols - x - right, 0);
	ui_text(c, y, x, rest, hidden > 0 ? STYLE_DIM : STYLE_NORMAL, is_selected, text);
	if (m->has_attachment)
		ui_text(c, y, a.x + a.cols - right + 1, 1, STYLE_DIM, is_selected, c->signs->attachment);
	if (a.cols >= NARROW_COLS)
		ui_right(c, y, a.x + a.cols - 14, 6, STYLE_DIM, is_selected, size);
	ui_right(c, y, a.x + a.cols - 7, 6, STYLE_DIM, is_selected, date);
	g_free(text);
	g_free(size);
	g_free(date);
}

static void
draw(struct app *app, struct view *v, struct area a)
{
	struct thread_view *t = cast(v);
	int n = (int)t->shown->len;
	if (n == 0) {
		const char *text = thread_error(t->thread);
		if (text == NULL)
			text = thread_is_loaded(t->thread) ? "This thread has no message any more."
							   : "One moment";
		ui_text(&app->canvas, a.y + 1, a.x + 3, a.cols - 4, STYLE_DIM, false, text);
		return;
	}
	if (t->selected < t->top)
		t->top = t->selected;
	if (t->selected >= t->top + a.rows)
		t->top = t->selected - a.rows + 1;
	t->top = CLAMP(t->top, 0, MAX(n - a.rows, 0));
	for (int i = 0; i < a.rows && t->top + i < n; i++)
		draw_message(t, a.y + i, a, g_array_index(t->shown, guint, t->top + i),
		    t->top + i == t->selected);
	ui_here(&app->canvas, a.y + t->selected - t->top, a.x);
	note_chosen(t);
	ahead_want_message(app, thread_message(t->thread, selected_index(t)));
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
	return g_strdup_printf("%u of %u", selected_index(t) + 1, thread_count(t->thread));
}

static void
select_shown(struct thread_view *t, int i)
{
	t->selected = CLAMP(i, 0, MAX((int)t->shown->len - 1, 0));
	note_chosen(t);
	app_redraw(t->app);
}

static void
scroll(struct app *app, struct view *v, int by)
{
	(void)app;
	select_shown(cast(v), cast(v)->selected + by);
}

static void
click(struct app *app, struct view *v, int y, int x, bool twice)
{
	struct thread_view *t = cast(v);
	int i = t->top + y - v->area.y;
	bool was_selected = i == t->selected;
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
	g_free(t->chosen);
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
		select_shown(t, t->selected + step);
}

bool
thread_view_selected(struct app *app, struct thread **thread_out, guint *index_out)
{
	struct thread_view *t = top(app);
	if (t == NULL)
		return false;
	*thread_out = t->thread;
	*index_out = selected_index(t);
	return thread_count(t->thread) > 0;
}

static void
act_open(struct app *app, const char *arg)
{
	struct thread_view *t = top(app);
	(void)arg;
	if (t->shown->len > 0)
		pager_open(app, t->thread, selected_index(t));
}

static void
act_whole(struct app *app, const char *arg)
{
	struct thread_view *t = top(app);
	(void)arg;
	if (t->shown->len > 0)
		thread_scroll_open(app, t->thread, selected_index(t));
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
	for (guint i = selected_index(t) + 1; i < thread_count(t->thread); i++) {
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
	guint i = selected_index(t);
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
	guint before = selected_index(t);
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
	{NULL,		NULL,			NULL,	NULL,	NULL,				NULL},
};
/* clang-format on */

static const struct action_set thread_actions = {"thread", "A thread", actions};

const struct view_class thread_view_class = {
    .set = &thread_actions,
    .draw = draw,
    .title = title,
    .position = position,
    .rows_changed = rows_changed,
    .scroll = scroll,
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
	thread_listen(t, on_thread, v);
	app_push(app, &v->base);
	if (thread_is_loaded(t))
		on_thread(t, v);
}
