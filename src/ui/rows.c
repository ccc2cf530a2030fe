/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.c - the rows of a list.
 *
 * Rows of a place are numbers into the mapped index, found by one scan that goes only as far as the
 * screen needs and finishes in idle time. Rows of a search are copies, as they stream in. The user's deeds
 * lie over both (rows_effects.c), and orders other than by date are made beside (rows_sort.c). */
#include "ui/rows_private.h"

#include "base/later.h"
#include "base/query.h"
#include "ui/found.h"
#include "ui/mailbox.h"
#include "ui/members.h"

#include <string.h>

/* Rows looked at in one idle turn: under two milliseconds. */
#define SCAN_STEP 10000
#define TRIM_ROWS 10000 /* looked at before their pages are given back */

struct rows *
rows_new(struct app *app, void (*changed)(void *user), void *user)
{
	struct rows *r = g_new0(struct rows, 1);
	r->app = app;
	r->changed = changed;
	r->user = user;
	r->effects = rows_effects_new();
	r->left = g_ptr_array_new_with_free_func((GDestroyNotify)place_free);
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
	if (r->settling != 0)
		g_source_remove(r->settling);
	r->settling = 0;
}

static void
clear(struct rows *r)
{
	stop_idle(r);
	rows_sort_drop(r);
	ask_drop(&r->ask);
	g_array_set_size(r->numbers, 0);
	r->scanned = 0;
	g_clear_pointer(&r->folders, g_free);
	r->n_folders = 0;
	g_ptr_array_set_size(r->found, 0);
	g_clear_pointer(&r->members, members_free);
	g_clear_pointer(&r->query, g_free);
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
	g_ptr_array_unref(r->left);
	g_array_free(r->numbers, TRUE);
	g_ptr_array_unref(r->found);
	place_free(r->place);
	g_free(r->limit);
	g_free(r);
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
	/* what sleeps or is muted is not in the inbox; what nobody answered in time is */
	if (g_strcmp0(r->place->role, "inbox") == 0 && row->tags[0] != '\0') {
		if (row_has_tag(row, LATER_MUTED) || later_sleeps(row->tags, r->now))
			return false;
		if (r->place->kind == PLACE_ROLE && row_has_tag(row, LATER_NO_REPLY))
			return true;
	}
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
		/* a thread's name is not touched, and not read from the disk, for nothing */
		if (row_index_get(index, number, &row) && belongs(r, &row) &&
		    (g_hash_table_size(r->effects) == 0 || !rows_is_gone(r, &row)))
			g_array_append_val(r->numbers, number);
		if (r->scanned % TRIM_ROWS == 0)
			row_index_trim(index);
	}
}

static bool
is_scanned(const struct rows *r)
{
	const struct row_index *index = mailbox_index(r->app->mailbox);
	return index == NULL || r->scanned >= row_index_n_rows(index);
}

static gboolean
on_idle_scan(struct rows *r)
{
	if (!is_scanned(r)) {
		scan(r, G_MAXUINT, SCAN_STEP);
		if (is_scanned(r))
			app_redraw(r->app);
		if (is_scanned(r))
			row_index_trim(mailbox_index(r->app->mailbox));
		return G_SOURCE_CONTINUE;
	}
	if ((r->sorting != NULL || rows_sort_begin(r)) && !rows_sort_step(r))
		return G_SOURCE_CONTINUE;
	r->idle = 0;
	r->changed(r->user);
	return G_SOURCE_REMOVE;
}

void
rows_extend(struct rows *r, guint want)
{
	if (r->is_search || r->place == NULL || is_scanned(r))
		return;
	scan(r, want, G_MAXUINT32);
	rows_work_later(r);
}

/* A place of a few thousand rows is put in order at once, so that nothing jumps. */
static void
sort_now_if_small(struct rows *r)
{
	const struct row_index *index = mailbox_index(r->app->mailbox);
	if ((r->order == ROWS_BY_DATE && !r->is_reversed) || index == NULL ||
	    row_index_n_rows(index) > SCAN_STEP)
		return;
	scan(r, G_MAXUINT, G_MAXUINT32);
	if (rows_sort_begin(r))
		while (!rows_sort_step(r))
			;
}

void
rows_rescan(struct rows *r, guint want)
{
	stop_idle(r);
	rows_sort_drop(r);
	g_array_set_size(r->numbers, 0);
	r->scanned = 0;
	r->now = g_get_real_time() / G_USEC_PER_SEC;
	g_clear_pointer(&r->folders, g_free);
	learn_folders(r);
	sort_now_if_small(r);
	rows_extend(r, want);
}

/* a search */

static void
on_found(const struct reply *reply, void *user)
{
	struct rows *r = user;
	if (reply->kind == REPLY_EVENT) {
		const struct row row = {.thread = jsonl_string(reply->obj, "thread")};
		if (row.thread == NULL || rows_is_gone(r, &row) ||
		    (r->members != NULL && !members_has(r->members, row.thread)))
			return;
		g_ptr_array_add(r->found, found_from_json(reply->obj));
	} else {
		ask_end(&r->ask);
		if (reply->kind == REPLY_FAILED)
			r->error = g_strdup(reply->error->message);
		else
			rows_sort_found(r);
	}
	r->changed(r->user);
}

/* The threads of the place, for a limit on it: some more of them. True when all are there. */
static bool
gather(struct rows *r)
{
	const struct row_index *index = mailbox_index(r->app->mailbox);
	guint32 n = index != NULL ? row_index_n_rows(index) : 0, end = MIN(n, r->gathered + SCAN_STEP);
	for (; r->gathered < end; r->gathered++) {
		struct row row;
		if (row_index_get(index, r->gathered, &row) && belongs(r, &row))
			members_add(r->members, row.thread);
	}
	return r->gathered >= n;
}

/* What was done just now is to be found: the store that searches does not wait for the one that writes. */
#define SETTLE_MS 20
#define SETTLE_MAX 250 /* times; then it is asked all the same */

static void
ask_search(struct rows *r);

static gboolean
on_settled(gpointer user)
{
	struct rows *r = user;
	if (r->app->n_writes > 0 && ++r->n_waits < SETTLE_MAX)
		return G_SOURCE_CONTINUE;
	r->n_waits = SETTLE_MAX;
	r->settling = 0;
	ask_search(r);
	return G_SOURCE_REMOVE;
}

static void
ask_search(struct rows *r)
{
	if (r->app->n_writes > 0 && r->n_waits < SETTLE_MAX) {
		if (r->settling == 0)
			r->settling = g_timeout_add(SETTLE_MS, on_settled, r);
		return;
	}
	json_t *obj = json_pack("{s:s, s:o, s:s}", "op", "search", "query", jsonl_text(r->query, -1),
	    "sort", "newest");
	g_clear_pointer(&r->query, g_free);
	ask_reader(r->app, &r->ask, obj, on_found, r);
}

/* Then the store is asked, now or from idle time. */
static void
begin_gathering(struct rows *r)
{
	const struct row_index *index = mailbox_index(r->app->mailbox);
	members_free(r->members);
	r->members = members_new(index != NULL ? row_index_n_rows(index) : 0);
	r->gathered = 0;
	g_free(r->folders);
	learn_folders(r);
	if (gather(r))
		ask_search(r);
	else
		rows_work_later(r);
}

static gboolean
on_idle(gpointer user)
{
	struct rows *r = user;
	if (!r->is_search)
		return on_idle_scan(r);
	if (r->query != NULL && !gather(r))
		return G_SOURCE_CONTINUE;
	r->idle = 0;
	if (r->query != NULL)
		ask_search(r);
	return G_SOURCE_REMOVE;
}

void
rows_work_later(struct rows *r)
{
	if (r->idle == 0)
		r->idle = g_idle_add_full(G_PRIORITY_LOW, on_idle, r, NULL);
}

static void
start_search(struct rows *r)
{
	char *query = NULL;
	r->is_search = true;
	r->n_waits = 0;
	if (r->place->kind == PLACE_SEARCH && r->limit != NULL)
		query = query_and(r->place->query, r->limit);
	else
		query = g_strdup(r->limit != NULL ? r->limit : r->place->query);
	r->query = query;
	if (place_is_folders(r->place))
		begin_gathering(r);
	else
		ask_search(r);
}

/* what is shown */

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
	rows_effects_settle(r);
	if (place->kind == PLACE_SEARCH || limit != NULL)
		start_search(r);
	else
		rows_rescan(r, 0);
}

void
rows_index_changed(struct rows *r)
{
	r->n_indexes++;
	/* rows of a search are as old as the search: what was done since stays laid over them */
	if (r->is_search && r->query != NULL && r->settling == 0)
		begin_gathering(r);
	if (r->is_search || r->place == NULL)
		return;
	rows_effects_settle(r);
	rows_rescan(r, MIN(r->numbers->len, MAX_AT_ONCE));
}

guint
rows_count(const struct rows *r, bool *is_complete_out)
{
	*is_complete_out = r->is_search ? !rows_is_busy(r) : is_scanned(r);
	return r->is_search ? r->found->len : r->numbers->len;
}

bool
rows_is_busy(const struct rows *r)
{
	return ask_is_open(&r->ask) || r->query != NULL;
}

bool
rows_stop(struct rows *r)
{
	bool was_busy = rows_is_busy(r);
	ask_drop(&r->ask);
	if (r->settling != 0)
		g_source_remove(r->settling);
	r->settling = 0;
	g_clear_pointer(&r->query, g_free);
	if (was_busy)
		r->changed(r->user);
	return was_busy;
}

const char *
rows_error(const struct rows *r)
{
	return r->error;
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
	rows_apply_effects(r, out);
	return true;
}

int
rows_find(struct rows *r, const char *thread)
{
	const struct row_index *index = mailbox_index(r->app->mailbox);
	for (guint i = 0; r->is_search && i < r->found->len; i++)
		if (g_str_equal(((const struct found *)r->found->pdata[i])->row.thread, thread))
			return (int)i;
	for (guint i = 0; !r->is_search && index != NULL && i < r->numbers->len; i++)
		if (g_str_equal(row_index_thread(index, g_array_index(r->numbers, guint32, i)), thread))
			return (int)i;
	return -1;
}

void
rows_trim(const struct rows *r)
{
	const struct row_index *index = mailbox_index(r->app->mailbox);
	if (index != NULL && row_index_n_rows(index) > TRIM_ROWS)
		row_index_trim(index);
}

/* in what order */

void
rows_set_order(struct rows *r, enum rows_order order, bool is_reversed)
{
	r->order = order;
	r->is_reversed = is_reversed;
	if (r->is_search) {
		rows_sort_found(r);
		r->changed(r->user);
	} else if (r->place != NULL) {
		rows_rescan(r, MIN(r->numbers->len, MAX_AT_ONCE));
		rows_work_later(r);
	}
}

enum rows_order
rows_order(const struct rows *r, bool *is_reversed_out)
{
	*is_reversed_out = r->is_reversed;
	return r->order;
}
