/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_pace.c - rates. A provider that sees too much at once throttles or blocks; a
 * domain that nobody knows yet has to grow a name: it starts with fifty recipients a day
 * and doubles. */
#include "programs/send_pace.h"

#include "base/error.h"
#include "store/queue_attempt.h"

#include <string.h>

#define MINUTE_S  60
#define DAY_S	  86400
#define FIRST_DAY 50
#define WARM_DAYS 14

gint64
send_pace_warm_up(gint64 day)
{
	if (day < 0 || day >= WARM_DAYS)
		return 0;
	return (gint64)FIRST_DAY << day;
}

/* The warm-up's first day, in Unix seconds; 0 when the account has none. */
static gint64
warm_up_start(const struct send_run *run, const char *account)
{
	const char *text = rc_string(run->rc, "account", account, "warm-up");
	char *full = text != NULL ? g_strdup_printf("%sT00:00:00Z", text) : NULL;
	GDateTime *t = full != NULL ? g_date_time_new_from_iso8601(full, NULL) : NULL;
	gint64 start = t != NULL ? g_date_time_to_unix(t) : 0;

	g_clear_pointer(&t, g_date_time_unref);
	g_free(full);
	return start;
}

/* In this window: may n more go? When not, *again_out is when the oldest falls out of it.
 * What was handed to this run already counts, too. */
static bool
has_room(struct send_run *run, const char *account, gint64 window_s, gint64 most,
    gint64 n, gint64 *again_out, GError **error)
{
	gint64 sent, oldest, now = send_run_now();

	*again_out = 0;
	if (most <= 0)
		return true;
	if (!queue_sent_since(run->queue, account, now - window_s, &sent, &oldest, error))
		return false;
	sent += send_run_in_flight(run, account);
	/* one letter to more people than the rate allows goes alone */
	if (sent + n <= most || sent == 0)
		return true;
	*again_out = (oldest > 0 ? oldest : now) + window_s + 1;
	return true;
}

static gint64
n_due(const struct send_run *run, const struct send_route *route,
    const struct queue_entry *entry)
{
	gint64 n = 0;
	guint i;

	for (i = 0; i < entry->recipients->len; i++)
		n += send_route_takes(run, route, entry, entry->recipients->pdata[i]);
	return n;
}

/* --- order --- */

/* Somebody for whom letters wait for room: until when, and the highest priority of them. */
struct behind {
	gint64 until;
	int priority;
};

/* Owned. */
static char *
key_of(const char *account, const char *address)
{
	char *lower = g_ascii_strdown(address, -1), *key = g_strdup_printf("%s %s", lower, account);

	g_free(lower);
	return key;
}

static void
note_behind(struct send_run *run, const struct queue_entry *entry, gint64 until)
{
	guint i;

	for (i = 0; i < entry->recipients->len; i++) {
		const struct queue_recipient *r = entry->recipients->pdata[i];
		char *key = key_of(entry->account, r->address);
		struct behind *b = g_hash_table_lookup(run->behind, key);

		if (!send_run_is_open(r)) {
			g_free(key);
			continue;
		}
		if (b == NULL) {
			b = g_new(struct behind, 1);
			*b = (struct behind){until, (int)entry->priority};
			g_hash_table_insert(run->behind, g_steal_pointer(&key), b);
		}
		b->until = MAX(b->until, until);
		b->priority = MAX(b->priority, (int)entry->priority);
		g_free(key);
	}
}

/* Those of earlier runs. */
static bool
load_behind(struct send_run *run, GError **error)
{
	GPtrArray *all;
	guint i;

	if (run->behind != NULL)
		return true;
	all = queue_paced(run->queue, send_run_now(), error);
	if (all == NULL)
		return false;
	run->behind = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (i = 0; i < all->len; i++) {
		const struct queue_entry *e = all->pdata[i];

		note_behind(run, e, e->next_try);
	}
	g_ptr_array_unref(all);
	return true;
}

/* When those are due that wait before this one for somebody; 0 when there are none. Who
 * asks for a letter by its name has it overtake them. */
static gint64
behind_until(const struct send_run *run, const struct send_route *route,
    const struct queue_entry *entry)
{
	gint64 until = 0;
	guint i;

	for (i = 0; !run->is_one && i < entry->recipients->len; i++) {
		const struct queue_recipient *r = entry->recipients->pdata[i];
		char *key = key_of(entry->account, r->address);
		const struct behind *b = g_hash_table_lookup(run->behind, key);

		if (b != NULL && b->priority >= (int)entry->priority &&
		    send_route_takes(run, route, entry, r))
			until = MAX(until, b->until);
		g_free(key);
	}
	return until;
}

/* --- the word --- */

static bool
postpone(struct send_run *run, struct queue_entry *entry, gint64 until, const char *why,
    GError **error)
{
	note_behind(run, entry, until);
	return queue_postpone(run->queue, entry, until, why, error);
}

bool
send_pace_may_go(struct send_run *run, const struct send_route *route,
    struct queue_entry *entry, bool *goes_out, GError **error)
{
	const char *account = route->account->name;
	gint64 start = warm_up_start(run, account), now = send_run_now();
	gint64 rate = rc_is_set(run->rc, "account", account, "rate")
			  ? rc_int(run->rc, "account", account, "rate")
			  : rc_int(run->rc, "queue", NULL, "rate");
	gint64 warm = start > 0 ? send_pace_warm_up((now - start) / DAY_S) : 0;
	gint64 n = n_due(run, route, entry), minute = 0, day = 0, until;
	char *why;
	bool good;

	*goes_out = true;
	if (rate <= 0 && warm <= 0)
		return true;
	if (!load_behind(run, error))
		return false;
	until = behind_until(run, route, entry);
	if (until > 0) {
		*goes_out = false;
		return postpone(run, entry, MAX(until, now + 1),
		    "waits behind an earlier letter to the same person, which waits for the rate", error);
	}
	if (!has_room(run, account, MINUTE_S, rate, n, &minute, error) ||
	    !has_room(run, account, DAY_S, warm, n, &day, error))
		return false;
	if (minute == 0 && day == 0) {
		send_run_take_off(run, account, n);
		return true;
	}
	*goes_out = false;
	why = day > minute
		  ? g_strdup_printf(
			"waits: the domain is warming up, with %" G_GINT64_FORMAT
			" recipients today (account.warm-up)",
			warm)
		  : g_strdup_printf("waits: the account sends to %" G_GINT64_FORMAT
				    " recipients a minute at most (rate)",
			rate);
	good = postpone(run, entry, MAX(minute, day), why, error);
	g_free(why);
	return good;
}
