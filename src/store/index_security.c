/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_security.c - one message, one word. */
#include "store/index_security.h"

#include "store/index_work.h"

#include <string.h>

struct putting {
	const char *id, *shown_as;
};

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
	const struct putting *p = user;
	notmuch_message_t *message = NULL;
	notmuch_status_t status = index_find(db, p->id, &message);

	(void)ix;
	(void)i;
	if (status == NOTMUCH_STATUS_SUCCESS && message != NULL)
		status = put(message, p->shown_as);
	if (message != NULL)
		notmuch_message_destroy(message);
	return status == NOTMUCH_STATUS_SUCCESS || index_fail(db, status, error);
}

bool
index_security_put(struct index *ix, const char *id, const char *shown_as, GError **error)
{
	struct putting p = { id, shown_as };
	struct index_work work = { .n = 1, .one = put_one, .user = &p };

	return index_work_run(ix, &work, error);
}
