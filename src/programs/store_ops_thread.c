/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations of penfold-store: threads as the user wants them. */
#include "programs/store_ops.h"

#include "store/linkage.h"

/* What the change was, and what takes it back. */
static void
answer(struct helper_request *r, bool ok, GPtrArray *before, GError *error)
{
	json_t *links = json_array();

	for (guint i = 0; i < before->len; i++) {
		const struct state_link *link = g_ptr_array_index(before, i);

		json_array_append_new(links, json_pack("{s:o, s:o}", "id", jsonl_text(link->id, -1), "parent",
						 link->parent != NULL ? jsonl_text(link->parent, -1) : json_null()));
	}
	if (ok)
		helper_done(r, json_pack("{s:i, s:O}", "changed", (int)before->len, "links", links));
	else
		helper_fail(r, error);
	json_decref(links);
	g_ptr_array_unref(before);
}

/* "ids", or the first messages of "threads". */
static GPtrArray *
take_messages(struct store_program *p, struct helper_request *r, GError **error)
{
	GPtrArray *threads, *ids = NULL;

	if (json_object_get(helper_args(r), "threads") == NULL)
		return store_strings(r, "ids", error);
	threads = store_strings(r, "threads", error);
	if (threads != NULL) {
		ids = linkage_firsts(p->index, threads, error);
		g_ptr_array_unref(threads);
	}
	return ids;
}

/* "parent", or the first message of "parent_thread". Owned. */
static char *
take_parent(struct store_program *p, struct helper_request *r, GError **error)
{
	const char *thread = jsonl_string(helper_args(r), "parent_thread");
	GPtrArray *threads, *firsts;
	char *id = NULL;

	if (thread == NULL)
		return g_strdup(store_string(r, "parent", error));
	threads = g_ptr_array_new();
	g_ptr_array_add(threads, (gpointer)(guintptr)thread);
	firsts = linkage_firsts(p->index, threads, error);
	if (firsts != NULL && firsts->len > 0)
		id = g_strdup(g_ptr_array_index(firsts, 0));
	else if (firsts != NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "%s: no such thread", thread);
	g_clear_pointer(&firsts, g_ptr_array_unref);
	g_ptr_array_unref(threads);
	return id;
}

void
store_op_thread_link(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	GPtrArray *before = g_ptr_array_new_with_free_func(state_link_free);
	char *parent = take_parent(p, r, &error);
	GPtrArray *ids = parent != NULL ? take_messages(p, r, &error) : NULL;
	bool ok = ids != NULL && linkage_hang(p->index, ids, parent, before, &error);

	answer(r, ok, before, error);
	g_clear_pointer(&ids, g_ptr_array_unref);
	g_free(parent);
}

void
store_op_thread_break(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	GPtrArray *before = g_ptr_array_new_with_free_func(state_link_free);
	GPtrArray *ids = store_strings(r, "ids", &error);
	bool ok = ids != NULL && linkage_break(p->index, ids, before, &error);

	answer(r, ok, before, error);
	g_clear_pointer(&ids, g_ptr_array_unref);
}

void
store_op_thread_relink(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	GPtrArray *before = g_ptr_array_new_with_free_func(state_link_free);
	GPtrArray *table = g_ptr_array_new_with_free_func(state_link_free);
	const json_t *links = json_object_get(helper_args(r), "links"), *link;
	size_t i;
	bool ok = json_is_array(links);

	json_array_foreach(links, i, link) {
		const char *id = jsonl_string(link, "id");

		ok = ok && id != NULL && id[0] != '\0';
		if (ok)
			g_ptr_array_add(table, state_link_new(id, jsonl_string(link, "parent")));
	}
	if (!ok)
		g_set_error_literal(&error, PF_ERROR, PF_ERROR_USAGE, "\"links\" must be a list of {id, parent}");
	ok = ok && linkage_restore(p->index, table, before, &error);
	answer(r, ok, before, error);
	g_ptr_array_unref(table);
}
