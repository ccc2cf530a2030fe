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
	gint64 n = n_due(run, route, entry), minute = 0, day = 0;
	char *why;
	bool good;

	*goes_out = true;
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
	good = queue_postpone(run->queue, entry, MAX(minute, day), why, error);
	g_free(why);
	return good;
}
