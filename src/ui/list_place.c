/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_place.c - what the rc says of the place that a list shows: [folder "pattern"], its order and columns. */
#include "ui/list_row.h"
#include "ui/list_view_private.h"

/* The setting of the last [folder] that fits and has it; NULL for none. Borrowed. */
static const char *
setting_of(const struct rc *rc, const struct place *p, const char *key)
{
	const char *const *patterns = rc_names(rc, "folder");
	char *name = p->kind == PLACE_FOLDER ? g_strdup_printf("%s/%s", p->account, p->folder) : g_strdup(p->name);
	const char *value = NULL;
	for (; *patterns != NULL && name != NULL; patterns++)
		if (g_pattern_match_simple(*patterns, name) && rc_is_set(rc, "folder", *patterns, key))
			value = rc_string(rc, "folder", *patterns, key);
	g_free(name);
	return value;
}

/* An order of the place's own holds there alone: elsewhere it is as the user left it. */
static void
fit_order(struct list_view *l)
{
	const char *own = setting_of(l->app->rc, l->place, "sort");
	bool is_reversed, had_own = l->has_own_order;
	enum rows_order now = rows_order(l->rows, &is_reversed);
	if (own == NULL && !had_own)
		return;
	if (own != NULL && !had_own) {
		l->usual_order = now;
		l->is_usual_reversed = is_reversed;
	}
	l->has_own_order = own != NULL;
	rows_set_order(l->rows, own != NULL ? rows_order_find(own) : l->usual_order, own == NULL && l->is_usual_reversed);
}

static void
fit_columns(struct list_view *l)
{
	const char *own = setting_of(l->app->rc, l->place, "columns");
	if (own == l->own_columns && l->has_columns)
		return;
	list_columns_free(l->columns);
	l->columns = list_columns_new(l->app->rc, own, l->app->complaints);
	l->own_columns = own;
	l->has_columns = true;
}

void
list_view_fit_place(struct list_view *l)
{
	fit_order(l);
	fit_columns(l);
}
