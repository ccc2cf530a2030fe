/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations of penfold-store on what is put off, and on saved searches. */
#include "programs/store_ops.h"

#include "store/queries.h"
#include "store/wake.h"

void
store_op_wake(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	gint64 now = jsonl_int(helper_args(r), "now", g_get_real_time() / G_USEC_PER_SEC);
	struct wake_result w;
	GError *error = NULL;

	if (wake_run(p->index, now, &w, &error))
		helper_done(r, json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:o}", "woken", (int)w.woken,
		    "no_reply", (int)w.no_reply, "answered", (int)w.answered, "muted", (int)w.muted,
		    "snoozed", (int)w.snoozed, "awaiting", (int)w.awaiting, "next",
		    w.next >= 0 ? json_integer(w.next) : json_null()));
	else
		helper_fail(r, error);
}

static void
add_query(const char *name, const char *query, void *user)
{
	json_array_append_new(user, json_pack("{s:o, s:o}", "name", jsonl_text(name, -1), "query",
	    jsonl_text(query, -1)));
}

void
store_op_queries(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	json_t *list = json_array();
	GError *error = NULL;

	if (queries_each(p->index, add_query, list, &error))
		helper_done(r, json_pack("{s:O}", "queries", list));
	else
		helper_fail(r, error);
	json_decref(list);
}

void
store_op_query_save(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	const char *name = store_string(r, "name", &error);
	const char *query = name != NULL ? store_string(r, "query", &error) : NULL;

	if (query != NULL && queries_save(p->index, name, query, &error))
		helper_done(r, NULL);
	else
		helper_fail(r, error);
}
