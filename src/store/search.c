/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libnotmuch sorts every match before it gives the first. With a limit the search is therefore
 * tried in windows of date, newest first, until one holds enough threads. */
#include "store/search.h"

#include "base/query.h"
#include "store/index_each.h"
#include "store/linkage.h"

#include <string.h>

#define CHUNK 50 /* rows made at a time */

struct hit {
	char *thread, *id;
};

struct searching {
	struct index *ix;
	const struct linkage *links;
	const struct search *search;
	struct search_result result;
	GHashTable *sent; /* threads whose rows went out: a repeated try skips them */
	bool is_cancelled;
};

static void
free_hit(gpointer item)
{
	struct hit *hit = item;

	g_free(hit->thread);
	g_free(hit->id);
	g_free(hit);
}

static notmuch_query_t *
make_query(struct searching *s, notmuch_database_t *db, const char *text)
{
	char *meant = linkage_query(s->links, text);
	notmuch_query_t *query = notmuch_query_create(db, meant);
	const char *const *tags = index_exclude_tags(s->ix);

	notmuch_query_set_sort(query, s->search->is_oldest_first ? NOTMUCH_SORT_OLDEST_FIRST
								 : NOTMUCH_SORT_NEWEST_FIRST);
	for (size_t i = 0; tags[i] != NULL; i++)
		(void)notmuch_query_add_tag_exclude(query, tags[i]); /* ignored when named */
	g_free(meant);
	return query;
}

static bool
is_stopped(struct searching *s)
{
	s->is_cancelled = s->is_cancelled ||
	    (s->search->is_cancelled != NULL && s->search->is_cancelled(s->search->user));
	return s->is_cancelled;
}

/* Rows for these hits, in their order. */
static notmuch_status_t
send_rows(struct searching *s, notmuch_database_t *db, GPtrArray *hits)
{
	struct thread_rows *rows = thread_rows_new(s->ix);
	GPtrArray *threads = g_ptr_array_new();
	notmuch_status_t status;

	for (guint i = 0; i < hits->len; i++) {
		const struct hit *hit = g_ptr_array_index(hits, i);

		thread_rows_set_head(rows, hit->thread, hit->id);
		g_ptr_array_add(threads, hit->thread);
	}
	status = thread_rows_add_threads(rows, db, (const char *const *)threads->pdata, threads->len);
	for (guint i = 0; i < hits->len && status == NOTMUCH_STATUS_SUCCESS && !is_stopped(s); i++) {
		const struct hit *hit = g_ptr_array_index(hits, i);
		struct thread_row row;

		if (g_hash_table_contains(s->sent, hit->thread) ||
		    !thread_rows_get(rows, hit->thread, &row))
			continue;
		s->search->on_row(&row, s->search->user);
		thread_row_clear(&row);
		g_hash_table_add(s->sent, g_strdup(hit->thread));
		s->result.rows++;
	}
	g_ptr_array_unref(threads);
	thread_rows_free(rows);
	return status;
}

/* A walk over matching messages: the first of each thread is a hit. */
struct walk {
	GHashTable *seen;
	GPtrArray *hits; /* not sent yet, beyond the offset */
	guint need;	 /* distinct threads wanted, 0: all */
	bool is_streaming;
};

static notmuch_status_t
take_message(struct searching *s, notmuch_database_t *db, struct walk *w, notmuch_message_t *message)
{
	const char *thread = linkage_thread(s->links, message);
	const char *id = notmuch_message_get_message_id(message);
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;
	struct hit *hit;

	if (thread == NULL || id == NULL)
		return NOTMUCH_STATUS_XAPIAN_EXCEPTION;
	if (!g_hash_table_add(w->seen, g_strdup(thread)) ||
	    g_hash_table_size(w->seen) <= s->search->offset)
		return status;
	hit = g_new0(struct hit, 1);
	hit->thread = g_strdup(thread);
	hit->id = g_strdup(id);
	g_ptr_array_add(w->hits, hit);
	if (w->is_streaming && w->hits->len >= CHUNK) {
		status = send_rows(s, db, w->hits);
		g_ptr_array_set_size(w->hits, 0);
	}
	return status;
}

static notmuch_status_t
walk_messages(struct searching *s, notmuch_database_t *db, const char *text, struct walk *w)
{
	notmuch_query_t *query = make_query(s, db, text);
	notmuch_messages_t *messages = NULL;
	notmuch_status_t status = notmuch_query_search_messages(query, &messages);

	for (; status == NOTMUCH_STATUS_SUCCESS && notmuch_messages_valid(messages) &&
	     (w->need == 0 || g_hash_table_size(w->seen) < w->need) && !is_stopped(s);
	     notmuch_messages_move_to_next(messages)) {
		notmuch_message_t *message = notmuch_messages_get(messages);

		status = take_message(s, db, w, message);
		notmuch_message_destroy(message);
	}
	notmuch_query_destroy(query);
	return status;
}

/* One try: everything (days 0), or the last days only. *enough_out: nothing more is needed. */
static notmuch_status_t
try_window(struct searching *s, notmuch_database_t *db, int days, bool *enough_out)
{
	const char *query = s->search->query;
	gint64 since = g_get_real_time() / G_USEC_PER_SEC - (gint64)days * 86400;
	struct walk w = { g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		g_ptr_array_new_with_free_func(free_hit), 0, days == 0 && s->search->limit == 0 };
	notmuch_status_t status;
	char *text;

	if (s->search->limit > 0)
		w.need = s->search->offset + s->search->limit;
	if (days == 0)
		text = g_strdup(query_is_everything(query) ? "*" : query);
	else if (query_is_everything(query))
		text = g_strdup_printf("date:@%" G_GINT64_FORMAT "..", since);
	else
		text = g_strdup_printf("(%s) and date:@%" G_GINT64_FORMAT "..", query, since);
	status = walk_messages(s, db, text, &w);
	*enough_out = days == 0 || g_hash_table_size(w.seen) >= w.need;
	if (status == NOTMUCH_STATUS_SUCCESS && *enough_out && !is_stopped(s))
		status = send_rows(s, db, w.hits);
	if (days == 0 && (w.need == 0 || g_hash_table_size(w.seen) < w.need))
		s->result.total = g_hash_table_size(w.seen);
	g_hash_table_unref(w.seen);
	g_ptr_array_unref(w.hits);
	g_free(text);
	return status;
}

static notmuch_status_t
run(notmuch_database_t *db, void *user)
{
	static const int windows[] = { 30, 365, 0 };
	struct searching *s = user;
	bool has_windows = s->search->limit > 0 && !s->search->is_oldest_first;
	notmuch_status_t status = linkage_read(s->ix, db, &s->links);
	bool enough = false;

	for (size_t i = has_windows ? 0 : 2; i < G_N_ELEMENTS(windows) && !enough && !is_stopped(s) &&
	     status == NOTMUCH_STATUS_SUCCESS;
	     i++)
		status = try_window(s, db, windows[i], &enough);
	return status;
}

bool
search_run(struct index *ix, const struct search *search, struct search_result *out, GError **error)
{
	struct searching s = { .ix = ix,
		.search = search,
		.result = { 0, -1 },
		.sent = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };
	bool ok = index_read(ix, run, &s, error);

	if (ok && s.is_cancelled) {
		g_set_error(error, PF_ERROR, PF_ERROR_CANCELLED, "cancelled");
		ok = false;
	}
	g_hash_table_unref(s.sent);
	*out = s.result;
	return ok;
}

struct counting {
	struct index *ix;
	const char *query;
	guint messages, threads;
	bool wants_threads;
};

/* As they are shown; notmuch counts its own. */
static notmuch_status_t
count_linked(struct searching *s, notmuch_query_t *query, guint *n_out)
{
	GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	notmuch_messages_t *messages = NULL;
	notmuch_status_t status = notmuch_query_search_messages(query, &messages);

	for (; status == NOTMUCH_STATUS_SUCCESS && notmuch_messages_valid(messages);
	     notmuch_messages_move_to_next(messages)) {
		notmuch_message_t *message = index_each_get(messages, &status);

		if (message == NULL)
			break;
		g_hash_table_add(seen, g_strdup(linkage_thread(s->links, message)));
		notmuch_message_destroy(message);
	}
	*n_out = g_hash_table_size(seen);
	g_hash_table_unref(seen);
	return status;
}

static notmuch_status_t
count(notmuch_database_t *db, void *user)
{
	struct counting *c = user;
	struct search search = { .query = c->query };
	struct searching s = { .ix = c->ix, .search = &search };
	notmuch_status_t status = linkage_read(c->ix, db, &s.links);
	notmuch_query_t *query;

	if (status != NOTMUCH_STATUS_SUCCESS)
		return status;
	query = make_query(&s, db, query_is_everything(c->query) ? "*" : c->query);
	status = notmuch_query_count_messages(query, &c->messages);
	if (status == NOTMUCH_STATUS_SUCCESS && c->wants_threads)
		status = s.links != NULL ? count_linked(&s, query, &c->threads)
					 : notmuch_query_count_threads(query, &c->threads);
	notmuch_query_destroy(query);
	return status;
}

bool
search_count(struct index *ix, const char *query, guint *messages_out, guint *threads_out,
    GError **error)
{
	struct counting c = { ix, query, 0, 0, threads_out != NULL };

	if (!index_read(ix, count, &c, error))
		return false;
	*messages_out = c.messages;
	if (threads_out != NULL)
		*threads_out = c.threads;
	return true;
}
