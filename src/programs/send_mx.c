/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_mx.c - delivery to the recipients' own servers (RFC 5321 5): a route for each
 * domain, its hosts in order. What DANE (RFC 7672) or MTA-STS (RFC 8461) demand is kept,
 * and DANE goes before MTA-STS; else TLS is used where it works (RFC 7435). */
#include "programs/send_pace.h"
#include "programs/send_route.h"
#include "programs/send_sts.h"

#include "base/error.h"
#include "base/log.h"
#include "lookup/dns_unbound.h"
#include "lookup/dns_zone.h"
#include "net/mx.h"

#include <string.h>

/* All that a session to one domain needs; it outlives the session. */
struct way {
	struct send_run *run;
	const struct rc_account *account;
	struct dns *dns;
	const char *domain, *ehlo_name;
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
	    .tls = RC_TLS_STARTTLS};
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
	struct smtp_opts opts = {.server = &w->server,
	    .account = w->account->name,
	    .ca_file = w->ca_file,
	    .relay = &w->relay,
	    .is_cancelled = is_cancelled,
	    .user = w};
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
	struct dns_session *dns = dns_session_new(w->dns);
	struct smtp *smtp = NULL;
	struct mx_plan plan;

	if (mx_resolve(dns, w->domain, &plan, error)) {
		mta_sts_clear(&w->policy);
		send_sts_policy(run, dns, w->domain, &w->policy);
		smtp = try_hosts(w, dns, &plan, error);
	}
	mx_plan_clear(&plan);
	dns_session_free(dns);
	return smtp;
}

/* --- all domains --- */

static struct dns *
open_dns(const struct rc *rc, GError **error)
{
	char *zone = rc_path_value(rc, "dns", NULL, "zone");
	char *anchor = rc_path_value(rc, "dns", NULL, "trust-anchor");
	struct dns *dns =
	    zone != NULL
		? dns_zone_open(zone, error)
		: dns_unbound_open(rc_string(rc, "dns", NULL, "server"), anchor, error);

	g_free(zone);
	g_free(anchor);
	return dns;
}

/* The domains of recipients whose turn it is, each once, in the letters' order. */
static GPtrArray *
domains_of(
    const struct send_run *run, const struct send_route *route, const GPtrArray *entries)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	guint i, k;

	for (i = 0; i < entries->len; i++) {
		const struct queue_entry *e = entries->pdata[i];

		for (k = 0; k < e->recipients->len; k++) {
			const struct queue_recipient *r = e->recipients->pdata[k];
			const char *at = strrchr(r->address, '@');
			char *domain = at != NULL ? g_ascii_strdown(at + 1, -1) : NULL;

			if (domain != NULL && send_route_takes(run, route, e, r) &&
			    !g_ptr_array_find_with_equal_func(
				list, domain, g_str_equal, NULL))
				g_ptr_array_add(list, g_steal_pointer(&domain));
			g_free(domain);
		}
	}
	return list;
}

/* The letters as the ledger has them now that have someone on the route. */
static GPtrArray *
letters_for(
    struct send_run *run, const struct send_route *route, const GPtrArray *entries)
{
	GPtrArray *list =
	    g_ptr_array_new_with_free_func((GDestroyNotify)queue_entry_free);
	guint i, k;

	for (i = 0; i < entries->len; i++) {
		const struct queue_entry *old = entries->pdata[i];
		struct queue_entry *e = queue_get(run->queue, old->id, NULL);
		bool has_one = false;

		/* it may have been held or taken back, or given another time */
		bool may_leave =
		    e != NULL && queue_is_due(e, send_run_now(), run->is_forced);

		for (k = 0; may_leave && k < e->recipients->len; k++)
			has_one = has_one || send_route_takes(
						 run, route, e, e->recipients->pdata[k]);
		if (has_one)
			g_ptr_array_add(list, e);
		else
			queue_entry_free(e);
	}
	return list;
}

/* Until nobody's turn is left: a session may end before its time, or take few at once. */
static bool
send_domain(struct send_run *run, struct send_route *route, const GPtrArray *entries,
    GError **error)
{
	bool good = true, goes_on = true;
	guint i;

	while (good && goes_on && !run->sink->is_cancelled(run->sink->user)) {
		GPtrArray *letters = letters_for(run, route, entries);

		goes_on = letters->len > 0;
		good = !goes_on || send_portions(run, route, letters, error);
		/* what was tried for one domain is still to be tried for the others */
		for (i = 0; i < letters->len; i++)
			g_hash_table_remove(run->tried,
			    ((const struct queue_entry *)letters->pdata[i])->id);
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
	struct way way = {.run = run,
	    .account = account,
	    .ehlo_name = name,
	    .ca_file = rc_path_value(run->rc, "tls", NULL, "ca-file"),
	    .port = (unsigned)rc_int(run->rc, "account", account->name, "mx-port"),
	    .dns = open_dns(run->rc, error)};
	struct send_route route = {.account = account,
	    .open = open_domain,
	    .may_go = send_pace_may_go,
	    .user = &way};
	GPtrArray *domains = domains_of(run, &route, entries);
	bool good = way.dns != NULL;
	guint i;

	for (i = 0; good && i < domains->len; i++) {
		way.domain = route.domain = domains->pdata[i];
		good = send_domain(run, &route, entries, error);
	}
	for (i = 0; i < entries->len; i++)
		g_hash_table_add(run->tried,
		    g_strdup(((const struct queue_entry *)entries->pdata[i])->id));
	g_ptr_array_unref(domains);
	forget_host(&way);
	mta_sts_clear(&way.policy);
	dns_free(way.dns);
	g_free(way.ca_file);
	g_free(name);
	return good;
}
