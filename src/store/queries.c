/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saved searches in notmuch's own place. */
#include "store/queries.h"

#include <string.h>

#define PREFIX "query."
#define NAME_MAX_LEN 100

struct each {
	void (*fn)(const char *name, const char *query, void *user);
	void *user;
};

static notmuch_status_t
read_queries(notmuch_database_t *db, void *user)
{
	const struct each *e = user;
	notmuch_config_pairs_t *pairs = notmuch_config_get_pairs(db, PREFIX);

	for (; pairs != NULL && notmuch_config_pairs_valid(pairs); notmuch_config_pairs_move_to_next(pairs)) {
		const char *value = notmuch_config_pairs_value(pairs);

		if (value != NULL && value[0] != '\0')
			e->fn(notmuch_config_pairs_key(pairs) + strlen(PREFIX), value, e->user);
	}
	if (pairs != NULL)
		notmuch_config_pairs_destroy(pairs);
	return NOTMUCH_STATUS_SUCCESS;
}

bool
queries_each(struct index *ix, void (*fn)(const char *name, const char *query, void *user), void *user,
    GError **error)
{
	struct each e = { fn, user };

	index_reload(ix);
	return index_read(ix, read_queries, &e, error);
}

static bool
is_name(const char *name)
{
	size_t len = strlen(name);

	for (const char *p = name; *p != '\0'; p++)
		if (!g_ascii_isalnum(*p) && *p != '-' && *p != '_')
			return false;
	return len > 0 && len <= NAME_MAX_LEN;
}

bool
queries_save(struct index *ix, const char *name, const char *query, GError **error)
{
	notmuch_database_t *db;
	notmuch_status_t status;
	char *key;

	if (!is_name(name)) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
		    "\"%s\" is no name for a search: letters, digits, - and _ are", name);
		return false;
	}
	db = index_writer(ix, error);
	if (db == NULL)
		return false;
	key = g_strconcat(PREFIX, name, NULL);
	status = notmuch_database_set_config(db, key, query);
	g_free(key);
	if (status != NOTMUCH_STATUS_SUCCESS) {
		(void)index_fail(db, status, error);
		index_abandon(ix);
		return false;
	}
	return index_commit(ix, error);
}
