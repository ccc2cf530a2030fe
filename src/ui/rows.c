/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.c - the rows of a list.
 *
 * Rows of a place are numbers into the mapped index, found by one scan that goes only as far as the
 * screen needs and finishes in idle time. Rows of a search are copies, as they stream in. */
#include "ui/rows.h"

#include "ui/ask.h"
#include "ui/found.h"
#include "ui/mailbox.h"

#include <string.h>

/* Rows looked at in one idle turn: under two milliseconds. */
#define SCAN_STEP 10000

/* What the user did to a thread. */
struct effects {
	unsigned bits;
	unsigned n_open; /* requests that are not confirmed */
};

struct rows {
	struct app *app;
	void (*changed)(void *user);
	void *user;

	struct place *place;
	char *limit;
	GHashTable *effects; /* thread -> struct effects */

	/* of the index */
	GArray *numbers; /* guint32: row numbers in the index */
	guint32 scanned; /* rows of the index looked at */
	bool *folders;	 /* by folder number: does it belong to the place? */
	guint32 n_folders;
	guint idle;

	/* of a search */
	bool is_search;
	GPtrArray *found;
	GHashTable *members; /* threads of the place that a limit is laid on; NULL for all */
	struct ask ask;
	char *error;
};

struct rows *
rows_new(struct app *app, void (*changed)(void *user), void *user)
{
	struct rows *r = g_new0(struct rows, 1);
	r->app = app;
	r->changed = changed;
	r->user = user;
	r->effects = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	r->numbers = g_array_new(FALSE, FALSE, sizeof(guint32));
	r->found = g_ptr_array_new_with_free_func(found_free);
	return r;
}

static void
stop_idle(struct rows *r)
{
	if (r->idle != 0)
		g_source_remove(r->idle);
	r->idle = 0;
}

static void
clear(struct rows *r)
{
	stop_idle(r);
	ask_drop(&r->ask);
	g_array_set_size(r->numbers, 0);
	r->scanned = 0;
	g_clear_pointer(&r->folders, g_free);
	r->n_folders = 0;
	g_ptr_array_set_size(r->found, 0);
	g_clear_pointer(&r->members, g_hash_table_unref);
	g_clear_pointer(&r->error, g_free);
	r->is_search = false;
}

void
rows_free(struct rows *r)
{
	if (r == NULL)
		return;
	clear(r);
	g_hash_table_unref(r->effects);
	g_array_free(r->numbers, TRUE);
	g_ptr_array_unref(r->found);
	place_free(r->place);
	g_free(r->limit);
	g_free(r);
}

static bool
is_gone(const struct rows *r, const char *thread)
{
	const struct effects *e = g_hash_table_lookup(r->effects, thread);
	return e != NULL && (e->bits & ROWS_GONE) != 0;
}

/* the index */

static void
learn_folders(struct rows *r)
{
	const struct row_index *index = mailbox_index(r->app->mailbox);
	r->n_folders = index != NULL ? row_index_n_folders(index) : 0;
	r->folders = g_new0(bool, r->n_folders + 1);
	for (guint32 i = 0; i < r->n_folders; i++) {
		struct row_folder f;
		r->folders[i] = row_index_folder(index, i, &f) && place_has_folder(r->place, &f);
	}
}

static bool
belongs(const struct rows *r, const struct row *row)
{
	if (r->place->kind == PLACE_ALL)
		return true;
	for (guint32 i = 0; i < row->n_folders; i++) {
		guint32 folder = row->folders[i].folder;
		if (folder < r->n_folders && r->folders[folder])
			return true;
	}
	return false;
}

/* Look at up to `budget` further rows of the index, until `want` are known. */
static void
scan(struct rows *r, guint want, guint32 budget)
{
	const struct row_index *index = mailbox_index(r->app->mailbox);
	guint32 n = index != NULL ? row_index_n_rows(index) : 0;
	while (r->scanned < n && r->numbers->len < want && budget-- > 0) {
		struct row row;
		guint32 number = r->scanned++;
		if (row_index_get(index, number, &row) && belongs(r, &row) &&
		    !is_gone(r, row.thread))
			g_array_append_val(r->numbers, number);
	}
}

static bool
is_scanned(const struct rows *r)
{
	const struct row_index *index = mailbox_index(r->app->mailbox);
	return index == NULL || r->scanned >= row_index_n_rows(index);
}

static gboolean
on_idle(gpointer user)
{
	struct rows *r = user;
	scan(r, G_MAXUINT, SCAN_STEP);
	if (!is_scanned(r))
		return G_SOURCE_CONTINUE;
	r->idle = 0;
	app_redraw(r->app);
	return G_SOURCE_REMOVE;
}

void
rows_extend(struct rows *r, guint want)
{
	if (r->is_search || r->place == NULL)
		return;
	scan(r, want, G_MAXUINT32);
	if (r->idle == 0 && !is_scanned(r))
		r->idle = g_idle_add_full(G_PRIORITY_LOW, on_idle, r, NULL);
}

static void
rescan(struct rows *r, guint want)
{
	stop_idle(r);
	g_array_set_size(r->numbers, 0);
	r->scanned = 0;
	g_clear_pointer(&r->folders, g_free);
	learn_folders(r);
	rows_extend(r, want);
}

/* a search */

static void
on_found(const struct reply *reply, void *user)
{
	struct rows *r = user;
	if (reply->kind == REPLY_EVENT) {
		const char *thread = jsonl_string(reply->obj, "thread");
		if (thread == NULL || is_gone(r, thread) ||
		    (r->members != NULL && !g_hash_table_contains(r->members, thread)))
			return;
		g_ptr_array_add(r->found, found_from_json(reply->obj));
	} else {
		ask_end(&r->ask);
		if (reply->kind == REPLY_FAILED)
			r->error = g_strdup(reply->error->message);
	}
	r->changed(r->user);
}

/* The threads of the place, for a limit on it. */
static GHashTable *
members_of_place(struct rows *r)
{
	const struct row_index *index = mailbox_index(r->app->mailbox);
	GHashTable *set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	learn_folders(r);
	for (guint32 i = 0; index != NULL && i < row_index_n_rows(index); i++) {
		struct row row;
		if (row_index_get(index, i, &row) && belongs(r, &row))
			g_hash_table_add(set, g_strdup(row.thread));
	}
	return set;
}

static void
start_search(struct rows *r)
{
	char *query = NULL;
	r->is_search = true;
	if (r->place->kind == PLACE_SEARCH && r->limit != NULL)
		query = g_strdup_printf("(%s) and (%s)", r->place->query, r->limit);
	else
		query = g_strdup(r->limit != NULL ? r->limit : r->place->query);
	if (r->place->kind == PLACE_ROLE || r->place->kind == PLACE_FOLDER)
		r->members = members_of_place(r);
	json_t *obj = json_pack("{s:s, s:o, s:s}", "op", "search", "query", jsonl_text(query, -1),
	    "sort", "newest");
	ask_reader(r->app, &r->ask, obj, on_found, r);
	g_free(query);
}

/* what is shown */

static gboolean
is_settled(gpointer thread, gpointer effects, gpointer user)
{
	(void)thread;
	(void)user;
	return ((const struct effects *)effects)->n_open == 0;
}

/* What is gone from one place may be what the next one shows. */
static void
forget_gone(gpointer thread, gpointer effects, gpointer user)
{
	(void)thread;
	(void)user;
	((struct effects *)effects)->bits &= ~(unsigned)ROWS_GONE;
}

void
rows_set(struct rows *r, const struct place *p, const char *limit)
{
	struct place *place = place_copy(p);
	char *copy = g_strdup(limit);
	clear(r);
	place_free(r->place);
	g_free(r->limit);
	r->place = place;
	r->limit = copy;
	g_hash_table_foreach_remove(r->effects, is_settled, NULL);
	g_hash_table_foreach(r->effects, forget_gone, NULL);
	if (place->kind == PLACE_SEARCH || limit != NULL)
		start_search(r);
	else
		rescan(r, 0);
}

void
rows_index_changed(struct rows *r)
{
	/* rows of a search are as old as the search: what was done since stays laid over them */
	if (r->is_search || r->place == NULL)
		return;
	g_hash_table_foreach_remove(r->effects, is_settled, NULL);
	rescan(r, r->numbers->len);
}

guint
rows_count(const struct rows *r, bool *is_complete_out)
{
	*is_complete_out = r->is_search ? !ask_is_open(&r->ask) : is_scanned(r);
	return r->is_search ? r->found->len : r->numbers->len;
}

bool
rows_is_busy(const struct rows *r)
{
	return ask_is_open(&r->ask);
}

const char *
rows_error(const struct rows *r)
{
	return r->error;
}

static void
apply(const struct rows *r, struct row *row)
{
	const struct effects *e = g_hash_table_lookup(r->effects, row->thread);
	if (e == NULL)
		return;
	if (e->bits & ROWS_READ)
		row->flags &= ~(guint32)ROW_UNREAD;
	if (e->bits & ROWS_UNREAD)
		row->flags |= ROW_UNREAD;
	if (e->bits & ROWS_UNFLAG)
		row->flags &= ~(guint32)ROW_FLAGGED;
	if (e->bits & ROWS_FLAG)
		row->flags |= ROW_FLAGGED;
}

bool
rows_get(struct rows *r, guint i, struct row *out)
{
	if (r->is_search) {
		if (i >= r->found->len)
			return false;
		*out = ((const struct found *)r->found->pdata[i])->row;
	} else {
		rows_extend(r, i + 1);
		if (i >= r->numbers->len ||
		    !row_index_get(mailbox_index(r->app->mailbox),
			g_array_index(r->numbers, guint32, i), out))
			return false;
	}
	apply(r, out);
	return true;
}

int
rows_find(struct rows *r, const char *thread)
{
	bool is_complete;
	guint n = rows_count(r, &is_complete);
	for (guint i = 0; i < n; i++) {
		struct row row;
		if (rows_get(r, i, &row) && g_str_equal(row.thread, thread))
			return (int)i;
	}
	return -1;
}

/* what the user did */

static struct effects *
effects_of(struct rows *r, const char *thread)
{
	struct effects *e = g_hash_table_lookup(r->effects, thread);
	if (e == NULL) {
		e = g_new0(struct effects, 1);
		g_hash_table_insert(r->effects, g_strdup(thread), e);
	}
	return e;
}

/* Take the row of a thread that is gone out of what is known. */
static void
drop_row(struct rows *r, const char *thread)
{
	int i = rows_find(r, thread);
	if (i < 0)
		return;
	if (r->is_search)
		g_ptr_array_remove_index(r->found, (guint)i);
	else
		g_array_remove_index(r->numbers, (guint)i);
}

void
rows_lay(struct rows *r, const char *thread, unsigned effects)
{
	static const unsigned opposites[][2] = {
	    {ROWS_READ, ROWS_UNREAD},
	    {ROWS_FLAG, ROWS_UNFLAG},
	};
	char *copy = g_strdup(thread); /* it may be a row's own string */
	struct effects *e = effects_of(r, copy);
	for (size_t i = 0; i < G_N_ELEMENTS(opposites); i++)
		if (effects & (opposites[i][0] | opposites[i][1]))
			e->bits &= ~(opposites[i][0] | opposites[i][1]);
	if (effects & ROWS_GONE)
		drop_row(r, copy);
	e->bits |= effects;
	e->n_open++;
	g_free(copy);
}

void
rows_confirm(struct rows *r, const char *thread)
{
	struct effects *e = g_hash_table_lookup(r->effects, thread);
	if (e != NULL && e->n_open > 0)
		e->n_open--;
}

void
rows_lift(struct rows *r, const char *thread)
{
	struct effects *e = g_hash_table_lookup(r->effects, thread);
	bool was_gone = e != NULL && (e->bits & ROWS_GONE) != 0;
	g_hash_table_remove(r->effects, thread);
	if (!was_gone)
		return;
	if (r->is_search)
		rows_set(r, r->place, r->limit);
	else
		rescan(r, r->numbers->len + 1);
}
