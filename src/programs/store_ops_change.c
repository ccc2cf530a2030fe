/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations of penfold-store: tags and places of messages, by ids or by a query. */
#include "programs/store_ops.h"

#include "store/index_change.h"
#include "store/index_files.h"

#include <string.h>

#define IDS_MAX 20000 /* in one answer: a line has its limit */

/* The messages of the request: "ids", or all that match "query". */
static GPtrArray *
take_ids(struct store_program *p, const struct helper_request *r, GError **error)
{
	const char *query = jsonl_string(helper_args(r), "query");

	return query != NULL ? index_ids(p->index, query, error) : store_strings(r, "ids", error);
}

struct tagged {
	GHashTable *by_undo; /* "-a +b" -> json array of ids */
	json_t *ids;
	guint n;
};

static void
note_tagged(const char *id, const char *undo, void *user)
{
	struct tagged *t = user;
	json_t *ids = g_hash_table_lookup(t->by_undo, undo);

	t->n++;
	if (t->n > IDS_MAX)
		return;
	json_array_append_new(t->ids, jsonl_text(id, -1));
	if (ids == NULL) {
		ids = json_array();
		g_hash_table_insert(t->by_undo, g_strdup(undo), ids);
	}
	json_array_append_new(ids, jsonl_text(id, -1));
}

/* [{changes: ["-a"], ids: [...]}]: what restores each message exactly. A tag may hold a space; the
 * texts of the list come from changes that had a sign in front, so signs after spaces split them. */
static json_t *
undo_json(GHashTable *by_undo)
{
	json_t *out = json_array();
	GHashTableIter iter;
	gpointer undo, ids;

	g_hash_table_iter_init(&iter, by_undo);
	while (g_hash_table_iter_next(&iter, &undo, &ids)) {
		json_t *changes = json_array();
		const char *start = undo;

		for (const char *p = start + 1;; p++) {
			if (*p != '\0' && !(p[0] == ' ' && (p[1] == '+' || p[1] == '-')))
				continue;
			json_array_append_new(changes, jsonl_text(start, p - start));
			if (*p == '\0')
				break;
			start = p + 1;
		}
		json_array_append_new(out, json_pack("{s:o, s:O}", "changes", changes, "ids", ids));
	}
	return out;
}

static void
drop_json(gpointer obj)
{
	json_decref(obj);
}

/* Tag and answer; with too many to name only the number is told. */
static void
tag_and_answer(struct store_program *p, struct helper_request *r, GPtrArray *ids,
    const char *const *changes)
{
	struct tagged t = { g_hash_table_new_full(g_str_hash, g_str_equal, g_free, drop_json),
		json_array(), 0 };
	GError *error = NULL;
	json_t *done;

	if (!index_tag(p->index, ids, changes, note_tagged, NULL, &t, &error)) {
		helper_fail(r, error);
	} else {
		done = json_pack("{s:i}", "changed", (int)t.n);
		if (t.n <= IDS_MAX) {
			json_object_set(done, "ids", t.ids);
			json_object_set_new(done, "undo", undo_json(t.by_undo));
		}
		helper_done(r, done);
	}
	g_hash_table_unref(t.by_undo);
	json_decref(t.ids);
}

void
store_op_tag(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	GPtrArray *changes = store_strings(r, "changes", &error);
	GPtrArray *ids = NULL;

	if (changes != NULL) {
		g_ptr_array_add(changes, NULL);
		if (index_tag_check((const char *const *)changes->pdata, &error))
			ids = take_ids(p, r, &error);
	}
	if (ids != NULL) {
		tag_and_answer(p, r, ids, (const char *const *)changes->pdata);
		g_ptr_array_unref(ids);
	} else {
		helper_fail(r, error);
	}
	if (changes != NULL)
		g_ptr_array_unref(changes);
}

static void
note_moved(const char *id, const char *from, const char *to, const char *from_folder, void *user)
{
	json_array_append_new(user, json_pack("{s:o, s:o, s:o, s:o}", "id", jsonl_text(id, -1), "from",
	    jsonl_text(from, -1), "to", jsonl_text(to, -1), "from_folder",
	    jsonl_text(from_folder, -1)));
}

/* "folder" or "role", exactly one. */
static bool
take_target(const struct helper_request *r, const char **folder_out, enum folder_role *role_out,
    GError **error)
{
	const char *role = jsonl_string(helper_args(r), "role");

	*folder_out = jsonl_string(helper_args(r), "folder");
	*role_out = folder_role_from_name(role);
	if ((*folder_out != NULL) == (role != NULL) ||
	    (role != NULL && *role_out == FOLDER_PLAIN)) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
		    "a move needs \"folder\", or \"role\" with inbox, sent, drafts, trash, archive "
		    "or junk");
		return false;
	}
	return true;
}

void
store_op_move(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	const char *folder;
	enum folder_role role;
	GPtrArray *ids = take_target(r, &folder, &role, &error) ? take_ids(p, r, &error) : NULL;
	json_t *moved = json_array();

	if (ids != NULL && index_move(p->index, ids, folder, role, note_moved, moved, &error))
		helper_done(r, json_pack("{s:O}", "moved", moved));
	else
		helper_fail(r, error);
	json_decref(moved);
	if (ids != NULL)
		g_ptr_array_unref(ids);
}

void
store_op_delete(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	/* by ids only: a mistyped query must not be able to empty the store */
	GPtrArray *ids = store_strings(r, "ids", &error);
	guint n = 0;

	if (ids != NULL && index_delete(p->index, ids, &n, &error))
		helper_done(r, json_pack("{s:i}", "deleted", (int)n));
	else
		helper_fail(r, error);
	if (ids != NULL)
		g_ptr_array_unref(ids);
}
