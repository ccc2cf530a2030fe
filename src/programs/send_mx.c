/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_mx.c - delivery to the recipients' own servers (RFC 5321 5): a route for each
 * domain, its hosts in order. What DANE (RFC 7672) or MTA-STS (RFC 8461) demand is kept,
 * and DANE goes before MTA-STS; else TLS is used where it works (RFC 7435). */
#include "programs/send_pace.h"
#include "programs/send_pool.h"
#include "programs/send_sts.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"
#include "lookup/dns_rc.h"
#include "net/mx.h"

#include <string.h>

/* All that a session to one domain needs; it outlives the session. */
struct way {
	struct send_run *run;
	const struct rc_account *account;
	const char *ehlo_name;
	char *domain;
	GPtrArray *ids; /* of the letters with someone there; owned strings */
	char *ca_file;
	unsigned port;
	/* of the host that is tried */
	struct mta_sts policy;
	struct rc_server server;
	struct smtp_relay relay;
	GPtrArray *addresses, *tlsa;
	char *host;
};

static void
forget_host(struct way *w)
{
	g_clear_pointer(&w->addresses, g_ptr_array_unref);
	g_clear_pointer(&w->tlsa, g_ptr_array_unref);
	g_clear_pointer(&w->host, g_free);
}

static bool
is_cancelled(void *user)
{
	const struct way *w = user;

	return w->run->sink->is_cancelled(w->run->sink->user);
}

/* --- one host --- */

/* Addresses, and the keys that the DNS vouches for. */
static bool
look_up(struct way *w, struct dns_session *dns, const struct mx_host *host,
    bool list_is_secure, GError **error)
{
	bool is_secure = false;

	forget_host(w);
	w->host = g_strdup(host->name);
	/* the policy, or a host that let us wait, took its time: that is not this one's */
	dns_session_allow(
	    dns, dns_session_log(dns)->len + LIMIT_DNS_QUERIES, LIMIT_DNS_SECONDS);
	w->addresses = mx_addresses(dns, host->name, &is_secure, error);
	if (w->addresses == NULL)
		return false;
	if (w->addresses->len < 2) {
		g_set_error(
		    error, PF_ERROR, PF_ERROR_TEMPORARY, "%s has no address", host->name);
		return false;
	}
	/* RFC 7672 2.2: only behind a list and an address that are validated, too */
	if (!list_is_secure || !is_secure)
		return true;
	w->tlsa = mx_tlsa(dns, host->name, w->port, error);
	return w->tlsa != NULL;
}

static void
set_terms(struct way *w)
{
	bool has_dane = w->tlsa != NULL && w->tlsa->len > 1;
	bool has_sts = w->policy.mode == MTA_STS_ENFORCE;

	w->server = (struct rc_server){.scheme = "mx",
	    .user = "",
	    .host = w->host,
	    .port = (guint16)w->port,
	    .tls = RC_TLS_STARTTLS,
	    .proxy = rc_proxy(w->run->rc, w->account->name)};
	w->relay = (struct smtp_relay){.ehlo_name = w->ehlo_name,
	    .addresses = (const char *const *)w->addresses->pdata,
	    .must_encrypt = has_dane || has_sts,
	    .trust = has_dane  ? TLS_TRUST_DANE
		     : has_sts ? TLS_TRUST_CHAIN
			       : TLS_TRUST_ANY,
	    .tlsa = has_dane ? (const char *const *)w->tlsa->pdata : NULL};
}

static struct smtp *
connect_host(struct way *w, GError **error)
{
	struct smtp_opts opts = {.session = {.server = &w->server,
				     .account = w->account->name,
				     .ca_file = w->ca_file,
				     .is_cancelled = is_cancelled,
				     .user = w},
	    .relay = &w->relay,
	    .answer_ms = send_run_answer_ms(w->run)};
	GError *cause = NULL;
	struct smtp *smtp = smtp_open(&opts, &cause);

	/* TLS that does not work is no better than none, where none would do */
	if (smtp == NULL && !w->relay.must_encrypt &&
	    g_error_matches(cause, PF_ERROR, PF_ERROR_TLS)) {
		log_info("send", "host=%s in clear: %s", w->host, cause->message);
		g_clear_error(&cause);
		w->relay.is_clear = true;
		smtp = smtp_open(&opts, &cause);
	}
	if (cause != NULL)
		g_propagate_error(error, cause);
	return smtp;
}

/* --- one domain --- */

static bool
is_allowed(const struct way *w, const struct mx_host *host, GError **error)
{
	if (w->policy.mode != MTA_STS_ENFORCE || mta_sts_matches(&w->policy, host->name))
		return true;
	g_set_error(error, PF_ERROR, PF_ERROR_TLS,
	    "%s is no mail host of %s by that domain's MTA-STS policy", host->name,
	    w->domain);
	return false;
}

static struct smtp *
try_hosts(
    struct way *w, struct dns_session *dns, const struct mx_plan *plan, GError **error)
{
	struct smtp *smtp = NULL;
	GError *last = NULL;
	guint i;

	for (i = 0; smtp == NULL && i < plan->hosts->len; i++) {
		const struct mx_host *host = plan->hosts->pdata[i];

		g_clear_error(&last);
		if (!is_allowed(w, host, &last) ||
		    !look_up(w, dns, host, plan->is_secure, &last))
			continue;
		set_terms(w);
		smtp = connect_host(w, &last);
		if (g_error_matches(last, PF_ERROR, PF_ERROR_CANCELLED))
			break;
	}
	if (last != NULL && smtp == NULL)
		g_propagate_error(error, last);
	else
		g_clear_error(&last);
	return smtp;
}

static struct smtp *
open_domain(struct send_run *run, const struct send_route *route, GError **error)
{
	struct way *w = route->user;
	/* for one session: the resolver has a thread, and a program that has one must not
	 * fork */
	struct dns *resolver = dns_rc_open(run->rc, NULL, error);
	struct dns_session *dns;
	struct smtp *smtp = NULL;
	struct mx_plan plan;

	if (resolver == NULL)
		return NULL;
	dns = dns_session_new(resolver);
	if (mx_resolve(dns, w->domain, &plan, error)) {
		mta_sts_clear(&w->policy);
		send_sts_policy(run, dns, w->domain, &w->policy);
		smtp = try_hosts(w, dns, &plan, error);
	}
	mx_plan_clear(&plan);
	dns_session_free(dns);
	dns_free(resolver);
	return smtp;
}

/* --- all domains --- */

static void
free_way(gpointer data)
{
	struct way *w = data;

	forget_host(w);
	mta_sts_clear(&w->policy);
	g_ptr_array_unref(w->ids);
	g_free(w->domain);
	g_free(w->ca_file);
	g_free(w);
}

static struct way *
new_way(struct send_run *run, const struct rc_account *account, const char *domain,
    const char *ehlo_name)
{
	struct way *w = g_new0(struct way, 1);

	w->run = run;
	w->account = account;
	w->domain = g_strdup(domain);
	w->ehlo_name = ehlo_name;
	w->ids = g_ptr_array_new_with_free_func(g_free);
	w->ca_file = rc_path_value(run->rc, "tls", NULL, "ca-file");
	w->port = (unsigned)rc_int(run->rc, "account", account->name, "mx-port");
	return w;
}

static struct way *
way_to(GPtrArray *ways, GHashTable *by_domain, const struct way *like, const char *domain)
{
	struct way *w = g_hash_table_lookup(by_domain, domain);

	if (w != NULL)
		return w;
	w = new_way(like->run, like->account, domain, like->ehlo_name);
	g_ptr_array_add(ways, w);
	g_hash_table_insert(by_domain, w->domain, w);
	return w;
}

static void
add_letter(struct way *w, const char *id)
{
	if (w->ids->len == 0 || strcmp(w->ids->pdata[w->ids->len - 1], id) != 0)
		g_ptr_array_add(w->ids, g_strdup(id));
}

/* A way for each domain with recipients whose turn it is, in the letters' order. like:
 * run, account and name of all. */
static GPtrArray *
ways_of(const struct way *like, const GPtrArray *entries)
{
	GHashTable *by_domain = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *ways = g_ptr_array_new_with_free_func(free_way);
	guint i, k;

	for (i = 0; i < entries->len; i++) {
		const struct queue_entry *e = entries->pdata[i];

		for (k = 0; k < e->recipients->len; k++) {
			const struct queue_recipient *r = e->recipients->pdata[k];
			const char *at = strrchr(r->address, '@');
			char *domain = at != NULL ? g_ascii_strdown(at + 1, -1) : NULL;

			if (domain != NULL && send_run_is_due(like->run, e, r))
				add_letter(way_to(ways, by_domain, like, domain), e->id);
			g_free(domain);
		}
	}
	g_hash_table_destroy(by_domain);
	return ways;
}

static bool
has_one(const struct send_run *run, const struct send_route *route,
    const struct queue_entry *e)
{
	guint i;

	for (i = 0; i < e->recipients->len; i++) {
		if (send_route_takes(run, route, e, e->recipients->pdata[i]))
			return true;
	}
	return false;
}

/* Does the letter wait behind another one, for a recipient that both have? A key of
 * behind is his address in lower case. is_late: it waits, and so do those behind it. */
static bool
must_wait(const struct send_run *run, const struct send_route *route,
    const struct queue_entry *e, GHashTable *behind, bool is_late)
{
	guint pass, i;

	/* first whether it does, then whom that keeps waiting */
	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < e->recipients->len; i++) {
			const struct queue_recipient *r = e->recipients->pdata[i];
			char *key = send_route_takes(run, route, e, r)
					? g_ascii_strdown(r->address, -1)
					: NULL;

			if (key != NULL && pass == 0)
				is_late = is_late || g_hash_table_contains(behind, key);
			else if (key != NULL && is_late)
				g_hash_table_add(behind, g_steal_pointer(&key));
			g_free(key);
		}
	}
	return is_late;
}

/* The way's letters as the ledger has them now: held or taken back, given another time,
 * or in hand for another domain. */
static GPtrArray *
letters_for(struct send_run *run, struct send_lane *lane, bool *waits_out)
{
	const struct way *w = lane->user;
	GPtrArray *list =
	    g_ptr_array_new_with_free_func((GDestroyNotify)queue_entry_free);
	GHashTable *behind = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	guint i;

	*waits_out = false;
	for (i = 0; i < w->ids->len; i++) {
		struct queue_entry *e = queue_get(run->queue, w->ids->pdata[i], NULL);
		bool is_wanted = e != NULL && has_one(run, &lane->route, e);
		bool is_late = is_wanted &&
			       (e->state == QUEUE_SENDING || e->state == QUEUE_DOT);

		is_wanted = is_wanted && (is_late || send_run_may_leave(run, e));
		is_late = is_wanted && must_wait(run, &lane->route, e, behind, is_late);
		*waits_out = *waits_out || is_late;
		if (is_wanted && !is_late)
			g_ptr_array_add(list, e);
		else
			queue_entry_free(e);
	}
	g_hash_table_destroy(behind);
	return list;
}

/* One domain after the other, each until nobody's turn is left: a session may end before
 * its time, or take few at once. */
static bool
send_in_turn(struct send_run *run, struct send_lane *lane, GError **error)
{
	bool good = true, goes_on = true, waits;

	while (good && goes_on && !run->sink->is_cancelled(run->sink->user)) {
		GPtrArray *letters = letters_for(run, lane, &waits);

		goes_on = letters->len > 0;
		good = !goes_on || send_portions(run, &lane->route, letters, error);
		g_ptr_array_unref(letters);
	}
	return good;
}

static char *
ehlo_name(const struct send_run *run, const struct rc_account *account)
{
	const char *name = rc_string(run->rc, "account", account->name, "ehlo-name");

	return g_strdup(name != NULL ? name : g_get_host_name());
}

bool
send_mx(struct send_run *run, const struct rc_account *account, GPtrArray *entries,
    GError **error)
{
	char *name = ehlo_name(run, account);
	const struct way like = {.run = run, .account = account, .ehlo_name = name};
	GPtrArray *ways = ways_of(&like, entries);
	struct send_lane *lanes = g_new0(struct send_lane, ways->len);
	guint i, most = send_pool_most(run, account);
	bool good = true;

	for (i = 0; i < ways->len; i++) {
		struct way *w = ways->pdata[i];

		lanes[i] = (struct send_lane){
		    .route = {account, w->domain, open_domain, send_pace_may_go, w},
		    .most = 1,
		    .letters = letters_for,
		    .user = w};
	}
	if (ways->len > 1 && most > 1)
		good = send_pool(run, lanes, ways->len, most, NULL, error);
	for (i = 0; good && i < ways->len && (ways->len == 1 || most == 1); i++)
		good = send_in_turn(run, &lanes[i], error);
	for (i = 0; i < entries->len; i++)
		g_hash_table_add(run->tried,
		    g_strdup(((const struct queue_entry *)entries->pdata[i])->id));
	g_ptr_array_unref(ways);
	g_free(lanes);
	g_free(name);
	return good;
}
