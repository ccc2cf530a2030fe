/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_each.c - see index_each.h. */
#include "store/index_each.h"

#include <stddef.h>

notmuch_message_t *
index_each_get(notmuch_messages_t *messages, notmuch_status_t *status)
{
	notmuch_message_t *message = notmuch_messages_get(messages);

	if (message != NULL && notmuch_message_get_message_id(message) != NULL &&
	    notmuch_message_get_thread_id(message) != NULL)
		return message;
	if (message != NULL)
		notmuch_message_destroy(message);
	*status = NOTMUCH_STATUS_XAPIAN_EXCEPTION;
	return NULL;
}

notmuch_status_t
index_each(notmuch_database_t *db, const char *query, notmuch_sort_t sort,
    void (*fn)(notmuch_message_t *message, void *user), void *user)
{
	notmuch_query_t *q = notmuch_query_create(db, query);
	notmuch_messages_t *messages = NULL;
	notmuch_status_t status;

	notmuch_query_set_sort(q, sort);
	notmuch_query_set_omit_excluded(q, NOTMUCH_EXCLUDE_FALSE);
	status = notmuch_query_search_messages(q, &messages);
	for (; status == NOTMUCH_STATUS_SUCCESS && notmuch_messages_valid(messages);
	     notmuch_messages_move_to_next(messages)) {
		notmuch_message_t *message = index_each_get(messages, &status);

		if (message == NULL)
			break;
		fn(message, user);
		notmuch_message_destroy(message);
	}
	notmuch_query_destroy(q);
	return status;
}
