/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_security.c - one message, one word. */
#include "store/index_security.h"

#include "base/jsonl.h"
#include "store/index_each.h"
#include "store/index_work.h"

#include <string.h>

const char *const index_security_words[] = { "none", "signed", "partly-signed", "bad-signature", "encrypted",
	"encrypted-signed", NULL };

static notmuch_status_t
put(notmuch_message_t *message, const char *shown_as)
{
	const char *now = NULL;
	notmuch_status_t status = notmuch_message_get_property(message, "security", &now);

	if (status != NOTMUCH_STATUS_SUCCESS || g_strcmp0(now, shown_as) == 0)
		return status;
	notmuch_message_freeze(message);
	status = notmuch_message_remove_all_properties(message, "security");
	if (status == NOTMUCH_STATUS_SUCCESS && *shown_as != '\0')
		status = notmuch_message_add_property(message, "security", shown_as);
	notmuch_message_thaw(message);
	return status;
}

static bool
put_one(struct index *ix, notmuch_database_t *db, guint i, void *user, GError **error)
{
	const struct index_security *item = (const struct index_security *)user + i;
	notmuch_message_t *message = NULL;
	notmuch_status_t status = index_find(db, item->id, &message);

	(void)ix;
	if (status == NOTMUCH_STATUS_SUCCESS && message != NULL)
		status = put(message, item->shown_as);
	if (message != NULL)
		notmuch_message_destroy(message);
	return status == NOTMUCH_STATUS_SUCCESS || index_fail(db, status, error);
}

bool
index_security_put(struct index *ix, const struct index_security *items, guint n, GError **error)
{
	struct index_work work = { .n = n, .one = put_one, .user = (void *)(guintptr)items };

	return index_work_run(ix, &work, error);
}

struct naming {
	json_t *out;
	guint limit;
};

static notmuch_status_t
name_them(notmuch_database_t *db, void *user)
{
	struct naming *n = user;
	GString *text = g_string_new("tag:signed and not tag:encrypted");
	notmuch_messages_t *messages = NULL;

	json_array_clear(n->out); /* it may be asked twice */
	for (size_t i = 0; index_security_words[i] != NULL; i++)
		g_string_append_printf(text, " and not property:security=%s", index_security_words[i]);
	notmuch_query_t *query = notmuch_query_create(db, text->str);

	notmuch_query_set_sort(query, NOTMUCH_SORT_NEWEST_FIRST);
	notmuch_status_t status = notmuch_query_search_messages(query, &messages);

	for (; status == NOTMUCH_STATUS_SUCCESS && notmuch_messages_valid(messages) &&
	     json_array_size(n->out) < n->limit; notmuch_messages_move_to_next(messages)) {
		notmuch_message_t *message = index_each_get(messages, &status);

		if (message == NULL)
			break;
		json_array_append_new(n->out,
		    json_pack("{s:o, s:o}", "path", jsonl_text(notmuch_message_get_filename(message), -1), "id",
			jsonl_text(notmuch_message_get_message_id(message), -1)));
		notmuch_message_destroy(message);
	}
	notmuch_query_destroy(query);
	g_string_free(text, TRUE);
	return status;
}

json_t *
index_security_unverified(struct index *ix, guint limit, GError **error)
{
	struct naming n = { json_array(), limit };

	if (index_read(ix, name_them, &n, error))
		return n.out;
	json_decref(n.out);
	return NULL;
}
