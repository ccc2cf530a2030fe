/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_share.c - one account's letters over several sessions of one server. Letters that
 * have a recipient in common keep their order: a patch series is no shuffle. So a session
 * gets all letters of some people, up to its share, and leaves the other people to the
 * other sessions. */
#include "programs/send_pool.h"

/* Somebody whose turn it is in some letter. */
struct person {
	bool is_busy; /* a letter to him is in hand, or came back: the next round has it */
	/* within one look at the letters */
	bool waits;
	guint last; /* the last letter to him, from 1; 0: none */
};

struct letter {
	struct queue_entry *entry;
	struct person **people; /* one for each recipient; NULL: it is not his turn */
	bool is_handed;
	/* within one look */
	guint group; /* an earlier letter with people in common, at last its own number */
	guint n_group; /* the letters of the group that has this number */
};

struct share {
	struct letter *letters;
	guint n_letters;
	GHashTable *people;   /* address in lower case to struct person */
	GHashTable *by_entry; /* to its struct letter */
};

static guint
group_of(struct share *s, guint number)
{
	while (s->letters[number].group != number) {
		struct letter *l = &s->letters[number];

		l->group = s->letters[l->group].group; /* next time the way is shorter */
		number = l->group;
	}
	return number;
}

static bool
has_someone_who_waits(const struct letter *l)
{
	guint i;

	for (i = 0; i < l->entry->recipients->len; i++) {
		if (l->people[i] != NULL && l->people[i]->waits)
			return true;
	}
	return false;
}

/* Would the letter make one group of more than a portion out of several? Then they go
 * first, and side by side. */
static bool
joins_too_many(struct share *s, const struct letter *l)
{
	guint i, first = G_MAXUINT, n = 0;
	bool is_one = true;

	for (i = 0; i < l->entry->recipients->len; i++) {
		guint group;

		if (l->people[i] == NULL || l->people[i]->last == 0)
			continue;
		group = group_of(s, l->people[i]->last - 1);
		is_one = is_one && (first == G_MAXUINT || group == first);
		first = group;
		n += s->letters[group].n_group;
	}
	return !is_one && n > SEND_PORTION_LETTERS;
}

static void
join(struct share *s, guint number)
{
	const struct letter *l = &s->letters[number];
	guint i;

	s->letters[number].group = number;
	s->letters[number].n_group = 1;
	for (i = 0; i < l->entry->recipients->len; i++) {
		struct person *p = l->people[i];
		guint a = group_of(s, number), b;

		if (p == NULL)
			continue;
		b = p->last > 0 ? group_of(s, p->last - 1) : a;
		if (a != b) {
			/* the oldest letter gives the number */
			s->letters[MAX(a, b)].group = MIN(a, b);
			s->letters[MIN(a, b)].n_group += s->letters[MAX(a, b)].n_group;
		}
		p->last = number + 1;
	}
}

/* Group after group; the array is the share's, so that addresses are numbers. */
static gint
by_group(gconstpointer a, gconstpointer b)
{
	const struct letter *x = *(struct letter *const *)a;
	const struct letter *y = *(struct letter *const *)b;

	if (x->entry->priority != y->entry->priority)
		return (int)y->entry->priority - (int)x->entry->priority;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return x < y ? -1 : x > y;
}

static void
begin_look(const struct share *s)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, s->people);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct person *p = value;

		p->waits = p->is_busy;
		p->last = 0;
	}
}

static void
let_wait(const struct letter *l)
{
	guint i;

	for (i = 0; i < l->entry->recipients->len; i++) {
		if (l->people[i] != NULL)
			l->people[i]->waits = true;
	}
}

static GPtrArray *
letters(struct send_run *run, struct send_lane *lane, bool *waits_out)
{
	struct share *s = lane->user;
	GPtrArray *list = g_ptr_array_new();
	guint i;

	*waits_out = false;
	begin_look(s);
	for (i = 0; i < s->n_letters; i++) {
		struct letter *l = &s->letters[i];

		if (l->is_handed || g_hash_table_contains(run->tried, l->entry->id))
			continue;
		if (has_someone_who_waits(l) || joins_too_many(s, l)) {
			/* and so do all behind it that are for one of its people */
			let_wait(l);
			*waits_out = true;
			continue;
		}
		join(s, i);
		g_ptr_array_add(list, l);
	}
	for (i = 0; i < list->len; i++) {
		struct letter *l = list->pdata[i];

		l->group = group_of(s, l->group);
	}
	g_ptr_array_sort(list, by_group);
	for (i = 0; i < list->len; i++)
		list->pdata[i] = ((const struct letter *)list->pdata[i])->entry;
	return list;
}

/* Those of the portion's letters; only_due: whose turn it is. */
static void
set_busy(const struct send_run *run, const struct send_lane *lane,
    const struct send_portion *p, bool is_busy, bool only_due)
{
	const struct share *s = lane->user;
	guint i, k;

	for (i = 0; i < p->letters->len; i++) {
		const struct queue_entry *e = send_portion_entry(p->letters->pdata[i]);
		struct letter *l = g_hash_table_lookup(s->by_entry, e);

		l->is_handed = true;
		for (k = 0; k < e->recipients->len; k++) {
			if (l->people[k] != NULL &&
			    (!only_due || send_route_takes(run, &lane->route, e,
					      e->recipients->pdata[k])))
				l->people[k]->is_busy = is_busy;
		}
	}
}

static void
taken(struct send_run *run, struct send_lane *lane, const struct send_portion *p)
{
	set_busy(run, lane, p, true, false);
}

/* One whose turn it still is waits for the next round, which has all letters to him in
 * order. */
static void
settled(struct send_run *run, struct send_lane *lane, const struct send_portion *p)
{
	set_busy(run, lane, p, false, false);
	set_busy(run, lane, p, true, true);
}

/* --- the share --- */

static struct person *
person_of(GHashTable *people, const char *address)
{
	char *key = g_ascii_strdown(address, -1);
	struct person *p = g_hash_table_lookup(people, key);

	if (p != NULL) {
		g_free(key);
		return p;
	}
	p = g_new0(struct person, 1);
	g_hash_table_insert(people, key, p);
	return p;
}

static void
share_init(struct share *s, const struct send_run *run, const struct send_route *route,
    const GPtrArray *entries)
{
	guint i, k;

	s->letters = g_new0(struct letter, entries->len);
	s->n_letters = entries->len;
	s->people = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	s->by_entry = g_hash_table_new(NULL, NULL);
	for (i = 0; i < entries->len; i++) {
		struct queue_entry *e = entries->pdata[i];
		struct letter *l = &s->letters[i];

		l->entry = e;
		l->people = g_new0(struct person *, e->recipients->len);
		for (k = 0; k < e->recipients->len; k++) {
			const struct queue_recipient *r = e->recipients->pdata[k];

			if (send_route_takes(run, route, e, r))
				l->people[k] = person_of(s->people, r->address);
		}
		g_hash_table_insert(s->by_entry, e, l);
	}
}

static void
share_fini(struct share *s)
{
	guint i;

	for (i = 0; i < s->n_letters; i++)
		g_free(s->letters[i].people);
	g_free(s->letters);
	g_hash_table_destroy(s->people);
	g_hash_table_destroy(s->by_entry);
}

bool
send_pool_one(struct send_run *run, const struct send_route *route, struct smtp *smtp,
    GPtrArray *entries, GError **error)
{
	struct share share;
	guint most = send_pool_most(run, route->account);
	struct send_lane lane = {.route = *route,
	    .most = most,
	    .letters = letters,
	    .taken = taken,
	    .settled = settled,
	    .user = &share};
	bool good;

	share_init(&share, run, route, entries);
	good = send_pool(run, &lane, 1, most, smtp, error);
	share_fini(&share);
	return good;
}
