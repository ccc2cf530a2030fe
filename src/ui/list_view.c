/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_view.c - the list of threads. */
#include "ui/list_view.h"

#include "ui/format.h"
#include "ui/list_row.h"
#include "ui/mailbox.h"
#include "ui/sidebar.h"

#include <string.h>

struct list_view {
	struct view base;
	struct app *app;
	struct place *place;
	char *query; /* the limit, NULL for none */
	struct rows *rows;
	GHashTable *marks; /* thread */

	char *needle;	   /* what / looked for */

	int selected, top;
	char *anchor; /* the selected thread: it stays selected when rows come and go */
};

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
	return cast(app_find(app, &list_view_class));
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

void
list_view_page(struct app *app, struct list_view *l, double pages)
{
	int lines = (int)(pages * (double)MAX(l->base.area.rows - 1, 1));
	l->top = MAX(l->top + lines, 0);
	list_view_select(app, l, l->selected + lines);
}

int
list_view_search(struct list_view *l, int step, bool from_here,
    bool (*test)(const struct row *row, void *user), void *user)
{
	rows_extend(l->rows, G_MAXUINT);
	int n = (int)count(l);
	for (int k = from_here ? 0 : 1; k <= n && n > 0; k++) {
		int i = ((l->selected + step * k) % n + n) % n;
		struct row row;
		if (rows_get(l->rows, (guint)i, &row) && test(&row, user))
			return i;
	}
	return -1;
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

/* marks */

void
list_view_toggle_mark(struct list_view *l, const char *thread)
{
	if (!g_hash_table_remove(l->marks, thread))
		g_hash_table_add(l->marks, g_strdup(thread));
}

void
list_view_clear_marks(struct list_view *l)
{
	g_hash_table_remove_all(l->marks);
}

bool
list_view_is_marked(const struct list_view *l, const char *thread)
{
	return g_hash_table_contains(l->marks, thread);
}

GPtrArray *
list_view_marked(const struct list_view *l)
{
	GPtrArray *threads = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	gpointer key;
	g_hash_table_iter_init(&iter, l->marks);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		g_ptr_array_add(threads, g_strdup(key));
	return threads;
}

/* places */

/* Rows came or went: the thread that was selected stays so; if it is gone, its neighbour is. */
static void
keep_selection(struct list_view *l)
{
	int n = (int)count(l);
	struct row row;
	/* a search that runs anew may still bring it */
	if (l->anchor != NULL && rows_is_busy(l->rows) && rows_find(l->rows, l->anchor) < 0)
		return;
	if (l->anchor != NULL &&
	    !(list_view_selected(l, &row) && g_str_equal(row.thread, l->anchor))) {
		int i = rows_find(l->rows, l->anchor);
		/* new mail pushes the rest down; at the very top the user sees it come in */
		if (i >= 0 && l->selected > 0) {
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
	keep_selection(l);
}

static void
show(struct list_view *l)
{
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
	int i = l->anchor != NULL ? rows_find(l->rows, l->anchor) : -1;
	if (i >= 0)
		l->selected = i;
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

/* What an empty list says. */
static void
empty_text(struct list_view *l, const char **what_out, char **hint_out)
{
	*hint_out = NULL;
	if (rc_accounts(l->app->rc)[0] == NULL) {
		*what_out = "No account yet.";
		*hint_out = g_strdup_printf("Write one into %s:\n\n"
					    "[account \"home\"]\n"
					    "address          = Your Name <you@example.org>\n"
					    "password-command = pass mail/home\n"
					    "imap             = imaps://imap.example.org\n"
					    "smtp             = submission://smtp.example.org\n\n"
					    "and start Penfold again. Without imap and smtp the\n"
					    "account is local: its mail comes by penfold deliver.",
		    rc_path(l->app->rc));
	} else if (rows_is_busy(l->rows)) {
		*what_out = "Searching";
	} else if (rows_error(l->rows) != NULL) {
		*what_out = "The search failed.";
		*hint_out = g_strdup(rows_error(l->rows));
	} else if (l->query != NULL || l->place->kind == PLACE_SEARCH) {
		*what_out = "Nothing matches.";
		*hint_out = g_strdup(l->query != NULL ? l->query : l->place->query);
	} else if (mailbox_index(l->app->mailbox) == NULL) {
		*what_out = "The list is being made";
	} else if (client_is_syncing(l->app->client)) {
		*what_out = "No mail here yet; it is being fetched.";
	} else {
		*what_out = "No mail here.";
	}
}

static void
draw_empty(struct list_view *l, struct area a)
{
	const char *what;
	char *hint;
	empty_text(l, &what, &hint);
	int y = a.y + a.rows / 4;
	ui_text(&l->app->canvas, y, a.x + 3, a.cols - 4, STYLE_STRONG, false, what);
	char **lines = g_strsplit(hint != NULL ? hint : "", "\n", -1);
	for (int i = 0; lines[i] != NULL && y + 2 + i < a.y + a.rows; i++)
		ui_text(&l->app->canvas, y + 2 + i, a.x + 3, a.cols - 4, STYLE_DIM, false,
		    lines[i]);
	g_strfreev(lines);
	g_free(hint);
}

static const char *
hidden_tag(const struct list_view *l)
{
	const struct place *p = l->place;
	if (p->kind == PLACE_SEARCH)
		return g_str_has_prefix(p->query, "tag:") ? p->query + strlen("tag:") : NULL;
	return p->role;
}

static void
draw(struct app *app, struct view *v, struct area a)
{
	struct list_view *l = cast(v);
	rows_extend(l->rows, (guint)(l->top + a.rows + 1));
	scroll_into_sight(l, a.rows);
	if (count(l) == 0) {
		draw_empty(l, a);
		return;
	}
	struct list_row_opts o = {
	    .now = g_get_real_time() / G_USEC_PER_SEC,
	    .is_sent = g_strcmp0(l->place->role, "sent") == 0,
	    .hidden_tag = hidden_tag(l),
	};
	for (int i = 0; i < a.rows; i++) {
		struct row row;
		if (!rows_get(l->rows, (guint)(l->top + i), &row))
			break;
		o.is_selected = l->top + i == l->selected;
		o.is_marked = list_view_is_marked(l, row.thread);
		list_row_draw(&app->canvas, a.y + i, a.x, a.cols, &row, &o);
	}
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
	(void)x;
	if (i >= (int)count(l))
		return;
	list_view_select(app, l, i);
	if (twice || was_selected)
		app_run(app, "open");
}

static void
free_view(struct app *app, struct view *v)
{
	struct list_view *l = cast(v);
	(void)app;
	rows_free(l->rows);
	place_free(l->place);
	g_hash_table_unref(l->marks);
	g_free(l->query);
	g_free(l->anchor);
	g_free(l->needle);
	g_free(l);
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
    .free = free_view,
};

struct view *
list_view_new(struct app *app)
{
	struct list_view *l = g_new0(struct list_view, 1);
	l->base.class = &list_view_class;
	l->app = app;
	l->place = place_role("inbox");
	l->rows = rows_new(app, on_rows_changed, l);
	l->marks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (int i = 0; rows_order_name((enum rows_order)i) != NULL; i++)
		if (g_str_equal(rows_order_name((enum rows_order)i), rc_string(app->rc, "ui", NULL, "sort")))
			rows_set_order(l->rows, (enum rows_order)i, false);
	rows_set(l->rows, l->place, NULL);
	return &l->base;
}
