/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sidebar.c - the places at the left, with their unread counts. */
#include "ui/sidebar.h"

#include "ui/drafts_view.h"
#include "ui/format.h"
#include "ui/list_view.h"
#include "ui/mailbox.h"
#include "ui/outbox.h"
#include "ui/outbox_view.h"
#include "ui/tabs.h"

#include <string.h>

#define MIN_SCREEN_COLS 70

struct sidebar {
	bool is_wanted;
	struct place *current;
	GPtrArray *shown; /* the places as drawn last, one a row; borrowed strings */
	int first_row;	  /* screen row of the first of them */
	int cols;	  /* drawn last, 0 when hidden */
	int scrolled;
};

struct sidebar *
sidebar_new(struct app *app)
{
	struct sidebar *s = g_new0(struct sidebar, 1);
	s->is_wanted = rc_bool(app->rc, "ui", NULL, "sidebar");
	s->current = place_role("inbox");
	return s;
}

void
sidebar_free(struct sidebar *s)
{
	if (s == NULL)
		return;
	place_free(s->current);
	if (s->shown != NULL)
		g_ptr_array_unref(s->shown);
	g_free(s);
}

void
sidebar_toggle(struct app *app)
{
	app->sidebar->is_wanted = !app->sidebar->is_wanted;
	if (app->sidebar->is_wanted && term_cols() < MIN_SCREEN_COLS)
		app_say(app, "the sidebar needs %d columns", MIN_SCREEN_COLS);
	app_redraw(app);
}

const struct place *
sidebar_current(const struct app *app)
{
	return app->sidebar->current;
}

/* The number at the right of a place: what waits for the user there. */
static guint64
waiting(struct app *app, const struct place *p)
{
	guint64 unread, total;
	switch (p->kind) {
	case PLACE_DRAFTS:
		return outbox_n_drafts(app);
	case PLACE_OUTBOX:
		return outbox_n_waiting(app);
	case PLACE_SEARCH:
	case PLACE_ALL:
		return 0;
	case PLACE_ROLE:
	case PLACE_FOLDER:
	case PLACE_TREE:
		break;
	}
	if (g_strcmp0(p->role, "sent") == 0 || g_strcmp0(p->role, "trash") == 0)
		return 0;
	/* a folded branch says what waits in all that it hides */
	if (p->kind == PLACE_FOLDER && p->is_branch && mailbox_is_folded(app->mailbox, p)) {
		struct place *tree = place_tree(p->account, p->folder);
		mailbox_counts(app->mailbox, tree, &unread, &total);
		place_free(tree);
	} else {
		mailbox_counts(app->mailbox, p, &unread, &total);
	}
	return unread;
}

/* An account's inbox stands under the common one by the account's name alone, a folder under its branch
 * by the last part of its own. */
static const char *
label(const struct place *p)
{
	if (p->kind == PLACE_FOLDER && g_str_equal(p->role, "inbox"))
		return p->account;
	const char *slash = p->folder != NULL && p->depth > 0 ? strrchr(p->folder, '/') : NULL;
	if (slash != NULL)
		return slash + 1;
	return p->folder != NULL && *p->folder != '\0' ? p->folder : p->name;
}

/* Drafts and outbox are views of their own, wherever they were opened from. */
static bool
is_shown(struct app *app, const struct place *p)
{
	enum place_kind kind = app_top(app)->class->place;
	const struct list_view *l = list_view_of(app);
	if (kind != PLACE_ROLE)
		return p->kind == kind;
	/* a search that is not kept stands in no place of these */
	bool is_search = l != NULL && list_view_place(l)->kind == PLACE_SEARCH;
	return place_equal(p, is_search ? list_view_place(l) : app->sidebar->current);
}

static void
draw_place(struct app *app, const struct place *p, int y, int cols)
{
	const struct canvas *c = &app->canvas;
	bool is_current = is_shown(app, p);
	guint64 n = waiting(app, p);
	/* thousands in short where there is no room for the name and every digit */
	char *count = n == 0 ? g_strdup("") : n > 999 && cols < 16 ? format_size(n) : format_count(n);
	int count_cols = (int)strlen(count);
	const char *name = label(p);
	enum style style = n > 0 && p->kind != PLACE_DRAFTS ? STYLE_STRONG : STYLE_NORMAL;
	if (style == STYLE_NORMAL && !is_current)
		style = STYLE_DIM;
	ui_fill(c, y, 0, cols, style, is_current);
	int x = 1 + MIN(p->depth, cols / 4);
	if (p->is_branch)
		ui_text(c, y, x - 1, 1, STYLE_FAINT, is_current,
		    mailbox_is_folded(app->mailbox, p) ? c->signs->folded : c->signs->unfolded);
	if (p->kind == PLACE_SEARCH) {
		ui_text(c, y, x, 2, STYLE_DIM, is_current, "~ ");
		x += 2;
	}
	ui_text(c, y, x, cols - x - count_cols - 2, style, is_current, name);
	ui_text(c, y, cols - count_cols - 1, count_cols, STYLE_DIM, is_current, count);
	g_free(count);
}

static int
width(void)
{
	int cols = term_cols();
	if (cols < MIN_SCREEN_COLS)
		return 0;
	return cols >= 160 ? 26 : cols >= 110 ? 20 : 13;
}

/* Scroll so that the current place is in sight. */
static void
scroll(struct sidebar *s, int rows)
{
	int at = 0;
	for (guint i = 0; i < s->shown->len; i++)
		if (place_equal(s->shown->pdata[i], s->current))
			at = (int)i;
	if (at < s->scrolled)
		s->scrolled = at;
	if (at >= s->scrolled + rows)
		s->scrolled = at - rows + 1;
	s->scrolled = CLAMP(s->scrolled, 0, MAX((int)s->shown->len - rows, 0));
}

void
sidebar_draw(struct app *app, struct area *area)
{
	struct sidebar *s = app->sidebar;
	s->cols = s->is_wanted && !app->canvas.is_linear ? width() : 0;
	if (s->cols == 0)
		return;
	if (s->shown != NULL)
		g_ptr_array_unref(s->shown);
	s->shown = mailbox_places(app);
	s->first_row = area->y;
	scroll(s, area->rows);
	for (int row = 0; row < area->rows; row++) {
		int i = row + s->scrolled;
		if (i < (int)s->shown->len)
			draw_place(app, s->shown->pdata[i], area->y + row, s->cols - 1);
		ui_text(&app->canvas, area->y + row, s->cols - 1, 1, STYLE_FAINT, false,
		    app->canvas.signs->vertical);
	}
	area->x += s->cols;
	area->cols -= s->cols;
}

void
sidebar_fold(struct app *app, const struct place *p)
{
	GPtrArray *places = mailbox_places(app);
	const struct place *branch = NULL;
	/* the place itself, or the branch that it hangs on */
	for (guint i = 0; i < places->len; i++) {
		const struct place *q = places->pdata[i];
		if (place_equal(q, p)) {
			if (q->is_branch)
				branch = q;
			break;
		}
		if (q->is_branch)
			branch = q;
		else if (q->depth == 0)
			branch = NULL;
	}
	if (branch == NULL) {
		app_say(app, "this folder has no others below it");
	} else {
		struct place *copy = place_copy(branch);
		mailbox_fold(app->mailbox, copy, !mailbox_is_folded(app->mailbox, copy));
		if (mailbox_is_folded(app->mailbox, copy) && !place_equal(copy, p) &&
		    place_equal(p, app->sidebar->current))
			sidebar_go(app, copy);
		place_free(copy);
	}
	g_ptr_array_unref(places);
	app_redraw(app);
}

void
sidebar_fold_all(struct app *app)
{
	GPtrArray *places = mailbox_places(app);
	bool has_open = false;
	for (guint i = 0; i < places->len; i++) {
		const struct place *p = places->pdata[i];
		has_open = has_open || (p->is_branch && !mailbox_is_folded(app->mailbox, p));
	}
	/* what is below an inner branch keeps its own state */
	mailbox_fold_branches(app->mailbox, places, has_open);
	g_ptr_array_unref(places);
	app_redraw(app);
}

bool
sidebar_click(struct app *app, int y, int x)
{
	struct sidebar *s = app->sidebar;
	if (x >= s->cols || s->shown == NULL)
		return false;
	int i = y - s->first_row + s->scrolled;
	if (y >= s->first_row && i >= 0 && i < (int)s->shown->len) {
		struct place *p = place_copy(s->shown->pdata[i]);
		if (p->is_branch && x <= MIN(p->depth, s->cols / 4))
			sidebar_fold(app, p);
		else
			sidebar_go(app, p);
		place_free(p);
	}
	return true;
}

struct place *
sidebar_neighbour(struct app *app, int step)
{
	GPtrArray *places = mailbox_places(app);
	int at = -1, n = (int)places->len;
	for (int i = 0; i < n; i++)
		if (place_equal(places->pdata[i], app->sidebar->current))
			at = i;
	if (at < 0)
		at = step > 0 ? -1 : n;
	struct place *p = place_copy(places->pdata[CLAMP(at + step, 0, n - 1)]);
	g_ptr_array_unref(places);
	return p;
}

void
sidebar_set_current(struct app *app, const struct place *p)
{
	struct place *copy = place_copy(p);
	place_free(app->sidebar->current);
	app->sidebar->current = copy;
}

void
sidebar_go(struct app *app, const struct place *p)
{
	/* what lies on the list goes; the list stays below the drafts and the outbox */
	struct place *copy = place_copy(p);
	tabs_show_mail(app);
	while (app->views->len > 1)
		app_pop(app);
	sidebar_set_current(app, copy);
	if (copy->kind == PLACE_DRAFTS)
		drafts_view_open(app);
	else if (copy->kind == PLACE_OUTBOX)
		outbox_view_open(app);
	else
		list_view_go(app, copy);
	place_free(copy);
	app_redraw(app);
}
