/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The messages of one thread, in reading order. */
#include "store/message.h"

#include "base/jsonl.h"
#include "base/query.h"
#include "store/index_each.h"
#include "store/linkage.h"
#include "store/thread_walk.h"

#include <string.h>

#define DEPTH_MAX 1000 /* of replies to replies; deeper ones are shown at this depth */

struct threading {
	struct index *ix;
	const char *thread, *query;
	const char *linked_as; /* the thread that is shown for it */
	GPtrArray *out;	       /* json_t */
};

static void
add_message(struct threading *t, notmuch_message_t *message, const char *parent, unsigned depth, bool is_match)
{
	json_t *obj = message_json(t->ix, message);

	json_object_set_new(obj, "parent", jsonl_text(parent, -1));
	json_object_set_new(obj, "depth", json_integer(MIN(depth, DEPTH_MAX)));
	json_object_set_new(obj, "matched", json_boolean(is_match));
	g_ptr_array_add(t->out, obj);
}

static void
add_walked(notmuch_message_t *message, const char *parent, unsigned depth, void *user)
{
	notmuch_bool_t is_match = false;

	(void)notmuch_message_get_flag_st(message, NOTMUCH_MESSAGE_FLAG_MATCH, &is_match);
	add_message(user, message, parent, depth, is_match);
}

static notmuch_status_t
read_natural(struct threading *t, notmuch_database_t *db)
{
	char *whole = g_strdup_printf("thread:%s", t->thread), *text = query_and(whole, t->query);
	notmuch_query_t *query = notmuch_query_create(db, text);
	notmuch_threads_t *threads = NULL;
	notmuch_status_t status;

	notmuch_query_set_sort(query, NOTMUCH_SORT_OLDEST_FIRST);
	notmuch_query_set_omit_excluded(query, NOTMUCH_EXCLUDE_FALSE);
	status = notmuch_query_search_threads(query, &threads);
	if (status == NOTMUCH_STATUS_SUCCESS && notmuch_threads_valid(threads)) {
		notmuch_thread_t *thread = notmuch_threads_get(threads);

		thread_walk(thread, add_walked, t);
		notmuch_thread_destroy(thread);
	}
	notmuch_query_destroy(query);
	g_free(whole);
	g_free(text);
	return status;
}

static void
note_id(notmuch_message_t *message, void *ids)
{
	g_hash_table_add(ids, g_strdup(notmuch_message_get_message_id(message)));
}

/* Those of the members that the query finds; NULL: it was not asked. */
static notmuch_status_t
find_matching(struct threading *t, notmuch_database_t *db, const struct linkage *links, GHashTable **out)
{
	GString *term = g_string_new(NULL);
	notmuch_status_t status;
	char *text, *meant;

	(void)linkage_append_term(links, t->linked_as, term);
	text = query_and(term->str, t->query);
	meant = linkage_query(links, text);
	*out = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	status = index_each(db, meant, NOTMUCH_SORT_UNSORTED, note_id, *out);
	g_free(text);
	g_free(meant);
	g_string_free(term, TRUE);
	return status;
}

static notmuch_status_t
read_linked(struct threading *t, notmuch_database_t *db, const struct linkage *links, GPtrArray *members)
{
	GHashTable *matching = NULL;
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;

	t->linked_as = ((struct linked *)g_ptr_array_index(members, 0))->thread;
	if (t->query != NULL)
		status = find_matching(t, db, links, &matching);
	/* as notmuch_query_search_threads(): no thread where nothing matches */
	if (matching != NULL && g_hash_table_size(matching) == 0)
		members = NULL;
	for (guint i = 0; members != NULL && i < members->len && status == NOTMUCH_STATUS_SUCCESS; i++) {
		const struct linked *m = g_ptr_array_index(members, i);
		notmuch_message_t *message = NULL;

		status = index_find(db, m->id, &message);
		if (message == NULL)
			continue;
		add_message(t, message, m->parent, m->depth,
		    matching == NULL || g_hash_table_contains(matching, m->id));
		json_object_set_new(g_ptr_array_index(t->out, t->out->len - 1), "thread",
		    jsonl_text(m->thread, -1));
		notmuch_message_destroy(message);
	}
	g_clear_pointer(&matching, g_hash_table_unref);
	return status;
}

static notmuch_status_t
read_thread(notmuch_database_t *db, void *user)
{
	struct threading *t = user;
	const struct linkage *links = NULL;
	notmuch_status_t status = linkage_read(t->ix, db, &links);
	GPtrArray *members = linkage_members(links, t->thread);

	g_ptr_array_set_size(t->out, 0);
	if (status == NOTMUCH_STATUS_SUCCESS)
		status = members != NULL ? read_linked(t, db, links, members) : read_natural(t, db);
	return status;
}

static void
free_json(gpointer obj)
{
	json_decref(obj);
}

bool
message_thread(struct index *ix, const char *thread, const char *query,
    void (*on_message)(json_t *obj, void *user), void *user, GError **error)
{
	struct threading t = { ix, thread, query, NULL, g_ptr_array_new_with_free_func(free_json) };
	bool ok = thread[0] != '\0' && strspn(thread, "0123456789abcdef") == strlen(thread);

	if (ok && !index_read(ix, read_thread, &t, error)) {
		g_ptr_array_unref(t.out);
		return false;
	}
	ok = ok && t.out->len > 0;
	if (!ok)
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "%s: no such thread", thread);
	for (guint i = 0; ok && i < t.out->len; i++)
		on_message(json_incref(g_ptr_array_index(t.out, i)), user);
	g_ptr_array_unref(t.out);
	return ok;
}
