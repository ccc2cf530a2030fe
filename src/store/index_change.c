/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tags and verdicts of messages in the index. */
#include "store/index_change.h"

#include "base/log.h"
#include "store/index_each.h"
#include "store/index_files.h"
#include "store/index_keywords.h"
#include "store/index_work.h"
#include "store/linkage.h"
#include "store/maildir.h"
#include "store/placement.h"
#include "store/standin.h"

#include <string.h>

struct id_query {
	struct index *ix;
	const char *text;
	GPtrArray *ids;
};

/* Excluded tags do not count here. The query owns the messages. */
static notmuch_status_t
search(struct index *ix, notmuch_database_t *db, const char *text, notmuch_query_t **query_out,
    notmuch_messages_t **messages_out)
{
	const struct linkage *links = NULL;
	notmuch_status_t status = linkage_read(ix, db, &links);
	char *meant = linkage_query(links, text);

	*messages_out = NULL;
	*query_out = notmuch_query_create(db, meant);
	g_free(meant);
	notmuch_query_set_sort(*query_out, NOTMUCH_SORT_UNSORTED);
	notmuch_query_set_omit_excluded(*query_out, NOTMUCH_EXCLUDE_FALSE);
	return status == NOTMUCH_STATUS_SUCCESS ? notmuch_query_search_messages(*query_out, messages_out)
						: status;
}

static notmuch_status_t
add_ids(notmuch_messages_t *messages, GPtrArray *ids)
{
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;

	for (; notmuch_messages_valid(messages); notmuch_messages_move_to_next(messages)) {
		notmuch_message_t *message = index_each_get(messages, &status);

		if (message == NULL)
			break;
		g_ptr_array_add(ids, g_strdup(notmuch_message_get_message_id(message)));
		notmuch_message_destroy(message);
	}
	return status;
}

static notmuch_status_t
collect_ids(notmuch_database_t *db, void *user)
{
	struct id_query *q = user;
	notmuch_messages_t *messages;
	notmuch_query_t *query;
	notmuch_status_t status = search(q->ix, db, q->text, &query, &messages);

	g_ptr_array_set_size(q->ids, 0);
	if (status == NOTMUCH_STATUS_SUCCESS)
		status = add_ids(messages, q->ids);
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
	GPtrArray *ids; /* with a query: those that were found so far */
	const char *const *changes;
	GPtrArray *undo; /* per item of the batch: owned text, or NULL */
	index_tagged_fn on_tagged;
	bool (*is_cancelled)(void *user);
	void *user;
	bool is_flagging, is_marking; /* files are to be renamed, for flags or for keywords */
	/* the messages that match, in place of ids: each is changed when it is found, which saves to find it again */
	const char *text;
	notmuch_query_t *query;
	notmuch_messages_t *found; /* in the first batch */
	struct index_work work;
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

static void
end_search(struct tagging *t)
{
	notmuch_query_destroy(t->query);
	t->query = NULL;
	t->found = NULL;
}

/* The next one that matches; NULL when there is none. */
static notmuch_message_t *
take_found(struct tagging *t)
{
	notmuch_message_t *message = NULL;

	if (notmuch_messages_valid(t->found)) {
		message = notmuch_messages_get(t->found);
		notmuch_messages_move_to_next(t->found);
	}
	g_ptr_array_add(t->ids, g_strdup(message != NULL ? notmuch_message_get_message_id(message) : ""));
	t->work.n = t->ids->len + (notmuch_messages_valid(t->found) ? 1 : 0);
	return message;
}

static notmuch_status_t
take_message(struct index *ix, struct tagging *t, notmuch_database_t *db, guint i, notmuch_message_t **message_out)
{
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;

	if (t->text == NULL || (t->found == NULL && i > 0))
		return index_find(db, g_ptr_array_index(t->ids, i), message_out);
	if (t->found == NULL)
		status = search(ix, db, t->text, &t->query, &t->found);
	if (status == NOTMUCH_STATUS_SUCCESS)
		*message_out = take_found(t);
	return status;
}

/* What is left of those that match has to be found again. */
static void
tags_closing(void *user)
{
	struct tagging *t = user;

	if (t->found == NULL)
		return;
	(void)add_ids(t->found, t->ids); /* nobody else writes now */
	t->work.n = t->ids->len;
	end_search(t);
}

static bool
tag_one(struct index *ix, notmuch_database_t *db, guint i, void *user, GError **error)
{
	struct tagging *t = user;
	notmuch_message_t *message = NULL;
	notmuch_status_t status = take_message(ix, t, db, i, &message);
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

static bool
run_tagging(struct index *ix, struct tagging *t, guint n, GError **error)
{
	bool ok;

	t->work = (struct index_work){ .n = n,
		.one = tag_one,
		.closing = tags_closing,
		.committed = tags_committed,
		.is_cancelled = is_tagging_cancelled,
		.is_patient = true,
		.user = t };
	t->undo = g_ptr_array_new_with_free_func(g_free);
	t->is_flagging = concerns_flags(t->changes);
	t->is_marking = index_keywords_concern(ix, t->changes);
	ok = index_tag_check(t->changes, error) && index_work_run(ix, &t->work, error);
	g_ptr_array_unref(t->undo);
	return ok;
}

bool
index_tag(struct index *ix, GPtrArray *ids, const char *const *changes, index_tagged_fn on_tagged,
    bool (*is_cancelled)(void *user), void *user, GError **error)
{
	struct tagging t = { .ids = ids,
		.changes = changes,
		.on_tagged = on_tagged,
		.is_cancelled = is_cancelled,
		.user = user };

	return run_tagging(ix, &t, ids->len, error);
}

/* False also when that cannot be told: then the writer tells why. */
static bool
matches_none(struct index *ix, const char *query)
{
	GPtrArray *ids = index_ids(ix, query, NULL);
	bool is_none = ids != NULL && ids->len == 0;

	g_clear_pointer(&ids, g_ptr_array_unref);
	return is_none;
}

bool
index_tag_matching(struct index *ix, const char *query, const char *const *changes, index_tagged_fn on_tagged,
    void *user, GError **error)
{
	struct tagging t = { .ids = g_ptr_array_new_with_free_func(g_free),
		.text = query,
		.changes = changes,
		.on_tagged = on_tagged,
		.user = user };
	/* looked at beforehand only where that may save waiting */
	bool is_none = index_is_held(ix) && matches_none(ix, query);
	bool ok = is_none ? index_tag_check(changes, error) : run_tagging(ix, &t, 1, error);

	g_ptr_array_unref(t.ids);
	return ok;
}
