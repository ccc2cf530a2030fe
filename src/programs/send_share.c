/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_share.c - one account's letters over several sessions of one server. Letters that
 * have a recipient in common go over the same one, so that they arrive in the order in
 * which they were written: a patch series is no shuffle. */
#include "programs/send_pool.h"

#include <string.h>

struct share {
	GPtrArray *entries;
	GHashTable *handed; /* ids that were given out */
	GHashTable *busy;   /* addresses, in lower case, that a session has in hand */
};

static char *
key_of(const struct queue_recipient *r)
{
	return g_ascii_strdown(r->address, -1);
}

static bool
is_busy(const struct share *s, const struct queue_entry *e)
{
	bool found = false;
	guint i;

	for (i = 0; !found && i < e->recipients->len; i++) {
		char *key = key_of(e->recipients->pdata[i]);

		found = g_hash_table_contains(s->busy, key);
		g_free(key);
	}
	return found;
}

static GPtrArray *
letters(struct send_run *run, struct send_lane *lane, bool *waits_out)
{
	const struct share *s = lane->user;
	GPtrArray *list = g_ptr_array_new();
	guint i;

	*waits_out = false;
	for (i = 0; i < s->entries->len; i++) {
		struct queue_entry *e = s->entries->pdata[i];

		if (g_hash_table_contains(s->handed, e->id) ||
		    g_hash_table_contains(run->tried, e->id))
			continue;
		if (is_busy(s, e))
			*waits_out = true;
		else
			g_ptr_array_add(list, e);
	}
	return list;
}

static void
mark(struct share *s, const struct send_portion *p, bool is_taken)
{
	guint i, k;

	for (i = 0; i < p->letters->len; i++) {
		const struct queue_entry *e = send_portion_entry(p->letters->pdata[i]);

		if (is_taken)
			g_hash_table_add(s->handed, g_strdup(e->id));
		for (k = 0; k < e->recipients->len; k++) {
			char *key = key_of(e->recipients->pdata[k]);

			if (is_taken)
				g_hash_table_add(s->busy, g_strdup(key));
			else
				g_hash_table_remove(s->busy, key);
			g_free(key);
		}
	}
}

static void
taken(struct send_run *run, struct send_lane *lane, const struct send_portion *p)
{
	(void)run;
	mark(lane->user, p, true);
}

static void
settled(struct send_run *run, struct send_lane *lane, const struct send_portion *p)
{
	(void)run;
	mark(lane->user, p, false);
}

bool
send_pool_one(struct send_run *run, const struct send_route *route, struct smtp *smtp,
    GPtrArray *entries, GError **error)
{
	struct share share = {entries,
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
	guint most = send_pool_most(run, route->account);
	struct send_lane lane = {.route = *route,
	    .most = most,
	    .letters = letters,
	    .taken = taken,
	    .settled = settled,
	    .user = &share};
	bool good = send_pool(run, &lane, 1, most, smtp, error);

	g_hash_table_destroy(share.handed);
	g_hash_table_destroy(share.busy);
	return good;
}
