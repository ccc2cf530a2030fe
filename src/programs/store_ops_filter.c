/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operations of penfold-store for filters: what has arrived is noted when it is indexed, and the
 * rules are applied once its sender has been judged. What a program outside is to do is told by events;
 * the note goes when that has been done. */
#include "programs/store_ops.h"

#include "store/filter.h"
#include "store/index_change.h"
#include "store/index_files.h"
#include "store/maildir.h"
#include "store/message.h"

#include <string.h>

#define ARRIVED_MAX 200	  /* in one request */
#define PATIENCE_S  600	  /* without a verdict the rules apply after that */
#define EXISTING_MAX 100000

void
store_note_arrival(struct store_program *p, const struct index_added *a)
{
	const struct folder *folder;
	char *flags;

	if (a->error != NULL || !a->is_new || !filters_exist(rc_fresh_get(&p->rules, p->rc)))
		return;
	folder = folders_of_path(index_folders(p->index), a->path);
	flags = maildir_flags(a->path);
	/* without the note the rules pass this message over, and its letter is there all the same */
	if (folder->role == FOLDER_INBOX && strchr(flags, 'S') == NULL)
		(void)state_arrived_note(
		    p->state, a->id, g_get_real_time() / G_USEC_PER_SEC, NULL);
	g_free(flags);
}

struct filtering {
	struct store_program *p;
	struct helper_request *r;
	bool is_dry, is_arrival;
	GPtrArray *left;    /* ids that no rule has stopped, owned */
	GHashTable *acting; /* ids for which somebody outside has to do something */
	guint n_matched;
	bool has_changed;
};

static void
tell_match(struct filtering *w, const struct filter *f, const char *id, json_t *actions)
{
	json_t *message = message_find(w->p->index, id, NULL, NULL);
	json_t *event = json_object();
	static const char *const keys[] = { "id", "path", "subject", "from", "date", "account", "folder",
		"tags" };

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
		if (json_object_get(message, keys[i]) != NULL)
			json_object_set(event, keys[i], json_object_get(message, keys[i]));
	json_object_set_new(event, "verdict",
	    json_incref(json_object_get(json_object_get(message, "verdict"), "verdict")));
	json_object_set_new(event, "filter", jsonl_text(f->name, -1));
	json_object_set(event, "actions", actions);
	helper_event(w->r, "match", event);
	json_decref(message);
}

/* Somebody else may have moved or tagged it already: then there is nothing to do, which is no error. */
static bool
apply(struct filtering *w, const struct filter *f, GPtrArray *ids, GError **error)
{
	enum folder_role role = folder_role_from_name(f->move);
	const struct index_target to = {.folder = role == FOLDER_PLAIN ? f->move : NULL, .role = role};
	bool ok = true;

	if (f->changes->len > 1)
		ok = index_tag(w->p->index, ids, (const char *const *)f->changes->pdata, NULL, NULL,
		    NULL, error);
	if (ok && f->move != NULL)
		ok = index_move(w->p->index, ids, &to, NULL, NULL, error);
	w->has_changed = true;
	if (!ok)
		g_prefix_error(error, "[filter \"%s\"]: ", f->name);
	return ok;
}

static void
drop_stopped(struct filtering *w, const GPtrArray *ids)
{
	GHashTable *gone = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < ids->len; i++)
		g_hash_table_add(gone, g_ptr_array_index(ids, i));
	for (guint i = w->left->len; i-- > 0;)
		if (g_hash_table_contains(gone, g_ptr_array_index(w->left, i)))
			g_ptr_array_remove_index_fast(w->left, i);
	g_hash_table_unref(gone);
}

static bool
run_rule(struct filtering *w, const struct filter *f, GError **error)
{
	GPtrArray *ids = filter_matches(w->p->index, f, w->left, error);
	json_t *actions;
	bool ok = ids != NULL;

	if (ids == NULL)
		return false;
	actions = filter_actions(f);
	for (guint i = 0; i < ids->len; i++) {
		const char *id = g_ptr_array_index(ids, i);

		tell_match(w, f, id, actions);
		if (f->run != NULL || f->notifies)
			g_hash_table_add(w->acting, g_strdup(id));
	}
	w->n_matched += ids->len;
	if (!w->is_dry && ids->len > 0)
		ok = apply(w, f, ids, error);
	if (f->stops)
		drop_stopped(w, ids);
	json_decref(actions);
	g_ptr_array_unref(ids);
	return ok;
}

/* What nobody outside has to do anything for is done. */
static bool
forget_quiet(struct filtering *w, const GPtrArray *arrived, GError **error)
{
	bool ok = true;

	for (guint i = 0; ok && w->is_arrival && i < arrived->len; i++)
		if (!g_hash_table_contains(w->acting, g_ptr_array_index(arrived, i)))
			ok = state_arrived_forget(
			    w->p->state, g_ptr_array_index(arrived, i), error);
	return ok;
}

static GPtrArray *
copy_strings(const GPtrArray *from)
{
	GPtrArray *to = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < from->len; i++)
		g_ptr_array_add(to, g_strdup(g_ptr_array_index(from, i)));
	return to;
}

static bool
run_rules(struct filtering *w, const GPtrArray *ids, GError **error)
{
	GPtrArray *rules = filters_load(rc_fresh_get(&w->p->rules, w->p->rc), error);
	bool ok = rules != NULL;

	w->left = copy_strings(ids);
	for (guint i = 0; ok && i < rules->len && !helper_is_cancelled(w->r); i++)
		ok = run_rule(w, g_ptr_array_index(rules, i), error);
	if (rules != NULL)
		g_ptr_array_unref(rules);
	g_ptr_array_unref(w->left);
	return ok && forget_quiet(w, ids, error);
}

static bool
is_judged(struct store_program *p, const char *id)
{
	json_t *message = message_find(p->index, id, NULL, NULL);
	bool is = message == NULL || json_is_object(json_object_get(message, "verdict"));

	json_decref(message);
	return is;
}

/* Those that have been judged, or have waited long enough. */
static GPtrArray *
take_arrived(struct store_program *p)
{
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	GPtrArray *all = state_arrived(p->state, ARRIVED_MAX, G_MAXINT64);
	GPtrArray *old = state_arrived(p->state, ARRIVED_MAX, now - PATIENCE_S);
	GHashTable *is_old = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < old->len; i++)
		g_hash_table_add(is_old, g_ptr_array_index(old, i));
	for (guint i = 0; i < all->len; i++) {
		const char *id = g_ptr_array_index(all, i);

		if (g_hash_table_contains(is_old, id) || is_judged(p, id))
			g_ptr_array_add(out, g_strdup(id));
	}
	g_hash_table_unref(is_old);
	g_ptr_array_unref(old);
	g_ptr_array_unref(all);
	return out;
}

static GPtrArray *
take_existing(struct store_program *p, const char *query, GError **error)
{
	GPtrArray *ids = index_ids(p->index, query, error);

	if (ids == NULL || ids->len <= EXISTING_MAX)
		return ids;
	g_ptr_array_unref(ids);
	g_set_error(error, PF_ERROR, PF_ERROR_LIMIT,
	    "more than %d messages match: name fewer by a query", EXISTING_MAX);
	return NULL;
}

void
store_op_filter(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	const char *query = jsonl_string(helper_args(r), "query");
	struct filtering w = { .p = p,
		.r = r,
		.is_dry = jsonl_bool(helper_args(r), "dry_run", false),
		.is_arrival = query == NULL,
		.acting = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };
	GError *error = NULL;
	GPtrArray *ids = query != NULL ? take_existing(p, query, &error) : take_arrived(p);

	if (ids != NULL && run_rules(&w, ids, &error))
		helper_done(r, json_pack("{s:i, s:i, s:b}", "messages", (int)ids->len, "matched",
		    (int)w.n_matched, "changed", w.has_changed));
	else
		helper_fail(r, error);
	if (ids != NULL)
		g_ptr_array_unref(ids);
	g_hash_table_unref(w.acting);
}

void
store_op_filtered(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	GPtrArray *ids = store_strings(r, "ids", &error);
	bool ok = ids != NULL;

	for (guint i = 0; ok && i < ids->len; i++)
		ok = state_arrived_forget(p->state, g_ptr_array_index(ids, i), &error);
	if (ok)
		helper_done(r, NULL);
	else
		helper_fail(r, error);
	if (ids != NULL)
		g_ptr_array_unref(ids);
}
