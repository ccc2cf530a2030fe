/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_pool_most.c - how many sessions at a time: as many as pay, and no more than the
 * server bears. */
#include "programs/send_pool_private.h"

#include "base/log.h"

#define PER_SESSION                                                                      \
	8	       /* letters for which a session of its own pays, at one round trip \
			  each: a log-in takes five or six */
#define PER_GROUPED 64 /* where many letters share a round trip */

guint
send_pool_most(const struct send_run *run, const struct rc_account *account)
{
	gint64 most = rc_int(run->rc, "account", account->name, "connections");
	gsize learned = GPOINTER_TO_SIZE(g_hash_table_lookup(run->most, account->name));

	return learned > 0 ? (guint)MIN((gint64)learned, most) : (guint)MAX(most, 1);
}

guint
pool_per_session(const struct send_session *session)
{
	return session->is_grouped ? PER_GROUPED : PER_SESSION;
}

/* Different first recipients, up to two. */
static guint
n_people(const GPtrArray *entries)
{
	const char *first = NULL;
	guint i;

	for (i = 0; i < entries->len; i++) {
		const struct queue_entry *e = entries->pdata[i];
		const struct queue_recipient *r = e->recipients->pdata[0];

		if (first != NULL && g_ascii_strcasecmp(first, r->address) != 0)
			return 2;
		first = r->address;
	}
	return entries->len > 0;
}

bool
send_pool_pays(const struct send_run *run, const struct send_route *route,
    const struct send_session *session, const GPtrArray *entries)
{
	return send_pool_most(run, route->account) > 1 &&
	       entries->len >= 2 * pool_per_session(session) && n_people(entries) > 1;
}

/* The lane's server bears no more than n. */
void
pool_learn(struct pool *pool, struct send_lane *lane, guint n)
{
	const char *account = lane->route.account->name;

	if (lane->most <= 1)
		return;
	lane->most = MAX(n, 1);
	log_info(
	    "send", "account=%s sessions=%u: no more at a time", account, lane->most);
	g_hash_table_insert(
	    pool->run->most, g_strdup(account), GSIZE_TO_POINTER((gsize)lane->most));
}

/* RFC 3463: 4.7 policy, 4.3.2 not accepting, 4.4.5 congestion, 4.5.3 too much. */
static bool
is_throttled(const struct smtp_recipient *r)
{
	const unsigned *e = r->enhanced;

	return r->verdict == SMTP_LATER &&
	       (r->code == 421 || (e[0] == 4 && (e[1] == 7 || (e[1] == 3 && e[2] == 2) ||
						    (e[1] == 4 && e[2] == 5))));
}

bool
pool_was_throttled(const struct send_portion *p)
{
	guint i;
	size_t k;

	for (i = 0; i < p->letters->len; i++) {
		const struct smtp_letter *l = p->letters->pdata[i];

		for (k = 0; k < l->n_recipients; k++) {
			if (is_throttled(&l->recipients[k]))
				return true;
		}
	}
	return false;
}
