/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thread_view_draw.c - the picture of a thread: a row a message, with the tree before it. */
#include "ui/thread_view_private.h"

#include "base/safe_text.h"
#include "ui/ahead.h"
#include "ui/format.h"
#include "ui/verdict.h"

#include <string.h>

#define MAX_DEPTH_COLS 24
#define SIZE_FROM_COLS 100 /* of the window: in a narrower one the subject has its room */

/* How a row is laid out. */
struct layout {
	int who;   /* columns of the sender, where something stands beside it */
	int right; /* columns of attachment sign, size and date */
};

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
	int cols = t->base.area.cols < NARROW_COLS ? t->base.area.cols / 8 : MAX_DEPTH_COLS;
	int first = MAX(depth - cols / 2, 1);
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

/* What stands beside the sender: how many are folded below it, or a subject that is not the one above. Owned, "" for
 * nothing; the first one's subject stands in the title. */
static char *
beside(const struct thread_view *t, guint i)
{
	const struct message *m = thread_message(t->thread, i);
	const struct message *before = i > 0 ? thread_message(t->thread, i - 1) : NULL;
	guint hidden = n_hidden(t, i);
	if (hidden > 0)
		return g_strdup_printf("%s %u more", t->app->canvas.signs->folded, hidden);
	bool is_new = before != NULL && m->subject != NULL &&
	    !g_str_equal(bare_subject(m->subject), bare_subject(before->subject));
	return g_strdup(is_new ? m->subject : "");
}

/* Columns that tree, name and domain of a row take. */
static int
who_wanted(const struct thread_view *t, guint i)
{
	const struct message *m = thread_message(t->thread, i);
	char *tree = branches(t, i), *name = safe_line(*m->from_name != '\0' ? m->from_name : m->from_address);
	int cols = safe_text_columns(tree) + safe_text_columns(name);
	if (verdict_is_pass(m->verdict) && *m->domain != '\0')
		cols += 1 + safe_text_columns(m->domain);
	g_free(name);
	g_free(tree);
	return cols;
}

/* The senders have what they need, up to half of the window; the subjects begin in one column. */
static struct layout
lay_out(const struct thread_view *t, struct area a)
{
	struct layout l = {.who = 10, .right = a.cols < SIZE_FROM_COLS ? 10 : 16};
	int n = (int)t->shown->len, most = MAX(a.cols / 2 - 6, 10);
	for (int i = 0; i < a.rows && t->pick.top + i < n && l.who < most; i++) {
		guint at = g_array_index(t->shown, guint, t->pick.top + i);
		char *text = beside(t, at);
		if (*text != '\0')
			l.who = CLAMP(who_wanted(t, at), l.who, most);
		g_free(text);
	}
	return l;
}

static void
draw_marks(const struct thread_view *t, int y, int x, const struct message *m, bool is_selected)
{
	const struct canvas *c = &t->app->canvas;
	if (m->id != NULL && g_hash_table_contains(t->marked, m->id))
		ui_text(c, y, x, 1, STYLE_MARKED, is_selected, c->signs->marked);
	if (m->is_unread)
		ui_text(c, y, x + 1, 1, STYLE_UNREAD_MARK, is_selected, c->signs->unread);
	else if (m->is_replied)
		ui_text(c, y, x + 1, 1, STYLE_DIM, is_selected, c->signs->replied);
	enum row_verdict shown = message_shown_verdict(m);
	ui_text(c, y, x + 3, 1, verdict_style(shown), is_selected, verdict_sign(c, shown));
	if (m->is_flagged)
		ui_text(c, y, x + 4, 1, STYLE_FLAG, is_selected, c->signs->flag);
}

static void
draw_message(const struct thread_view *t, int y, struct area a, struct layout l, guint i, bool is_selected)
{
	const struct canvas *c = &t->app->canvas;
	const struct message *m = thread_message(t->thread, i);
	char *date = format_date_short(m->date, g_get_real_time() / G_USEC_PER_SEC);
	char *size = format_size((guint64)MAX(m->size, 0)), *text = beside(t, i);
	/* where nothing stands beside the name it has all the room */
	int x = a.x + 6, who = *text == '\0' ? MAX(a.cols - 6 - l.right, 10) : l.who;

	ui_fill(c, y, a.x, a.cols, STYLE_NORMAL, is_selected);
	draw_marks(t, y, a.x, m, is_selected);
	draw_who(t, y, x, who, i, is_selected);
	x += who + 2;
	ui_text(c, y, x, MAX(a.x + a.cols - x - l.right, 0), n_hidden(t, i) > 0 ? STYLE_DIM : STYLE_NORMAL, is_selected,
	    text);
	if (m->has_attachment)
		ui_text(c, y, a.x + a.cols - l.right + 1, 1, STYLE_DIM, is_selected, c->signs->attachment);
	if (a.cols >= SIZE_FROM_COLS)
		ui_right(c, y, a.x + a.cols - 14, 6, STYLE_DIM, is_selected, size);
	ui_right(c, y, a.x + a.cols - 7, 6, STYLE_DIM, is_selected, date);
	g_free(text);
	g_free(size);
	g_free(date);
}

void
thread_view_draw(struct app *app, struct view *v, struct area a)
{
	struct thread_view *t = (struct thread_view *)v;
	int n = (int)t->shown->len;
	if (n == 0) {
		const char *text = thread_error(t->thread);
		if (text == NULL)
			text = thread_is_loaded(t->thread) ? "This thread has no message any more."
							   : "One moment";
		(void)ui_say(&app->canvas, a, 1, STYLE_DIM, text);
		return;
	}
	pick_fit(&t->pick, n, a.rows);
	struct layout l = lay_out(t, a);
	for (int i = 0; i < a.rows && t->pick.top + i < n; i++)
		draw_message(t, a.y + i, a, l, g_array_index(t->shown, guint, t->pick.top + i),
		    t->pick.top + i == t->pick.selected);
	ui_here(&app->canvas, a.y + t->pick.selected - t->pick.top, a.x);
	thread_view_note_chosen(t);
	ahead_want_message(app, thread_message(t->thread, thread_view_at(t)));
}
