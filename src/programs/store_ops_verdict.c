/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations of penfold-store on verdicts. */
#include "programs/store_ops.h"

#include "store/index_change.h"
#include "store/maildir.h"
#include "store/message.h"
#include "store/state.h"
#include "store/submitted.h"

#include <stdlib.h>
#include <string.h>

#define UNJUDGED_DEFAULT 64
#define UNJUDGED_MAX 1000

/* The file with this key, by the message that has it; owned, NULL when it is gone. */
static char *
path_of_key(struct store_program *p, const struct state_file *file)
{
	char *path = g_strconcat(index_root(p->index), "/", file->key, NULL);
	char *folder = g_path_get_dirname(path), *base = g_path_get_basename(path);
	char *in_cur = g_strconcat(folder, "/cur/", base, NULL);
	char *now = index_locate(in_cur);

	if (now == NULL && g_file_test(path, G_FILE_TEST_IS_REGULAR))
		now = g_strdup(path); /* a tree that is no Maildir */
	g_free(path);
	g_free(folder);
	g_free(base);
	g_free(in_cur);
	return now;
}

static json_t *
unjudged_json(struct store_program *p, const struct state_file *file, const char *path,
    const char *sha256)
{
	const struct folder *folder = folders_of_path(index_folders(p->index), path);

	return json_pack("{s:o, s:o, s:o, s:o, s:b}", "path", jsonl_text(path, -1), "sha256",
	    jsonl_text(sha256, -1), "account", jsonl_text(folder->account, -1), "id",
	    jsonl_text(file->message_id, -1), "submitted",
	    submitted_is(p->index, path, file->message_id));
}

void
store_op_unjudged(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	gint64 limit = CLAMP(jsonl_int(helper_args(r), "limit", UNJUDGED_DEFAULT), 1, UNJUDGED_MAX);
	GPtrArray *files = state_unjudged(p->state, (guint)limit);
	guint n = 0;

	for (guint i = 0; i < files->len && !helper_is_cancelled(r); i++) {
		const struct state_file *file = g_ptr_array_index(files, i);
		char *path = path_of_key(p, file);
		char *sha256 = path != NULL
		    ? message_sha256(p->index, path, file->message_id, file->date)
		    : NULL;

		if (sha256 != NULL) {
			helper_event(r, "message", unjudged_json(p, file, path, sha256));
			n++;
		} else {
			/* gone without a word: it must not be named for ever */
			(void)state_file_remove(p->state, file->key, NULL);
		}
		g_free(sha256);
		g_free(path);
	}
	g_ptr_array_unref(files);
	helper_done(r, json_pack("{s:i}", "messages", (int)n));
}

static bool
is_sha256(const char *text)
{
	return text != NULL && strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

/* Keep one verdict; its digest goes to the list of those to mirror. */
static bool
put_one(struct store_program *p, const json_t *one, GPtrArray *digests, GError **error)
{
	const char *sha256 = jsonl_string(one, "sha256");
	const json_t *verdict = json_object_get(one, "verdict");
	const char *label = jsonl_string(verdict, "verdict");
	char *text;
	bool ok;

	if (!is_sha256(sha256) || label == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
		    "a verdict needs \"sha256\" and an object with its word");
		return false;
	}
	text = json_dumps(verdict, JSON_COMPACT);
	ok = state_verdict_put(p->state, sha256, label, text, error);
	free(text);
	g_ptr_array_add(digests, g_strdup(sha256));
	return ok;
}

void
store_op_verdict_put(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	const json_t *list = json_object_get(helper_args(r), "verdicts");
	GPtrArray *digests = g_ptr_array_new_with_free_func(g_free);
	GError *error = NULL;
	const json_t *one;
	bool ok = true;
	size_t i;

	if (list == NULL)
		ok = put_one(p, helper_args(r), digests, &error);
	json_array_foreach(list, i, one)
		ok = ok && put_one(p, one, digests, &error);
	if (ok && index_mirror_verdicts(p->index, digests, &error))
		helper_done(r, json_pack("{s:i}", "kept", (int)digests->len));
	else
		helper_fail(r, error);
	g_ptr_array_unref(digests);
}

void
store_op_verdict_get(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	const char *sha256 = store_string(r, "sha256", &error);
	char *text = sha256 != NULL ? state_verdict_get(p->state, sha256) : NULL;
	json_t *verdict = text != NULL ? json_loads(text, 0, NULL) : NULL;

	g_free(text);
	if (error == NULL && verdict == NULL)
		g_set_error(&error, PF_ERROR, PF_ERROR_NOT_FOUND, "%s: no verdict yet", sha256);
	if (error == NULL)
		helper_done(r, json_pack("{s:o}", "verdict", verdict));
	else
		helper_fail(r, error);
}
