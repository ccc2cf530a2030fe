/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations of penfold-store that only read: they may be cut short between rows. */
#include "programs/store_ops.h"

#include "store/address_book.h"
#include "store/complete.h"
#include "store/message.h"
#include "store/search.h"

#include <string.h>

#define COMPLETE_MAX 50
#define CORRESPONDENTS_MAX 5000

static void
tell_row(const struct thread_row *row, void *user)
{
	helper_event(user, "row", message_row_json(row));
}

void
store_op_search(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	const json_t *args = helper_args(r);
	const char *query = jsonl_string(args, "query");
	gint64 limit = jsonl_int(args, "limit", 0), offset = jsonl_int(args, "offset", 0);
	struct search search = { .query = query != NULL ? query : "*",
		.limit = (guint)CLAMP(limit, 0, G_MAXINT32),
		.offset = (guint)CLAMP(offset, 0, G_MAXINT32),
		.is_oldest_first = g_strcmp0(jsonl_string(args, "sort"), "oldest") == 0,
		.on_row = tell_row,
		.is_cancelled = store_is_cancelled,
		.user = r };
	struct search_result result;
	GError *error = NULL;

	if (!search_run(p->index, &search, &result, &error)) {
		helper_fail(r, error);
		return;
	}
	helper_done(r, json_pack("{s:i, s:o}", "rows", (int)result.rows, "total",
	    result.total >= 0 ? json_integer(result.total) : json_null()));
}

void
store_op_count(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	const char *query = jsonl_string(helper_args(r), "query");
	bool wants_threads = jsonl_bool(helper_args(r), "threads", false);
	guint messages = 0, threads = 0;
	GError *error = NULL;
	json_t *done;

	if (!search_count(p->index, query != NULL ? query : "*", &messages,
		wants_threads ? &threads : NULL, &error)) {
		helper_fail(r, error);
		return;
	}
	done = json_pack("{s:i}", "messages", (int)messages);
	if (wants_threads)
		json_object_set_new(done, "threads", json_integer(threads));
	helper_done(r, done);
}

static void
tell_message(json_t *obj, void *user)
{
	helper_event(user, "message", obj);
}

void
store_op_thread(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	const char *thread = store_string(r, "thread", &error);

	if (thread != NULL && message_thread(p->index, thread, jsonl_string(helper_args(r), "query"),
				  tell_message, r, &error))
		helper_done(r, NULL);
	else
		helper_fail(r, error);
}

void
store_op_message(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	const char *id = jsonl_string(helper_args(r), "message_id");
	const char *path = jsonl_string(helper_args(r), "path");
	GError *error = NULL;
	json_t *found = NULL;

	if (id != NULL || path != NULL)
		found = message_find(p->index, id, path, &error);
	else
		g_set_error(&error, PF_ERROR, PF_ERROR_USAGE,
		    "this request needs \"message_id\" or \"path\"");
	if (found != NULL)
		helper_done(r, found);
	else
		helper_fail(r, error);
}

void
store_op_people(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	const json_t *words = json_object_get(helper_args(r), "words"), *word;
	json_t *people = json_object();
	size_t i;

	json_array_foreach(words, i, word) {
		const char *key = json_string_value(word);
		char *found = key != NULL ? address_book_people(p->rc, key) : NULL;

		if (found != NULL)
			json_object_set_new(people, key, jsonl_text(found, -1));
		g_free(found);
	}
	helper_done(r, json_pack("{s:o}", "people", people));
}

void
store_op_complete(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	const char *what = jsonl_string(helper_args(r), "what");
	const char *prefix = jsonl_string(helper_args(r), "prefix");
	GError *error = NULL;
	GPtrArray *found = NULL;
	json_t *items;

	prefix = prefix != NULL ? prefix : "";
	if (g_strcmp0(what, "address") == 0)
		found = complete_address(p->index, prefix, COMPLETE_MAX, &error);
	else if (g_strcmp0(what, "correspondents") == 0)
		found = complete_correspondents(p->index, CORRESPONDENTS_MAX, &error);
	else if (g_strcmp0(what, "tag") == 0)
		found = complete_tag(p->index, prefix, &error);
	else if (g_strcmp0(what, "query") == 0)
		found = complete_query(p->index, prefix, &error);
	else
		g_set_error(&error, PF_ERROR, PF_ERROR_USAGE,
		    "\"what\" must be address, correspondents, tag or query");
	if (found == NULL) {
		helper_fail(r, error);
		return;
	}
	items = json_array();
	for (guint i = 0; i < found->len; i++)
		json_array_append_new(items, jsonl_text(g_ptr_array_index(found, i), -1));
	g_ptr_array_unref(found);
	helper_done(r, json_pack("{s:o}", "items", items));
}
