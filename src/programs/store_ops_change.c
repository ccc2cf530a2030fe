/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations of penfold-store: tags and places of messages, by ids or by a query. */
#include "programs/store_ops.h"

#include "store/folders.h"
#include "store/index_change.h"
#include "store/index_copy.h"
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

/* The messages of the request: "ids", or all that match "query". */
static bool
tag_those(struct store_program *p, const struct helper_request *r, const char *const *changes, struct tagged *t,
    GError **error)
{
	const char *query = jsonl_string(helper_args(r), "query");
	GPtrArray *ids;
	bool good;

	if (query != NULL)
		return index_tag_matching(p->index, query, changes, note_tagged, t, error);
	ids = store_strings(r, "ids", error);
	good = ids != NULL && index_tag(p->index, ids, changes, note_tagged, NULL, t, error);
	g_clear_pointer(&ids, g_ptr_array_unref);
	return good;
}

/* Tag and answer; with too many to name only the number is told. */
static void
tag_and_answer(struct store_program *p, struct helper_request *r, const char *const *changes)
{
	struct tagged t = { g_hash_table_new_full(g_str_hash, g_str_equal, g_free, drop_json),
		json_array(), 0 };
	GError *error = NULL;
	json_t *done;

	if (!tag_those(p, r, changes, &t, &error)) {
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

	if (changes == NULL) {
		helper_fail(r, error);
		return;
	}
	g_ptr_array_add(changes, NULL);
	tag_and_answer(p, r, (const char *const *)changes->pdata);
	g_ptr_array_unref(changes);
}

/* What was moved, and whose folders they are. */
struct moves {
	struct index *index;
	json_t *list;
	json_t *were_new; /* ids that a move back does not make `inbox` again */
};

static void
note_moved(const struct index_moved *moved, void *user)
{
	const struct moves *m = user;
	const struct folder *at = folders_of_path(index_folders(m->index), moved->from);
	const struct folder *now = folders_of_path(index_folders(m->index), moved->to);

	json_array_append_new(m->list,
	    json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", jsonl_text(moved->id, -1), "from",
		jsonl_text(moved->from, -1), "to", jsonl_text(moved->to, -1), "from_folder",
		jsonl_text(moved->from_folder, -1), "from_account", jsonl_text(at->account, -1), "to_folder",
		jsonl_text(now->name, -1), "to_account", jsonl_text(now->account, -1)));
	if (moved->was_new_there)
		json_array_append_new(m->were_new, jsonl_text(moved->id, -1));
}

/* Which files of a message that has several. */
static void
take_source(const struct helper_request *r, struct index_target *out)
{
	out->from_account = jsonl_string(helper_args(r), "from_account");
	out->from_folder = jsonl_string(helper_args(r), "from_folder");
	out->from_role = folder_role_from_name(jsonl_string(helper_args(r), "from_role"));
}

/* "folder" or "role", exactly one; and "account". */
static bool
take_target(const struct helper_request *r, struct index_target *out, GError **error)
{
	const char *role = jsonl_string(helper_args(r), "role");

	out->account = jsonl_string(helper_args(r), "account");
	out->folder = jsonl_string(helper_args(r), "folder");
	out->role = folder_role_from_name(role);
	take_source(r, out);
	if ((out->folder != NULL) == (role != NULL) || (role != NULL && out->role == FOLDER_PLAIN)) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
		    "where to needs \"folder\", or \"role\" with inbox, sent, drafts, trash, archive "
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
	struct index_target to;
	GPtrArray *ids = take_target(r, &to, &error) ? take_ids(p, r, &error) : NULL;
	struct moves moves = { p->index, json_array(), json_array() };

	if (ids != NULL && index_move(p->index, ids, &to, note_moved, &moves, &error))
		helper_done(r, json_pack("{s:O, s:[{s:[s], s:O}]}", "moved", moves.list, "undo", "changes", "+inbox", "ids",
				   moves.were_new));
	else
		helper_fail(r, error);
	json_decref(moves.list);
	json_decref(moves.were_new);
	if (ids != NULL)
		g_ptr_array_unref(ids);
}

void
store_op_copy(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	struct index_target to;
	GPtrArray *ids = take_target(r, &to, &error) ? take_ids(p, r, &error) : NULL;
	GPtrArray *copies = ids != NULL ? index_copy(p->index, ids, &to, &error) : NULL;
	json_t *list = json_array();

	for (guint i = 0; copies != NULL && i < copies->len; i++) {
		const struct index_copied *c = g_ptr_array_index(copies, i);
		json_array_append_new(list,
		    json_pack("{s:o, s:o}", "id", jsonl_text(c->id, -1), "path", jsonl_text(c->path, -1)));
	}
	if (copies != NULL)
		helper_done(r, json_pack("{s:O}", "copied", list));
	else
		helper_fail(r, error);
	json_decref(list);
	g_clear_pointer(&copies, g_ptr_array_unref);
	g_clear_pointer(&ids, g_ptr_array_unref);
}

void
store_op_uncopy(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	GPtrArray *paths = store_strings(r, "paths", &error);
	GPtrArray *gone = paths != NULL ? index_uncopy(p->index, paths, &error) : NULL;
	json_t *list = json_array();

	for (guint i = 0; gone != NULL && i < gone->len; i++) {
		const struct index_copied *c = g_ptr_array_index(gone, i);
		const struct folder *at = folders_of_path(index_folders(p->index), c->path);
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "id", jsonl_text(c->id, -1), "account",
						jsonl_text(at->account, -1), "folder", jsonl_text(at->name, -1)));
	}
	if (gone != NULL)
		helper_done(r, json_pack("{s:O}", "uncopied", list));
	else
		helper_fail(r, error);
	json_decref(list);
	g_clear_pointer(&gone, g_ptr_array_unref);
	g_clear_pointer(&paths, g_ptr_array_unref);
}

void
store_op_delete(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	/* by ids only: a mistyped query must not be able to empty the store */
	GPtrArray *ids = store_strings(r, "ids", &error);
	struct index_target from;
	guint n = 0;

	take_source(r, &from);
	if (ids != NULL && index_delete(p->index, ids, &from, &n, &error))
		helper_done(r, json_pack("{s:i}", "deleted", (int)n));
	else
		helper_fail(r, error);
	if (ids != NULL)
		g_ptr_array_unref(ids);
}
