/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tags and verdicts of messages in the index. */
#include "store/index_change.h"

#include "base/log.h"
#include "base/row_index.h"
#include "store/index_files.h"
#include "store/index_keywords.h"
#include "store/index_work.h"
#include "store/linkage.h"
#include "store/maildir.h"
#include "store/placement.h"
#include "store/standin.h"

#include <jansson.h>
#include <string.h>

struct id_query {
	struct index *ix;
	const char *text;
	GPtrArray *ids;
};

static notmuch_status_t
collect_ids(notmuch_database_t *db, void *user)
{
	struct id_query *q = user;
	const struct linkage *links = NULL;
	notmuch_messages_t *messages = NULL;
	notmuch_status_t status = linkage_read(q->ix, db, &links);
	char *meant = linkage_query(links, q->text);
	notmuch_query_t *query = notmuch_query_create(db, meant);

	g_free(meant);
	g_ptr_array_set_size(q->ids, 0);
	notmuch_query_set_sort(query, NOTMUCH_SORT_UNSORTED);
	notmuch_query_set_omit_excluded(query, NOTMUCH_EXCLUDE_FALSE);
	if (status == NOTMUCH_STATUS_SUCCESS)
		status = notmuch_query_search_messages(query, &messages);
	for (; status == NOTMUCH_STATUS_SUCCESS && notmuch_messages_valid(messages);
	     notmuch_messages_move_to_next(messages)) {
		notmuch_message_t *message = notmuch_messages_get(messages);

		g_ptr_array_add(q->ids, g_strdup(notmuch_message_get_message_id(message)));
		notmuch_message_destroy(message);
	}
	notmuch_query_destroy(query);
	return status;
}

GPtrArray *
index_ids(struct index *ix, const char *query, GError **error)
{
	struct id_query q = { ix, query, g_ptr_array_new_with_free_func(g_free) };

	if (index_read(ix, collect_ids, &q, error))
		return q.ids;
	g_ptr_array_unref(q.ids);
	return NULL;
}

bool
index_tag_check(const char *const *changes, GError **error)
{
	for (size_t i = 0; changes[i] != NULL; i++) {
		const char *c = changes[i];

		if ((c[0] != '+' && c[0] != '-') || c[1] == '\0' || c[1] == '-' ||
		    strlen(c + 1) > NOTMUCH_TAG_MAX || !g_utf8_validate(c, -1, NULL)) {
			g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
			    "\"%s\" is no change of tags; write +tag or -tag", c);
			return false;
		}
	}
	return true;
}

struct tagging {
	GPtrArray *ids;
	const char *const *changes;
	GPtrArray *undo; /* per item of the batch: owned text, or NULL */
	index_tagged_fn on_tagged;
	bool (*is_cancelled)(void *user);
	void *user;
	bool is_flagging, is_marking; /* files are to be renamed, for flags or for keywords */
};

/* "-b/" and a star: all that begin with b/. */
static bool
is_family(const char *change)
{
	return change[0] == '-' && g_str_has_suffix(change, "/*");
}

/* Those of the message that such a change takes away; owned strings. */
static GPtrArray *
family_of(notmuch_message_t *message, const char *family, const char *const *changes)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
	notmuch_tags_t *tags = notmuch_message_get_tags(message);

	for (; tags != NULL && notmuch_tags_valid(tags); notmuch_tags_move_to_next(tags)) {
		char *given = g_strconcat("+", notmuch_tags_get(tags), NULL);

		if (strncmp(given + 1, family + 1, strlen(family) - 2) == 0 && !g_strv_contains(changes, given))
			g_ptr_array_add(found, g_strdup(given + 1));
		g_free(given);
	}
	if (tags != NULL)
		notmuch_tags_destroy(tags);
	return found;
}

static void
change_tag(notmuch_message_t *message, const char *tag, bool on, GString *undo, notmuch_status_t *status)
{
	if (*status != NOTMUCH_STATUS_SUCCESS || index_message_has_tag(message, tag) == on)
		return;
	*status = on ? notmuch_message_add_tag(message, tag) : notmuch_message_remove_tag(message, tag);
	g_string_append_printf(undo, "%s%c%s", undo->len > 0 ? " " : "", on ? '-' : '+', tag);
}

/* The changes that are changes for this message, as what undoes them; "" for none. */
static char *
apply_changes(notmuch_message_t *message, const char *const *changes, notmuch_status_t *status)
{
	GString *undo = g_string_new(NULL);

	for (size_t i = 0; changes[i] != NULL; i++) {
		GPtrArray *family;

		if (!is_family(changes[i])) {
			change_tag(message, changes[i] + 1, changes[i][0] == '+', undo, status);
			continue;
		}
		family = family_of(message, changes[i], changes);
		for (guint k = 0; k < family->len; k++)
			change_tag(message, g_ptr_array_index(family, k), false, undo, status);
		g_ptr_array_unref(family);
	}
	return g_string_free(undo, FALSE);
}

/* The tags that are flags in the file's name as well. */
static const struct {
	const char *tag;
	char flag;
	bool is_inverse;
} flag_tags[] = {
	{ "draft", 'D', false },
	{ "flagged", 'F', false },
	{ "passed", 'P', false },
	{ "replied", 'R', false },
	{ "unread", 'S', true },
};

static bool
concerns_flags(const char *const *changes)
{
	for (size_t i = 0; changes[i] != NULL; i++)
		for (size_t k = 0; k < G_N_ELEMENTS(flag_tags); k++)
			if (strcmp(changes[i] + 1, flag_tags[k].tag) == 0)
				return true;
	return false;
}

static bool
changes_unread(const char *const *changes)
{
	for (size_t i = 0; changes[i] != NULL; i++)
		if (strcmp(changes[i] + 1, "unread") == 0)
			return true;
	return false;
}

/* The flags that tags stand for; all others of the name are kept. */
static char *
flags_of_tags(notmuch_message_t *message, const char *old)
{
	GString *out = g_string_new(old);

	for (size_t i = 0; i < G_N_ELEMENTS(flag_tags); i++) {
		const char *at = strchr(out->str, flag_tags[i].flag);
		bool on = index_message_has_tag(message, flag_tags[i].tag) != flag_tags[i].is_inverse;

		if (on && at == NULL)
			g_string_append_c(out, flag_tags[i].flag);
		else if (!on && at != NULL)
			g_string_erase(out, at - out->str, 1);
	}
	return g_string_free(out, FALSE);
}

/* Give one file the flags that the message's tags stand for. Stand-ins and files whose S must stay:
 * notmuch would give all files of a message the same flags, and does not see the real file behind a
 * stand-in. */
static bool
flag_file(struct index *ix, notmuch_database_t *db, notmuch_message_t *message, const char *path,
    bool keeps_seen)
{
	char *key = index_key(ix, path), *old = maildir_flags(path);
	char *flags = flags_of_tags(message, old), *to = NULL;
	struct state_standin *s = state_standin_of_key(index_state(ix), key);
	bool ok = true;

	if (keeps_seen && strchr(flags, 'S') == NULL) {
		char *with = g_strconcat(flags, "S", NULL);

		g_free(flags);
		flags = with;
	}
	if (strspn(old, flags) != strlen(old) || strspn(flags, old) != strlen(flags))
		ok = maildir_set_flags(path, flags, &to, NULL) &&
		    index_rename_file(ix, db, path, to, s != NULL, NULL);
	if (!ok) /* a file that another program just renamed: the next scan finds it */
		log_info("index", "flags not written to %s", index_relative(ix, path));
	state_standin_free(s);
	g_free(key);
	g_free(old);
	g_free(flags);
	g_free(to);
	return ok;
}

/* Must the files of this unread message be flagged one by one? */
static bool
has_keepers(struct index *ix, notmuch_message_t *message, GPtrArray *files, bool is_told,
    struct placement *at)
{
	bool found = false;

	placement_of_files(ix, files, NULL, at);
	for (guint i = 0; i < files->len && !found; i++)
		found = placement_keeps_seen(ix, g_ptr_array_index(files, i), is_told, at);
	return found && index_message_has_tag(message, "unread");
}

static notmuch_status_t
write_flags(struct index *ix, notmuch_database_t *db, notmuch_message_t *message, bool is_told)
{
	GPtrArray *files;
	struct placement at;
	bool keepers, is_apart;
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;

	if (!index_has_flag_sync(ix))
		return NOTMUCH_STATUS_SUCCESS;
	files = placement_files(ix, message);
	keepers = has_keepers(ix, message, files, is_told, &at);
	is_apart = keepers || placement_is_standin(ix, message);
	for (guint i = 0; is_apart && i < files->len; i++) {
		const char *path = g_ptr_array_index(files, i);

		(void)flag_file(ix, db, message, path,
		    keepers && placement_keeps_seen(ix, path, is_told, &at));
	}
	if (!is_apart)
		status = notmuch_message_tags_to_maildir_flags(message);
	g_ptr_array_unref(files);
	if (status != NOTMUCH_STATUS_FILE_ERROR)
		return status;
	/* A file that another program just renamed: the next scan finds it. */
	log_info("index", "flags not written: %s", notmuch_status_to_string(status));
	return NOTMUCH_STATUS_SUCCESS;
}

static bool
tag_one(struct index *ix, notmuch_database_t *db, guint i, void *user, GError **error)
{
	struct tagging *t = user;
	notmuch_message_t *message = NULL;
	notmuch_status_t status =
	    index_find(db, g_ptr_array_index(t->ids, i), &message);
	char *undo = NULL;

	if (status == NOTMUCH_STATUS_SUCCESS && message != NULL) {
		notmuch_message_freeze(message);
		undo = apply_changes(message, t->changes, &status);
		notmuch_message_thaw(message);
		if (status == NOTMUCH_STATUS_SUCCESS && undo[0] != '\0' && t->is_flagging)
			status = write_flags(ix, db, message, changes_unread(t->changes));
		if (status == NOTMUCH_STATUS_SUCCESS && undo[0] != '\0' && t->is_marking)
			index_keywords_write(ix, db, message);
		notmuch_message_destroy(message);
	}
	g_ptr_array_add(t->undo, undo);
	return status == NOTMUCH_STATUS_SUCCESS || index_fail(db, status, error);
}

static bool
tags_committed(struct index *ix, guint first, guint end, void *user, GError **error)
{
	struct tagging *t = user;

	(void)ix;
	(void)error;
	for (guint i = first; i < end; i++) {
		const char *undo = g_ptr_array_index(t->undo, i - first);

		if (undo != NULL && undo[0] != '\0' && t->on_tagged != NULL)
			t->on_tagged(g_ptr_array_index(t->ids, i), undo, t->user);
	}
	g_ptr_array_set_size(t->undo, 0);
	return true;
}

static bool
is_tagging_cancelled(void *user)
{
	const struct tagging *t = user;

	return t->is_cancelled != NULL && t->is_cancelled(t->user);
}

bool
index_tag(struct index *ix, GPtrArray *ids, const char *const *changes, index_tagged_fn on_tagged,
    bool (*is_cancelled)(void *user), void *user, GError **error)
{
	struct tagging t = { ids, changes, g_ptr_array_new_with_free_func(g_free), on_tagged,
		is_cancelled, user, concerns_flags(changes), index_keywords_concern(ix, changes) };
	struct index_work work = { .n = ids->len,
		.one = tag_one,
		.committed = tags_committed,
		.is_cancelled = is_tagging_cancelled,
		.is_patient = true,
		.user = &t };
	bool ok = index_tag_check(changes, error) && index_work_run(ix, &work, error);

	g_ptr_array_unref(t.undo);
	return ok;
}

/* Verdicts that were put just now. */
struct mirroring {
	GPtrArray *digests;
	GHashTable *verdicts; /* digest -> json_t, borrowed */
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
	char *label = state_verdict_label(index_state(ix), sha256);
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

/* All verdicts on the files of one message: usually one file, one verdict. */
static notmuch_status_t
mirror_message(struct index *ix, notmuch_message_t *message, const GPtrArray *files, GHashTable *fresh)
{
	notmuch_status_t status;

	notmuch_message_freeze(message);
	status = notmuch_message_remove_all_properties(message, "auth");
	if (status == NOTMUCH_STATUS_SUCCESS)
		status = notmuch_message_remove_all_properties(message, "auth-flag");
	for (guint i = 0; i < files->len && status == NOTMUCH_STATUS_SUCCESS; i++) {
		char *key = index_key(ix, g_ptr_array_index(files, i));
		struct state_file *file = state_file_get(index_state(ix), key);

		if (file != NULL && file->sha256 != NULL)
			status = mirror_digest(ix, message, file->sha256, fresh);
		state_file_free(file);
		g_free(key);
	}
	notmuch_message_thaw(message);
	return status;
}

static notmuch_status_t
mirror_id(struct index *ix, notmuch_database_t *db, const char *id, GHashTable *fresh)
{
	notmuch_message_t *message = NULL;
	notmuch_status_t status = index_find(db, id, &message);
	GPtrArray *files;

	if (status != NOTMUCH_STATUS_SUCCESS || message == NULL)
		return status;
	files = placement_files(ix, message);
	status = index_afresh(db, &message);
	if (status == NOTMUCH_STATUS_SUCCESS && message != NULL)
		status = mirror_message(ix, message, files, fresh);
	if (message != NULL)
		notmuch_message_destroy(message);
	g_ptr_array_unref(files);
	return status;
}

static bool
mirror_one(struct index *ix, notmuch_database_t *db, guint i, void *user, GError **error)
{
	const struct mirroring *m = user;
	GPtrArray *files = state_files_of_sha256(index_state(ix), g_ptr_array_index(m->digests, i));
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;

	for (guint k = 0; k < files->len && status == NOTMUCH_STATUS_SUCCESS; k++) {
		const struct state_file *file = g_ptr_array_index(files, k);

		status = mirror_id(ix, db, file->message_id, m->verdicts);
	}
	g_ptr_array_unref(files);
	return status == NOTMUCH_STATUS_SUCCESS || index_fail(db, status, error);
}

bool
index_mirror_verdicts(struct index *ix, GPtrArray *digests, GHashTable *verdicts, GError **error)
{
	struct mirroring mirroring = { digests, verdicts };
	struct index_work work = { .n = digests->len, .one = mirror_one, .user = &mirroring };
	bool is_looking = state_look_begin(index_state(ix));
	bool ok = index_work_run(ix, &work, error);

	state_look_end(index_state(ix), is_looking);
	return ok;
}
