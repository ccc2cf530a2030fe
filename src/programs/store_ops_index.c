/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations of penfold-store: files come and go. */
#include "programs/store_ops.h"

#include "base/file.h"
#include "base/log.h"
#include "store/index_add.h"
#include "store/index_files.h"
#include "store/maildir.h"
#include "store/scan.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *
store_string(const struct helper_request *r, const char *key, GError **error)
{
	const char *value = jsonl_string(helper_args(r), key);

	if (value == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "this request needs \"%s\"", key);
	return value;
}

GPtrArray *
store_strings(const struct helper_request *r, const char *key, GError **error)
{
	const json_t *array = json_object_get(helper_args(r), key);
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
	bool ok = json_is_array(array);
	const json_t *item;
	size_t i;

	json_array_foreach(array, i, item) {
		ok = ok && json_is_string(item);
		if (ok)
			g_ptr_array_add(out, g_strdup(json_string_value(item)));
	}
	if (ok)
		return out;
	g_ptr_array_unref(out);
	g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "\"%s\" must be a list of texts", key);
	return NULL;
}

bool
store_is_cancelled(void *request)
{
	return helper_is_cancelled(request);
}

/* Whom to tell what was indexed. */
struct telling {
	struct helper_request *r;
	struct store_program *p;
};

static bool
is_cancelled(void *user)
{
	const struct telling *t = user;

	return helper_is_cancelled(t->r);
}

static void
tell_added(const struct index_added *a, void *user)
{
	const struct telling *t = user;
	struct helper_request *r = t->r;

	store_note_arrival(t->p, a);
	if (a->error != NULL) {
		helper_event(r, "failed", json_pack("{s:o, s:o}", "path", jsonl_text(a->asked, -1),
		    "message", jsonl_text(a->error->message, -1)));
		return;
	}
	helper_event(r, "indexed",
	    json_pack("{s:o, s:o, s:o, s:o, s:b, s:b}", "path", jsonl_text(a->path, -1), "id",
		jsonl_text(a->id, -1), "thread", jsonl_text(a->thread, -1), "sha256",
		jsonl_text(a->sha256, -1), "standin", a->is_standin, "is_new", a->is_new));
}

void
store_op_index(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	GPtrArray *paths = store_strings(r, "paths", &error);
	struct telling t = { r, p };
	struct index_add job = { .on_added = tell_added, .is_cancelled = is_cancelled, .user = &t };
	guint indexed = 0, failed = 0;

	if (paths != NULL) {
		job.paths = (const char *const *)paths->pdata;
		job.n = paths->len;
		job.is_filed = jsonl_bool(helper_args(r), "filed", false);
		(void)index_add(p->index, &job, &indexed, &failed, &error);
		g_ptr_array_unref(paths);
	}
	if (error != NULL)
		helper_fail(r, error);
	else
		helper_done(r, json_pack("{s:i, s:i}", "indexed", (int)indexed, "failed", (int)failed));
}

static void
tell_progress(guint done, guint total, void *user)
{
	const struct telling *t = user;

	helper_event(t->r, "progress", json_pack("{s:i, s:i}", "done", (int)done, "total", (int)total));
}

void
store_op_scan(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	struct telling t = { r, p };
	struct scan scan = { jsonl_string(helper_args(r), "account"), tell_added, tell_progress,
		is_cancelled, &t };
	guint indexed, removed;
	GError *error = NULL;

	if (scan_run(p->index, &scan, &indexed, &removed, &error))
		helper_done(r, json_pack("{s:i, s:i}", "indexed", (int)indexed, "removed", (int)removed));
	else
		helper_fail(r, error);
}

static void
free_rename(gpointer item)
{
	struct index_rename *one = item;

	g_free(one->from);
	g_free(one->to);
	g_free(one);
}

/* {from, to} pairs, each as the index spells it. */
static GPtrArray *
take_renames(struct store_program *p, const struct helper_request *r, GError **error)
{
	const json_t *moves = json_object_get(helper_args(r), "moves");
	GPtrArray *out = g_ptr_array_new_with_free_func(free_rename);
	const json_t *move;
	size_t i;

	json_array_foreach(moves, i, move) {
		const char *from = jsonl_string(move, "from"), *to = jsonl_string(move, "to");
		struct index_rename *one = g_new0(struct index_rename, 1);

		g_ptr_array_add(out, one);
		one->from = from != NULL ? index_path(p->index, from, error) : NULL;
		one->to = one->from != NULL && to != NULL ? index_path(p->index, to, error) : NULL;
		if (one->to != NULL)
			continue;
		if (*error == NULL)
			g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
			    "\"moves\" must be a list of {from, to}");
		g_ptr_array_unref(out);
		return NULL;
	}
	return out;
}

void
store_op_renamed(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	GPtrArray *renames = take_renames(p, r, &error);

	if (renames != NULL) {
		(void)index_renamed(p->index, renames, &error);
		g_ptr_array_unref(renames);
	}
	if (error != NULL)
		helper_fail(r, error);
	else
		helper_done(r, NULL);
}

void
store_op_removed(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	GPtrArray *asked = store_strings(r, "paths", &error);
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	guint removed = 0;

	for (guint i = 0; asked != NULL && error == NULL && i < asked->len; i++) {
		char *path = index_path(p->index, g_ptr_array_index(asked, i), &error);

		if (path != NULL)
			g_ptr_array_add(paths, path);
	}
	if (error == NULL)
		(void)index_removed(p->index, paths, &removed, &error);
	if (asked != NULL)
		g_ptr_array_unref(asked);
	g_ptr_array_unref(paths);
	if (error != NULL)
		helper_fail(r, error);
	else
		helper_done(r, json_pack("{s:i}", "removed", (int)removed));
}

void
store_op_quarantine(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	const char *path = store_string(r, "path", &error);
	const char *program = error == NULL ? store_string(r, "program", &error) : NULL;
	const char *reason = error == NULL ? store_string(r, "reason", &error) : NULL;

	if (error == NULL && index_quarantine(p->index, path, program, reason, &error))
		helper_done(r, NULL);
	else
		helper_fail(r, error);
}

char *
store_delivery_folder(struct store_program *p, const struct helper_request *r, GError **error)
{
	const char *name = jsonl_string(helper_args(r), "account");
	const char *folder = jsonl_string(helper_args(r), "folder");
	const struct rc_account *account = name != NULL ? rc_account(p->rc, name)
							: rc_accounts(p->rc)[0];
	char *path;

	if (account == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG, "%s: no account %s%s%s", rc_path(p->rc),
		    name != NULL ? "\"" : "to deliver to", name != NULL ? name : "",
		    name != NULL ? "\"" : "");
		return NULL;
	}
	path = maildir_path(index_root(p->index), account->name,
	    folder != NULL ? folder : account->inbox, error);
	if (path != NULL && !maildir_create(path, error))
		g_clear_pointer(&path, g_free);
	return path;
}

struct delivery {
	struct store_program *p;
	char *id;
	GError *error;
};

static void
note_added(const struct index_added *a, void *user)
{
	struct delivery *d = user;

	store_note_arrival(d->p, a);
	d->id = g_strdup(a->id);
	d->error = a->error != NULL ? g_error_copy(a->error) : NULL;
}

#define DELIVER_PATIENCE_MS 5000 /* with who writes to the index, where the caller need not know it indexed */

/* Durable first, then indexed. An index that another program keeps locked is no reason to refuse mail that is on the
 * disk: with may_index_later it stays, *id_out is NULL, and the next scan takes it up. Else what cannot be
 * indexed now is taken back, because the caller will bring it again. */
static bool
deliver(struct store_program *p, const char *folder, int fd, bool may_index_later, char **path_out, char **id_out,
    GError **error)
{
	struct delivery d = { p, NULL, NULL };
	const char *paths[1];
	struct index_add job = { .paths = paths, .n = 1, .on_added = note_added, .user = &d };
	guint indexed, failed;
	GError *problem = NULL;

	if (!maildir_deliver_fd(folder, fd, NULL, path_out, error))
		return false;
	paths[0] = *path_out;
	index_set_patience(p->index, may_index_later ? DELIVER_PATIENCE_MS : 0);
	if (index_add(p->index, &job, &indexed, &failed, &problem) && d.error != NULL)
		problem = g_steal_pointer(&d.error);
	index_set_patience(p->index, 0);
	*id_out = d.id;
	g_clear_error(&d.error);
	/* who looks after the folder, or a filter, had it first: it is in the store, and not ours any more */
	bool is_moved_on = problem != NULL && access(*path_out, F_OK) != 0 && errno == ENOENT;
	bool is_for_later = may_index_later && *id_out == NULL &&
	    g_error_matches(problem, PF_ERROR, PF_ERROR_TEMPORARY);
	if (is_moved_on || is_for_later) {
		log_info("store", "%s: delivered, to be indexed by others: %s", *path_out, problem->message);
		g_clear_error(&problem);
	}
	if (problem == NULL)
		return true;
	(void)unlink(*path_out);
	g_propagate_error(error, problem);
	return false;
}

static bool
is_empty(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0;
}

void
store_op_deliver(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	int fd = index_reader(p->index, &error) != NULL ? helper_request_input(r, &error) : -1;
	char *folder = fd >= 0 ? store_delivery_folder(p, r, &error) : NULL;
	char *path = NULL, *id = NULL;
	bool may_index_later = jsonl_bool(helper_args(r), "index_later", false);

	if (folder != NULL && is_empty(fd))
		g_set_error(&error, PF_ERROR, PF_ERROR_DATA, "an empty message is not delivered");
	if (folder != NULL && error == NULL && deliver(p, folder, fd, may_index_later, &path, &id, &error)) {
		helper_done(r, json_pack("{s:o, s:o}", "path", jsonl_text(path, -1), "id",
		    id != NULL ? jsonl_text(id, -1) : json_null()));
	} else {
		/* A mail server asks again later after 75 only: disk, lock and index trouble passes. */
		if (error->domain != PF_ERROR || error->code == PF_ERROR_IO ||
		    error->code == PF_ERROR_UNAVAILABLE || error->code == PF_ERROR_INTERNAL) {
			error->domain = PF_ERROR;
			error->code = PF_ERROR_TEMPORARY;
		}
		helper_fail(r, error);
	}
	g_free(folder);
	g_free(path);
	g_free(id);
}
