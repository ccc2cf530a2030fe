/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thread_scroll.c - the messages are pagers that hang on this page, each with its file, its verdict and its lines.
 * They are read when they come into sight. The frame on top is that of the message that is being read: it does
 * not scroll, and what divides the messages is drawn in a style that no text of a mail can have. */
#include "ui/thread_scroll_private.h"

#include "ui/format.h"
#include "ui/lines.h"
#include "ui/mail.h"
#include "ui/verdict.h"

#include <string.h>

static struct thread_scroll *
cast(struct view *v)
{
	return (struct thread_scroll *)v;
}

struct pager *
thread_scroll_part(const struct thread_scroll *s, guint i)
{
	return s->parts->pdata[i];
}

static struct pager *
current(const struct thread_scroll *s)
{
	return thread_scroll_part(s, s->first);
}

/* The bar, the lines (one while they are not there), an empty row. */
static int
height(const struct pager *p)
{
	return (int)MAX(lines_count(p->lines), 1u) + 2;
}

static void
free_part(gpointer data)
{
	struct pager *p = data;
	pager_class.free(p->app, &p->base);
}

/* ---- the messages */

static struct pager *
take_part(GPtrArray *old, const char *id)
{
	for (guint i = 0; id != NULL && i < old->len; i++) {
		struct pager *p = old->pdata[i];
		if (p != NULL && g_strcmp0(p->shown_id, id) == 0) {
			old->pdata[i] = NULL;
			return p;
		}
	}
	return NULL;
}

static void
free_rest(GPtrArray *old)
{
	for (guint i = 0; i < old->len; i++)
		if (old->pdata[i] != NULL)
			free_part(old->pdata[i]);
	g_ptr_array_free(old, TRUE);
}

/* One pager a message; those that were there stay with theirs. */
static void
match(struct thread_scroll *s)
{
	GPtrArray *old = s->parts;
	char *id = g_strdup(current(s)->shown_id);
	s->parts = g_ptr_array_new();
	for (guint i = 0; i < thread_count(s->thread); i++) {
		struct pager *p = take_part(old, thread_message(s->thread, i)->id);
		if (p == NULL)
			p = pager_part(s->app, s->thread, i, s);
		p->index = i;
		g_ptr_array_add(s->parts, p);
	}
	/* never empty: the keys of an open message are for one */
	if (s->parts->len == 0)
		g_ptr_array_add(s->parts, pager_part(s->app, s->thread, 0, s));
	free_rest(old);
	int at = id != NULL ? thread_find(s->thread, id) : -1;
	s->first = at >= 0 ? (guint)at : MIN(s->first, MAX(s->parts->len, 1) - 1);
	g_free(id);
}

static void
on_thread(struct thread *t, void *user)
{
	struct thread_scroll *s = user;
	match(s);
	if (!s->was_chosen && thread_count(t) > 0) {
		s->was_chosen = true;
		s->first = s->wanted == G_MAXUINT ? thread_first_wanted(t) : s->wanted;
		s->offset = 0;
	}
	app_redraw(s->app);
}

/* ---- moving */

/* Keep the place within what there is. */
static void
settle(struct thread_scroll *s)
{
	while (s->offset < 0 && s->first > 0) {
		s->first--;
		s->offset += height(thread_scroll_part(s, s->first));
	}
	while (s->first + 1 < s->parts->len && s->offset >= height(thread_scroll_part(s, s->first))) {
		s->offset -= height(thread_scroll_part(s, s->first));
		s->first++;
	}
	s->offset = CLAMP(s->offset, 0, height(current(s)) - 1);
}

/* Rows from the first one shown to the end. */
static int
rows_left(const struct thread_scroll *s)
{
	int n = -s->offset;
	for (guint i = s->first; i < s->parts->len && n <= s->rows; i++)
		n += height(thread_scroll_part(s, i));
	return n;
}

/* Is a message of the page, or the next one, still being made? Nobody knows then where the last page begins. */
static bool
is_growing(const struct thread_scroll *s)
{
	int n = -s->offset;
	for (guint i = s->first; i < s->parts->len && n <= s->rows; i++) {
		if (thread_scroll_part(s, i)->is_loading || lines_count(thread_scroll_part(s, i)->lines) == 0)
			return true;
		n += height(thread_scroll_part(s, i));
	}
	return false;
}

/* Not past the last page. */
static void
fill_page(struct thread_scroll *s)
{
	int missing = s->rows - rows_left(s);
	if (missing > 0 && (s->first > 0 || s->offset > 0)) {
		s->offset -= missing;
		settle(s);
	}
}

static void
show_end(struct thread_scroll *s)
{
	s->first = MAX(s->parts->len, 1) - 1;
	s->offset = G_MAXINT / 2;
	settle(s);
	fill_page(s);
}

void
thread_scroll_fill(struct thread_scroll *s)
{
	if (!is_growing(s))
		fill_page(s);
}

static bool
move_by(struct thread_scroll *s, int by)
{
	guint first = s->first;
	int offset = s->offset;
	s->seek.step = 0;
	s->is_at_end = false;
	s->offset += by;
	settle(s);
	if (by > 0)
		thread_scroll_fill(s);
	app_redraw(s->app);
	return s->first != first || s->offset != offset;
}

bool
thread_scroll_move(struct thread_scroll *s, enum scroll_move how)
{
	int page = MAX(s->rows - 1, 1);
	s->seek.step = 0;
	s->is_at_end = how == SCROLL_LAST;
	switch (how) {
	case SCROLL_DOWN:
		return move_by(s, 1);
	case SCROLL_UP:
		return move_by(s, -1);
	case SCROLL_PAGE_DOWN:
		return move_by(s, page);
	case SCROLL_PAGE_UP:
		return move_by(s, -page);
	case SCROLL_HALF_DOWN:
		return move_by(s, MAX(s->rows / 2, 1));
	case SCROLL_HALF_UP:
		return move_by(s, -MAX(s->rows / 2, 1));
	case SCROLL_FIRST:
		s->wanted = 0; /* also for a thread that is on its way */
		s->first = 0;
		s->offset = 0;
		break;
	case SCROLL_LAST:
		show_end(s);
		break;
	}
	app_redraw(s->app);
	return true;
}

bool
thread_scroll_show(struct thread_scroll *s, guint index)
{
	if (index >= s->parts->len || thread_count(s->thread) == 0)
		return false;
	s->seek.step = 0;
	s->is_at_end = false;
	s->first = index;
	s->offset = 0;
	app_redraw(s->app);
	return true;
}

void
thread_scroll_at(struct thread_scroll *s, guint row)
{
	s->is_at_end = false;
	s->offset = (int)row + 1;
	settle(s);
	thread_scroll_fill(s);
	app_redraw(s->app);
}

bool
thread_scroll_step(struct thread_scroll *s, int by)
{
	int to = (int)s->first + by;
	/* back to the beginning of the one that is read, before the one above */
	if (by < 0 && s->offset > 1)
		to = (int)s->first;
	return to >= 0 && thread_scroll_show(s, (guint)to);
}

/* ---- picture */

/* What divides the messages: who, by whose word, when. The bar's style is the program's alone. */
static void
draw_bar(const struct thread_scroll *s, int y, struct area a, guint i)
{
	const struct canvas *c = &s->app->canvas;
	const struct message *m = thread_message(s->thread, i);
	const struct pager *p = thread_scroll_part(s, i);
	bool is_pass = verdict_is_pass(m->verdict) && *m->domain != '\0';
	char *domain = is_pass ? ui_domain(c, m->domain, MAX(a.cols / 2, 8)) : g_strdup("");
	char *date = a.cols < NARROW_COLS ? format_date_short(m->date, g_get_real_time() / G_USEC_PER_SEC)
					  : format_date_long(m->date);
	char *number = g_strdup_printf(" %u/%u ", i + 1, thread_count(s->thread));
	char *sign = g_strdup_printf("%s%s%s ", verdict_sign(c, message_shown_verdict(m)), is_pass ? " " : "", domain);
	size_t n = json_array_size(json_object_get(p->head, "attachments"));
	char *files = n > 0 ? g_strdup_printf("%s %zu ", c->signs->attachment, n) : g_strdup("");
	ui_fill(c, y, a.x, a.cols, STYLE_BAR, false);
	const struct piece pieces[] = {
	    {STYLE_BAR_DIM, number},
	    {STYLE_BAR, sign},
	    {m->is_unread ? STYLE_BAR_STRONG : STYLE_BAR,
		*m->from_name != '\0' ? m->from_name : m->from_address},
	};
	char *right = g_strdup_printf("%s%s ", files, date);
	int tail = (int)strlen(right);
	int used = ui_pieces(c, y, a.x, MAX(a.cols - tail - 1, a.cols / 2), false, pieces, G_N_ELEMENTS(pieces));
	if (used + tail < a.cols)
		ui_right(c, y, a.x + used, a.cols - used, STYLE_BAR_DIM, false, right);
	g_free(right);
	g_free(files);
	g_free(domain);
	g_free(sign);
	g_free(number);
	g_free(date);
}

/* The rows of a message from `offset` on, into the area. How many there were. */
static int
draw_part(struct thread_scroll *s, guint i, int offset, struct area a)
{
	struct pager *p = thread_scroll_part(s, i);
	int y = 0;
	pager_fit(p, s->cols, s->rows);
	if (offset == 0 && y < a.rows) {
		draw_bar(s, a.y + y++, a, i);
		offset = 1;
	}
	int text = (int)MAX(lines_count(p->lines), 1u);
	int rows = CLAMP(text - (offset - 1), 0, a.rows - y);
	struct area body = {a.y + y, a.x + 1, rows, a.cols - 2};
	if (rows > 0)
		pager_draw_text(p, body, (guint)(offset - 1));
	y += rows;
	/* who sees the beginning of a letter reads it */
	if (rows > 0 && offset == 1 && thread_message(s->thread, i)->is_unread && lines_count(p->lines) > 0)
		mail_mark_read(s->app, s->thread, i);
	return MIN(y + 1, a.rows);
}

static void
draw(struct app *app, struct view *v, struct area a)
{
	struct thread_scroll *s = cast(v);
	if (thread_count(s->thread) == 0) {
		const char *text = thread_error(s->thread);
		if (text == NULL)
			text = thread_is_loaded(s->thread) ? "This thread has no message any more." : "One moment";
		(void)ui_say(&app->canvas, a, 1, STYLE_DIM, text);
		return;
	}
	if (s->is_at_end)
		show_end(s);
	settle(s);
	thread_scroll_seek(s);
	int frame = pager_draw_short(current(s), a);
	s->rows = MAX(a.rows - frame, 0);
	s->cols = MAX(a.cols - 2, 1);
	int y = 0, offset = s->offset;
	for (guint i = s->first; i < s->parts->len && y < s->rows; i++) {
		struct area rest = {a.y + frame + y, a.x, s->rows - y, a.cols};
		y += draw_part(s, i, offset, rest);
		offset = 0;
	}
}

static char *
title(struct app *app, struct view *v)
{
	const struct thread_scroll *s = cast(v);
	const struct message *m = thread_message(s->thread, s->first);
	guint n = thread_count(s->thread);
	return g_strdup_printf("%s %s %u message%s", m != NULL && m->subject != NULL ? m->subject : "Thread",
	    app->canvas.signs->dot, n, n == 1 ? "" : "s");
}

static char *
position(struct app *app, struct view *v)
{
	const struct thread_scroll *s = cast(v);
	(void)app;
	return thread_count(s->thread) > 0 ? g_strdup_printf("%u of %u", s->first + 1, s->parts->len) : NULL;
}

static void
scroll(struct app *app, struct view *v, int by)
{
	(void)app;
	(void)move_by(cast(v), by);
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
	struct thread_scroll *s = cast(v);
	(void)app;
	thread_forget(s->thread, s);
	for (guint i = 0; i < s->parts->len; i++)
		free_part(s->parts->pdata[i]);
	g_ptr_array_free(s->parts, TRUE);
	thread_unref(s->thread);
	g_free(s->needle);
	g_free(s);
}

static bool
is_coming(struct app *app, struct view *v)
{
	(void)app;
	return thread_is_coming(cast(v)->thread);
}

static const struct view_class scroll_class = {
    .set = &pager_actions,
    .draw = draw,
    .title = title,
    .position = position,
    .rows_changed = rows_changed,
    .scroll = scroll,
    .is_coming = is_coming,
    .free = free_view,
};

struct pager *
thread_scroll_current_of(const struct view *v)
{
	return v != NULL && v->class == &scroll_class ? current((const struct thread_scroll *)v) : NULL;
}

struct pager *
thread_scroll_current(const struct app *app)
{
	return thread_scroll_current_of(app_top(app));
}

void
thread_scroll_open(struct app *app, struct thread *t, guint index)
{
	struct thread_scroll *s = g_new0(struct thread_scroll, 1);
	s->base.class = &scroll_class;
	s->app = app;
	s->thread = thread_ref(t);
	/* before those of the messages: it may add and drop them while all are told */
	thread_listen(t, on_thread, s);
	s->parts = g_ptr_array_new();
	g_ptr_array_add(s->parts, pager_part(app, t, 0, s));
	s->wanted = index;
	s->hit_row = -1;
	app_push(app, &s->base);
	if (thread_is_loaded(t))
		on_thread(t, s);
}
