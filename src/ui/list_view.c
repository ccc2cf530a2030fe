/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_view.c - the list of threads. */
#include "ui/list_view_private.h"

#include "ui/ahead.h"
#include "ui/format.h"
#include "ui/list_effects.h"
#include "ui/list_preview.h"
#include "ui/list_row.h"
#include "ui/list_sweep.h"
#include "ui/mailbox.h"
#include "ui/sidebar.h"
#include "ui/tabs.h"
#include "ui/typeahead.h"

#include <string.h>

static struct list_view *
cast(struct view *v)
{
	return (struct list_view *)v;
}

struct list_view *
list_view_cast(struct view *v)
{
	return v->class == &list_view_class ? cast(v) : NULL;
}

struct list_view *
list_view_of(const struct app *app)
{
	struct view *v = tabs_list(app);
	return v != NULL ? cast(v) : NULL;
}

struct rows *
list_view_rows(const struct list_view *l)
{
	return l->rows;
}

const struct place *
list_view_place(const struct list_view *l)
{
	return l->place;
}

const char *
list_view_query(const struct list_view *l)
{
	return l->query;
}

int
list_view_index(const struct list_view *l)
{
	return l->selected;
}

struct list_preview *
list_view_preview(const struct list_view *l)
{
	return l->preview;
}

static guint
count(const struct list_view *l)
{
	bool is_complete;
	return rows_count(l->rows, &is_complete);
}

bool
list_view_selected(struct list_view *l, struct row *out)
{
	return l->selected >= 0 && rows_get(l->rows, (guint)l->selected, out);
}

static void
set_anchor(struct list_view *l)
{
	struct row row;
	g_clear_pointer(&l->anchor, g_free);
	if (list_view_selected(l, &row))
		l->anchor = g_strdup(row.thread);
}

void
list_view_select(struct app *app, struct list_view *l, int i)
{
	i = MAX(i, 0);
	rows_extend(l->rows, (guint)i + 1);
	int n = (int)count(l);
	l->selected = CLAMP(i, 0, MAX(n - 1, 0));
	set_anchor(l);
	app_redraw(app);
}

static bool
has_awaited(const struct app *app)
{
	const struct list_view *l = list_view_of(app);
	return !rows_is_busy(l->rows) || l->awaited < (int)count(l);
}

bool
list_view_awaits(struct app *app, struct list_view *l, int i)
{
	l->awaited = i;
	return !has_awaited(app) && typeahead_again(app, has_awaited);
}

void
list_view_page(struct app *app, struct list_view *l, double pages)
{
	int lines = (int)(pages * (double)MAX(l->base.area.rows - 1, 1));
	if (list_view_awaits(app, l, l->selected + lines))
		return;
	l->top = MAX(l->top + lines, 0);
	list_view_select(app, l, l->selected + lines);
}

int
list_view_search(struct list_view *l, int step, bool from_here,
    bool (*test)(const struct row *row, void *user), void *user)
{
	rows_extend(l->rows, G_MAXUINT);
	int n = (int)count(l), found = -1;
	for (int k = from_here ? 0 : 1; k <= n && n > 0; k++) {
		int i = ((l->selected + step * k) % n + n) % n;
		struct row row;
		if (rows_get(l->rows, (guint)i, &row) && test(&row, user)) {
			found = i;
			break;
		}
	}
	rows_trim(l->rows);
	return found;
}

void
list_view_remember(struct list_view *l, const char *text)
{
	char *copy = g_strdup(text);
	g_free(l->needle);
	l->needle = copy;
}

const char *
list_view_remembered(const struct list_view *l)
{
	return l->needle;
}

/* places */

/* Rows came or went: the thread that was selected stays so; if it is gone, its neighbour is. */
static void
keep_selection(struct list_view *l)
{
	int n = (int)count(l);
	struct row row;
	/* for each row that a search streams: not one look at all of them */
	if (l->anchor != NULL && l->selected < n && list_view_selected(l, &row) && g_str_equal(row.thread, l->anchor))
		return;
	/* a search that runs anew may still bring it */
	if (l->anchor != NULL && rows_is_busy(l->rows) && rows_find(l->rows, l->anchor) < 0)
		return;
	if (l->anchor != NULL) {
		int i = rows_find(l->rows, l->anchor);
		/* new mail pushes the rest down, and the rows stay where the eye has them; but where the first of all is in
		 * sight, what comes before it is seen to come in */
		if (i >= 0 && l->selected > 0) {
			if (l->top > 0)
				l->top = MAX(l->top + i - l->selected, 0);
			l->selected = i;
		}
	}
	l->selected = CLAMP(l->selected, 0, MAX(n - 1, 0));
	set_anchor(l);
}

static void
on_rows_changed(void *user)
{
	struct list_view *l = user;
	keep_selection(l);
	app_redraw(l->app);
}

static void
rows_changed(struct app *app, struct view *v)
{
	struct list_view *l = cast(v);
	(void)app;
	rows_index_changed(l->rows);
	rows_extend(l->rows, (guint)l->selected + 100);
	list_sweep_rows_changed(l);
	keep_selection(l);
	list_preview_renew(app, l->preview);
}

static void
show(struct list_view *l)
{
	(void)list_sweep_stop(l);
	(void)list_view_stop_marking(l);
	list_view_fit_place(l);
	rows_set(l->rows, l->place, l->query);
	l->selected = l->top = 0;
	list_view_clear_marks(l);
	g_clear_pointer(&l->anchor, g_free);
	app_redraw(l->app);
}

void
list_view_go(struct app *app, const struct place *p)
{
	struct list_view *l = list_view_of(app);
	struct place *copy = place_copy(p);
	place_free(l->place);
	l->place = copy;
	g_clear_pointer(&l->query, g_free);
	show(l);
}

void
list_view_limit(struct app *app, const char *query)
{
	struct list_view *l = list_view_of(app);
	char *copy = g_strdup(query);
	g_free(l->query);
	l->query = copy;
	show(l);
}

void
list_view_show(struct app *app, const struct place *p, const char *query)
{
	struct list_view *l = list_view_of(app);
	struct place *copy = place_copy(p);
	char *limit = g_strdup(query);
	place_free(l->place);
	g_free(l->query);
	l->place = copy;
	l->query = limit;
	show(l);
}

void
list_view_keep(struct list_view *l)
{
	/* who is at the very top looks at what is first */
	int i = l->anchor != NULL && l->selected > 0 ? rows_find(l->rows, l->anchor) : -1;
	if (i >= 0)
		l->selected = i;
	set_anchor(l);
}

/* picture */

static void
scroll_into_sight(struct list_view *l, int rows)
{
	int n = (int)count(l);
	l->selected = CLAMP(l->selected, 0, MAX(n - 1, 0));
	if (l->selected < l->top)
		l->top = l->selected;
	if (l->selected >= l->top + rows)
		l->top = l->selected - rows + 1;
	l->top = CLAMP(l->top, 0, MAX(n - rows, 0));
}

static const char *
hidden_tag(const struct list_view *l)
{
	const struct place *p = l->place;
	if (p->kind == PLACE_SEARCH)
		return g_str_has_prefix(p->query, "tag:") ? p->query + strlen("tag:") : NULL;
	return p->role;
}

/* The account of the first folder that the thread lies in, for a column that not everybody has. */
static const char *
account_of(const struct list_view *l, const struct row *row)
{
	const struct row_index *index = mailbox_index(l->app->mailbox);
	struct row_folder f;
	if (l->columns == NULL || row->n_folders == 0 || index == NULL ||
	    !row_index_folder(index, row->folders[0].folder, &f))
		return "";
	return f.account;
}

static void
draw_rows(struct list_view *l, struct area a)
{
	struct canvas *c = &l->app->canvas;
	struct list_row_opts o = {
	    .now = g_get_real_time() / G_USEC_PER_SEC,
	    .is_sent = g_strcmp0(l->place->role, "sent") == 0,
	    .hidden_tag = hidden_tag(l),
	    .columns = l->columns,
	};
	for (int i = 0; i < a.rows; i++) {
		struct row row;
		if (!rows_get(l->rows, (guint)(l->top + i), &row))
			break;
		o.is_selected = l->top + i == l->selected;
		o.is_marked = list_view_is_marked(l, row.thread);
		o.account = account_of(l, &row);
		(c->is_linear ? list_row_draw_words : list_row_draw)(c, a.y + i, a.x, a.cols, &row, &o);
		if (o.is_selected)
			ui_here(c, a.y + i, a.x);
	}
}

static void
draw(struct app *app, struct view *v, struct area a)
{
	struct list_view *l = cast(v);
	struct area rest = list_preview_split(l->preview, &a);
	l->base.area = a;
	rows_extend(l->rows, (guint)(l->top + a.rows + 1));
	scroll_into_sight(l, a.rows);
	if (count(l) == 0)
		list_view_draw_empty(l, a);
	else
		draw_rows(l, a);
	struct row row;
	bool has_row = list_view_selected(l, &row);
	list_preview_draw(app, l->preview, has_row ? &row : NULL, rest);
	if (has_row)
		ahead_want(app, row.thread);
}

static char *
title(struct app *app, struct view *v)
{
	const struct list_view *l = cast(v);
	const char *dot = app->canvas.signs->dot;
	const struct rc_account *const *accounts = rc_accounts(app->rc);
	if (l->query != NULL)
		return g_strdup_printf("%s %s %s", l->place->name, dot, l->query);
	if (l->place->kind == PLACE_SEARCH && !g_str_equal(l->place->name, l->place->query))
		return g_strdup_printf("%s %s %s", l->place->name, dot, l->place->query);
	if (l->place->kind == PLACE_SEARCH)
		return g_strdup_printf("search %s %s", dot, l->place->query);
	if (l->place->kind == PLACE_ROLE && accounts[0] != NULL)
		return accounts[1] != NULL
		    ? g_strdup_printf("%s %s all accounts", l->place->name, dot)
		    : g_strdup_printf("%s %s %s", l->place->name, dot, accounts[0]->name);
	return g_strdup(l->place->name);
}

static char *
position(struct app *app, struct view *v)
{
	const struct list_view *l = cast(v);
	bool is_complete;
	guint n = rows_count(l->rows, &is_complete);
	guint marked = g_hash_table_size(l->marks);
	(void)app;
	if (n == 0)
		return NULL;
	char *at = format_count((guint64)l->selected + 1);
	char *of = format_count(n);
	char *marks = marked > 0 ? g_strdup_printf("%u marked  ", marked) : g_strdup("");
	char *text = g_strdup_printf("%s%s of %s%s", marks, at, of, is_complete ? "" : "+");
	g_free(at);
	g_free(of);
	g_free(marks);
	return text;
}

static void
returned(struct app *app, struct view *v)
{
	struct list_view *l = cast(v);
	sidebar_set_current(app, l->place);
	set_anchor(l);
}

static void
scroll(struct app *app, struct view *v, int lines)
{
	struct list_view *l = cast(v);
	list_view_select(app, l, l->selected + lines);
}

static void
click(struct app *app, struct view *v, int y, int x, bool twice)
{
	struct list_view *l = cast(v);
	int i = l->top + (y - l->base.area.y);
	bool was_selected = i == l->selected;
	if (i >= (int)count(l) || y >= l->base.area.y + l->base.area.rows ||
	    x >= l->base.area.x + l->base.area.cols)
		return;
	list_view_select(app, l, i);
	if (twice || was_selected)
		app_run(app, "open");
}

static void
free_view(struct app *app, struct view *v)
{
	struct list_view *l = cast(v);
	(void)list_sweep_stop(l);
	(void)list_view_stop_marking(l);
	list_preview_free(app, l->preview);
	list_columns_free(l->columns);
	rows_free(l->rows);
	place_free(l->place);
	g_hash_table_unref(l->marks);
	g_free(l->query);
	g_free(l->anchor);
	g_free(l->needle);
	g_free(l);
}

/* Has nothing been found yet of what was asked for? */
static bool
is_coming(struct app *app, struct view *v)
{
	const struct list_view *l = cast(v);
	(void)app;
	return list_sweep_keeps_keys(l) || (count(l) == 0 && rows_is_busy(l->rows));
}

const struct view_class list_view_class = {
    .set = &list_actions,
    .has_sidebar = true,
    .draw = draw,
    .title = title,
    .position = position,
    .returned = returned,
    .rows_changed = rows_changed,
    .scroll = scroll,
    .click = click,
    .is_coming = is_coming,
    .free = free_view,
};

struct view *
list_view_new(struct app *app)
{
	struct list_view *l = g_new0(struct list_view, 1);
	l->base.class = &list_view_class;
	l->app = app;
	l->place = place_role("inbox");
	l->preview = list_preview_new(app);
	l->rows = rows_new(app, on_rows_changed, l);
	list_effects_adopt(app, l->rows);
	l->marks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	rows_set_order(l->rows, rows_order_find(rc_string(app->rc, "ui", NULL, "sort")), false);
	list_view_fit_place(l);
	rows_set(l->rows, l->place, NULL);
	return &l->base;
}
