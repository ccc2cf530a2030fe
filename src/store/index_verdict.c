/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verdicts of state.db, mirrored as properties of messages, so that queries and rows find them. */
#include "store/index_change.h"

#include "base/jsonl.h"
#include "base/row_index.h"
#include "store/index_work.h"
#include "store/placement.h"

#include <string.h>

/* Verdicts that are put just now. */
struct mirroring {
	const GPtrArray *files; /* struct state_file */
	GHashTable *verdicts;	/* digest -> json_t, borrowed */
};

/* Flags that make a pass doubtful, so that rows and queries find them without the whole verdict. */
static notmuch_status_t
mirror_deceits(struct index *ix, notmuch_message_t *message, const char *sha256, GHashTable *fresh)
{
	json_t *verdict = fresh != NULL ? json_incref(g_hash_table_lookup(fresh, sha256)) : NULL, *flag;
	char *text = verdict == NULL ? state_verdict_get(index_state(ix), sha256) : NULL;
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;
	size_t i;

	if (text != NULL)
		verdict = json_loads(text, 0, NULL);
	json_array_foreach(json_object_get(verdict, "flags"), i, flag)
		if (status == NOTMUCH_STATUS_SUCCESS &&
		    row_verdict_deceives(json_string_value(flag)))
			status = notmuch_message_add_property(message, "auth-flag",
			    json_string_value(flag));
	json_decref(verdict);
	g_free(text);
	return status;
}

static notmuch_status_t
mirror_digest(struct index *ix, notmuch_message_t *message, const char *sha256, GHashTable *fresh)
{
	const json_t *verdict = fresh != NULL ? g_hash_table_lookup(fresh, sha256) : NULL;
	char *label = verdict != NULL ? g_strdup(jsonl_string(verdict, "verdict"))
				      : state_verdict_label(index_state(ix), sha256);
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;

	if (label != NULL)
		status = notmuch_message_add_property(message, "auth", label);
	if (label != NULL && status == NOTMUCH_STATUS_SUCCESS)
		status = mirror_deceits(ix, message, sha256, fresh);
	g_free(label);
	return status;
}

notmuch_status_t
index_mirror_kept(struct index *ix, notmuch_message_t *message, const char *sha256)
{
	return mirror_digest(ix, message, sha256, NULL);
}

/* Most messages have no verdict yet, and each removal reads all terms of one. */
static notmuch_status_t
remove_mirrored(notmuch_message_t *message)
{
	notmuch_message_properties_t *had = notmuch_message_get_properties(message, "auth", false); /* and what begins so */
	bool is_bare = had != NULL && !notmuch_message_properties_valid(had);
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;

	if (had != NULL)
		notmuch_message_properties_destroy(had);
	if (!is_bare)
		status = notmuch_message_remove_all_properties(message, "auth");
	if (!is_bare && status == NOTMUCH_STATUS_SUCCESS)
		status = notmuch_message_remove_all_properties(message, "auth-flag");
	return status;
}

/* The verdict on the file at path; known: a file of the message that was looked up already. */
static notmuch_status_t
mirror_file(struct index *ix, notmuch_message_t *message, const char *path, const struct state_file *known,
    GHashTable *fresh)
{
	char *key = index_key(ix, path);
	bool is_known = strcmp(key, known->key) == 0;
	struct state_file *other = is_known ? NULL : state_file_get(index_state(ix), key);
	const struct state_file *file = is_known ? known : other;
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;

	if (file != NULL && file->sha256 != NULL)
		status = mirror_digest(ix, message, file->sha256, fresh);
	state_file_free(other);
	g_free(key);
	return status;
}

/* All verdicts on the files of one message: usually one file, one verdict. */
static notmuch_status_t
mirror_message(struct index *ix, notmuch_message_t *message, const GPtrArray *files, const struct state_file *known,
    GHashTable *fresh)
{
	notmuch_status_t status;

	notmuch_message_freeze(message);
	status = remove_mirrored(message);
	for (guint i = 0; i < files->len && status == NOTMUCH_STATUS_SUCCESS; i++)
		status = mirror_file(ix, message, g_ptr_array_index(files, i), known, fresh);
	notmuch_message_thaw(message);
	return status;
}

static notmuch_status_t
mirror_one(struct index *ix, notmuch_database_t *db, const struct state_file *file, GHashTable *fresh)
{
	notmuch_message_t *message = NULL;
	notmuch_status_t status = index_find(db, file->message_id, &message);
	GPtrArray *files;

	if (status != NOTMUCH_STATUS_SUCCESS || message == NULL)
		return status;
	files = placement_files(ix, message);
	status = index_afresh(db, &message);
	if (status == NOTMUCH_STATUS_SUCCESS && message != NULL)
		status = mirror_message(ix, message, files, file, fresh);
	if (message != NULL)
		notmuch_message_destroy(message);
	g_ptr_array_unref(files);
	return status;
}

static bool
mirror_nth(struct index *ix, notmuch_database_t *db, guint i, void *user, GError **error)
{
	const struct mirroring *m = user;
	notmuch_status_t status = mirror_one(ix, db, g_ptr_array_index(m->files, i), m->verdicts);

	return status == NOTMUCH_STATUS_SUCCESS || index_fail(db, status, error);
}

bool
index_mirror_verdicts(struct index *ix, const GPtrArray *files, GHashTable *verdicts, GError **error)
{
	struct mirroring mirroring = { files, verdicts };
	struct index_work work = { .n = files->len, .one = mirror_nth, .user = &mirroring };
	bool is_looking = state_look_begin(index_state(ix));
	bool ok = index_work_run(ix, &work, error);

	state_look_end(index_state(ix), is_looking);
	return ok;
}
