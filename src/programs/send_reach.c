/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_reach.c - what a run knows of the servers of its routes. A letter that waits because no server
 * could be reached has no turn of its own: it goes with whatever goes there next, so that nothing
 * overtakes it; and one that comes while the run goes on gets the word that the others got. */
#include "programs/send_reach.h"

#include "base/error.h"

#include <string.h>

/* Sessions in a row that answered nothing. */
struct barren {
	guint n;
	char *first;  /* letter of the last of them */
	char *blamed; /* the one that seems to be the reason; NULL: none */
};

struct send_reach {
	GHashTable *noted;  /* routes that letters of this run take */
	GHashTable *barren; /* route to struct barren */
	GHashTable *given_up; /* route to why */
};

static void
free_barren(gpointer data)
{
	struct barren *b = data;

	g_free(b->first);
	g_free(b->blamed);
	g_free(b);
}

static void
free_error(gpointer error)
{
	g_error_free(error);
}

struct send_reach *
send_reach_new(void)
{
	struct send_reach *reach = g_new0(struct send_reach, 1);

	reach->noted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	reach->barren = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_barren);
	reach->given_up = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_error);
	return reach;
}

void
send_reach_free(struct send_reach *reach)
{
	g_hash_table_destroy(reach->noted);
	g_hash_table_destroy(reach->barren);
	g_hash_table_destroy(reach->given_up);
	g_free(reach);
}

/* --- routes --- */

/* Owned. */
static char *
key_of(const char *account, const char *domain)
{
	char *lower = g_ascii_strdown(domain != NULL ? domain : "", -1);
	char *key = g_strdup_printf("%s %s", lower, account);

	g_free(lower);
	return key;
}

static char *
key_of_route(const struct send_route *route)
{
	return key_of(route->account->name, route->domain);
}

static char *
key_of_recipient(
    const struct send_run *run, const struct queue_entry *entry, const struct queue_recipient *r)
{
	const struct rc_account *account = rc_account(run->rc, entry->account);
	const char *at = strrchr(r->address, '@');

	return key_of(entry->account,
	    account != NULL && account->is_mx && at != NULL ? at + 1 : NULL);
}

/* --- who goes along --- */

bool
send_reach_is_unreached(const struct queue_recipient *r)
{
	return r->fate == QUEUE_FATE_DEFERRED && r->code == 0 && *r->status == '\0' &&
	       r->attempts > 0;
}

void
send_reach_note(struct send_run *run, const GPtrArray *entries)
{
	guint i, k;

	for (i = 0; i < entries->len; i++) {
		const struct queue_entry *e = entries->pdata[i];

		for (k = 0; k < e->recipients->len; k++) {
			const struct queue_recipient *r = e->recipients->pdata[k];

			if (send_run_is_due(run, e, r))
				g_hash_table_add(run->reach->noted, key_of_recipient(run, e, r));
		}
	}
}

bool
send_reach_takes_along(
    const struct send_run *run, const struct queue_entry *entry, const struct queue_recipient *r)
{
	char *key;
	bool found;

	if (!send_reach_is_unreached(r))
		return false;
	key = key_of_recipient(run, entry, r);
	found = g_hash_table_contains(run->reach->noted, key);
	g_free(key);
	return found;
}

/* --- servers that do not answer --- */

static struct barren *
barren_of(struct send_run *run, const struct send_route *route)
{
	char *key = key_of_route(route);
	struct barren *b = g_hash_table_lookup(run->reach->barren, key);

	if (b == NULL) {
		b = g_new0(struct barren, 1);
		g_hash_table_insert(run->reach->barren, key, b);
	} else {
		g_free(key);
	}
	return b;
}

guint
send_reach_barren(
    struct send_run *run, const struct send_route *route, const char *first, bool *is_same_out)
{
	struct barren *b = barren_of(run, route);

	*is_same_out = g_strcmp0(b->first, first) == 0;
	g_free(b->first);
	b->first = g_strdup(first);
	if (*is_same_out) {
		g_free(b->blamed);
		b->blamed = g_strdup(first);
	}
	return ++b->n;
}

void
send_reach_answered(struct send_run *run, const struct send_route *route)
{
	struct barren *b = barren_of(run, route);

	b->n = 0;
	g_clear_pointer(&b->first, g_free);
	g_clear_pointer(&b->blamed, g_free);
}

bool
send_reach_give_up(
    struct send_run *run, const struct send_route *route, const GError *why, GError **error)
{
	struct barren *b = barren_of(run, route);
	bool good = b->blamed == NULL || queue_forgive(run->queue, b->blamed, error);

	g_clear_pointer(&b->blamed, g_free);
	g_hash_table_insert(run->reach->given_up, key_of_route(route), g_error_copy(why));
	return good;
}

const GError *
send_reach_given_up(const struct send_run *run, const struct send_route *route)
{
	char *key = key_of_route(route);
	const GError *why = g_hash_table_lookup(run->reach->given_up, key);

	g_free(key);
	return why;
}
