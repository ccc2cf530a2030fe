/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sources, one after the other; who comes first is tried first. */
#include "net/discover.h"

#include "net/autoconfig.h"

#include "base/error.h"
#include "base/log.h"
#include "base/rc.h"
#include "base/rc_value.h"
#include "lookup/https.h"

#include <idn2.h>
#include <string.h>

#define SRV_MAX	       4 /* records of one name */
#define AUTOCONFIG_MS  6000
#define AUTOCONFIG_MAX (128u << 10)

struct work {
	const struct discover_opts *opts;
	struct discovery *found;
	char *domain;  /* ascii */
	bool is_named; /* some source has named servers for fetching */
};

static const struct {
	const char *name, *scheme_tls, *scheme_starttls;
	uint16_t port_tls, port_starttls;
} kinds[] = {
    [DISCOVER_IMAP] = {"imap", "imaps", "imap", 993, 143},
    [DISCOVER_POP3] = {"pop3", "pop3s", "pop3", 995, 110},
    [DISCOVER_SMTP] = {"smtp", "smtps", "submission", 465, 587},
};

const char *
discover_kind_name(enum discover_kind kind)
{
	return kinds[kind].name;
}

const char *
discover_source_name(enum discover_source source)
{
	static const char *const names[] = {[DISCOVER_PROVIDER] = "the list of providers",
	    [DISCOVER_AUTOCONFIG] = "the provider's autoconfig file",
	    [DISCOVER_SRV] = "the DNS",
	    [DISCOVER_GUESS] = "a guess",
	    [DISCOVER_USER] = "you"};

	return names[source];
}

void
discovered_free(struct discovered *d)
{
	if (d == NULL)
		return;
	g_free(d->host);
	g_free(d->user);
	g_free(d);
}

static void
free_discovered(gpointer d)
{
	discovered_free(d);
}

void
discovery_free(struct discovery *d)
{
	if (d == NULL)
		return;
	g_ptr_array_unref(d->servers);
	g_free(d->provider);
	g_free(d->note);
	g_free(d->oauth);
	g_free(d);
}

char *
discovered_url(const struct discovered *d, const char *address)
{
	bool is_default = d->port == (d->has_starttls ? kinds[d->kind].port_starttls
						      : kinds[d->kind].port_tls);
	char *user = d->user != NULL && g_ascii_strcasecmp(d->user, address) != 0
			 ? g_uri_escape_string(d->user, "@", TRUE)
			 : NULL;
	char *port = is_default ? g_strdup("") : g_strdup_printf(":%u", d->port);
	char *url = g_strdup_printf("%s://%s%s%s%s",
	    d->has_starttls ? kinds[d->kind].scheme_starttls : kinds[d->kind].scheme_tls,
	    user != NULL ? user : "", user != NULL ? "@" : "", d->host, port);

	g_free(port);
	g_free(user);
	return url;
}

/* Tell what is being done: text is taken over. */
static void
step(const struct work *w, char *text)
{
	if (w->opts->on_step != NULL)
		w->opts->on_step(w->opts->user, text);
	g_free(text);
}

static bool
is_over(const struct work *w)
{
	return w->opts->is_cancelled != NULL && w->opts->is_cancelled(w->opts->user);
}

static struct discovered *
add(struct work *w, enum discover_kind kind, enum discover_source source,
    const char *host)
{
	struct discovered *d = g_new0(struct discovered, 1);

	d->kind = kind;
	d->source = source;
	d->host = g_ascii_strdown(host, -1);
	d->port = kinds[kind].port_tls;
	g_ptr_array_add(w->found->servers, d);
	w->is_named = w->is_named || kind != DISCOVER_SMTP;
	return d;
}

/* --- the list of providers --- */

static void
add_url(
    struct work *w, enum discover_kind kind, const char *text, const struct provider *p)
{
	struct rc_url url;
	struct discovered *d;

	if (text == NULL ||
	    !rc_value_url(
		text, rc_setting_find("account", kinds[kind].name)->choices, &url, NULL))
		return;
	d = add(w, kind, DISCOVER_PROVIDER, url.host);
	d->port = url.port;
	d->has_starttls = !g_str_has_suffix(url.scheme, "s");
	d->is_token = g_strcmp0(p->auth, "oauth2") == 0;
	d->user = p->is_user_local
		      ? g_strndup(w->opts->address, strcspn(w->opts->address, "@"))
		      : g_strdup(w->opts->address);
	rc_value_url_clear(&url);
}

static void
take_provider(struct work *w, const struct provider *p)
{
	w->found->provider = g_strdup(p->name);
	w->found->note = g_strdup(p->note);
	w->found->oauth = g_strdup(p->oauth);
	w->found->is_closed = p->imap == NULL && p->pop3 == NULL;
	add_url(w, DISCOVER_IMAP, p->imap, p);
	add_url(w, DISCOVER_POP3, p->pop3, p);
	add_url(w, DISCOVER_SMTP, p->smtp, p);
}

static void
by_list(struct work *w)
{
	struct provider p;

	if (w->opts->providers != NULL &&
	    providers_of_domain(w->opts->providers, w->domain, &p))
		take_provider(w, &p);
}

/* Whose mail exchangers are a provider's has his mailbox there. */
static void
by_exchanger(struct work *w)
{
	const struct dns_answer *mx;
	struct provider p;

	if (w->opts->providers == NULL)
		return;
	step(w, g_strdup_printf("asking the DNS who takes the mail of %s", w->domain));
	mx = dns_ask(w->opts->dns, w->domain, DNS_MX);
	for (guint i = 0; i < mx->strings->len; i++) {
		const char *host = strchr(g_ptr_array_index(mx->strings, i), ' ');

		if (host != NULL && providers_of_mx(w->opts->providers, host + 1, &p)) {
			take_provider(w, &p);
			return;
		}
	}
}

/* --- autoconfig --- */

static bool
fetch_autoconfig(struct work *w, const char *pattern)
{
	GString *url = g_string_new(pattern);
	struct https_request request = {.ca_file = w->opts->ca_file,
	    .proxy = w->opts->proxy,
	    .max_bytes = AUTOCONFIG_MAX,
	    .timeout_ms = AUTOCONFIG_MS,
	    .may_be_local = true}; /* the user named the domain */
	struct https_response response;
	GPtrArray *servers = NULL;
	GError *why = NULL;
	gsize len;

	g_string_replace(url, "%d", w->domain, 4);
	request.url = url->str;
	step(w, g_strdup_printf("asking %s", url->str));
	if (https_fetch(&request, &response, &why)) {
		const char *bytes = g_bytes_get_data(response.body, &len);
		if (response.status == 200)
			servers = autoconfig_parse(bytes, len, w->opts->address, &why);
		https_response_clear(&response);
	}
	if (why != NULL)
		log_debug("setup", "%s: %s", url->str, why->message);
	g_clear_error(&why);
	g_string_free(url, TRUE);
	if (servers == NULL)
		return false;
	g_ptr_array_extend_and_steal(w->found->servers, servers);
	w->is_named = true;
	return true;
}

static void
by_autoconfig(struct work *w)
{
	bool is_found = false;

	for (const char *const *p = w->opts->autoconfig; *p != NULL && !is_found; p++)
		is_found = !is_over(w) && fetch_autoconfig(w, *p);
}

/* --- SRV --- */

static bool
is_within(const char *host, const char *domain)
{
	size_t len = strlen(host), tail = strlen(domain);

	return len >= tail && g_ascii_strcasecmp(host + len - tail, domain) == 0 &&
	       (len == tail || host[len - tail - 1] == '.');
}

/* One record, "PRIORITY WEIGHT PORT HOST"; a host "" or "." says that there is no such
 * service. */
static void
take_srv(struct work *w, enum discover_kind kind, bool has_starttls, const char *record,
    bool is_secure)
{
	char **words = g_strsplit(record, " ", 4);
	struct discovered *d;
	guint64 port;

	if (g_strv_length(words) == 4 && *words[3] != '\0' &&
	    strcmp(words[3], ".") != 0 &&
	    g_ascii_string_to_unsigned(words[2], 10, 1, 65535, &port, NULL)) {
		d = add(w, kind, DISCOVER_SRV, words[3]);
		d->port = (uint16_t)port;
		d->has_starttls = has_starttls;
		d->is_doubtful = !is_secure && !is_within(d->host, w->domain);
	}
	g_strfreev(words);
}

/* Lowest priority first; among equals the heavier (RFC 2782 would throw dice). */
static gint
by_priority(gconstpointer a, gconstpointer b)
{
	guint64 x[2] = {0}, y[2] = {0};
	gchar *end;

	x[0] = g_ascii_strtoull(*(char *const *)a, &end, 10);
	x[1] = g_ascii_strtoull(end, NULL, 10);
	y[0] = g_ascii_strtoull(*(char *const *)b, &end, 10);
	y[1] = g_ascii_strtoull(end, NULL, 10);
	if (x[0] != y[0])
		return x[0] < y[0] ? -1 : 1;
	return x[1] > y[1] ? -1 : x[1] < y[1];
}

static void
by_srv(struct work *w)
{
	static const struct {
		const char *service;
		enum discover_kind kind;
		bool has_starttls;
	} services[] = {
	    {"_imaps._tcp", DISCOVER_IMAP, false},
	    {"_imap._tcp", DISCOVER_IMAP, true},
	    {"_pop3s._tcp", DISCOVER_POP3, false},
	    {"_pop3._tcp", DISCOVER_POP3, true},
	    {"_submissions._tcp", DISCOVER_SMTP, false},
	    {"_submission._tcp", DISCOVER_SMTP, true},
	};
	char *names[G_N_ELEMENTS(services)];

	step(w, g_strdup_printf("asking the DNS for the services of %s", w->domain));
	for (size_t i = 0; i < G_N_ELEMENTS(services); i++) {
		names[i] = g_strdup_printf("%s.%s", services[i].service, w->domain);
		dns_prefetch(w->opts->dns, names[i], DNS_SRV);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(services); i++) {
		const struct dns_answer *a = dns_ask(w->opts->dns, names[i], DNS_SRV);
		GPtrArray *sorted = g_ptr_array_copy(a->strings, NULL, NULL);

		g_ptr_array_set_free_func(sorted, NULL);
		g_ptr_array_sort(sorted, by_priority);
		for (guint k = 0; k < MIN(sorted->len, SRV_MAX); k++)
			take_srv(w, services[i].kind, services[i].has_starttls,
			    g_ptr_array_index(sorted, k), a->is_secure);
		g_ptr_array_unref(sorted);
		g_free(names[i]);
	}
}

/* --- guesses --- */

static void
guess(struct work *w, enum discover_kind kind, const char *prefix)
{
	char *host = g_strconcat(prefix, w->domain, NULL);

	(void)add(w, kind, DISCOVER_GUESS, host);
	if (kind != DISCOVER_POP3) { /* STARTTLS as the second choice */
		struct discovered *d = add(w, kind, DISCOVER_GUESS, host);
		d->has_starttls = true;
		d->port = kinds[kind].port_starttls;
	}
	g_free(host);
}

static void
by_guess(struct work *w)
{
	static const struct {
		enum discover_kind kind;
		const char *prefixes[3];
	} guesses[] = {
	    {DISCOVER_IMAP, {"imap.", "mail.", ""}},
	    {DISCOVER_POP3, {"pop.", "pop3.", "mail."}},
	    {DISCOVER_SMTP, {"smtp.", "mail.", ""}},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(guesses); i++)
		for (size_t k = 0; k < 3; k++)
			guess(w, guesses[i].kind, guesses[i].prefixes[k]);
}

/* --- a server that the user names --- */

static void
try_port(struct work *w, enum discover_kind kind, bool has_starttls, const char *host, uint16_t port)
{
	struct discovered *d = add(w, kind, DISCOVER_USER, host);

	d->has_starttls = has_starttls;
	if (has_starttls)
		d->port = kinds[kind].port_starttls;
	if (port != 0)
		d->port = port;
}

/* Where one fetches at imap.example.org, one sends at smtp.example.org, or at the same host. */
static void
guess_sender(struct work *w, const char *host)
{
	static const char *const prefixes[] = {"imap.", "pop.", "pop3."};

	for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++)
		if (g_str_has_prefix(host, prefixes[i])) {
			char *other = g_strconcat("smtp.", host + strlen(prefixes[i]), NULL);

			try_port(w, DISCOVER_SMTP, false, other, 0);
			try_port(w, DISCOVER_SMTP, true, other, 0);
			g_free(other);
		}
	try_port(w, DISCOVER_SMTP, false, host, 0);
	try_port(w, DISCOVER_SMTP, true, host, 0);
}

static bool
by_user(struct work *w, const char *text, GError **error)
{
	bool has_scheme = strstr(text, "://") != NULL, is_pop3;
	char *whole = g_strconcat(has_scheme ? "" : "imaps://", text, NULL);
	struct rc_url url;
	uint16_t port;

	if (!rc_value_url(whole, "imaps|imap|pop3s|pop3", &url, error)) {
		g_free(whole);
		return false;
	}
	is_pop3 = g_str_has_prefix(url.scheme, "pop3");
	port = has_scheme || url.port != kinds[DISCOVER_IMAP].port_tls ? url.port : 0;
	if (has_scheme) {
		try_port(w, is_pop3 ? DISCOVER_POP3 : DISCOVER_IMAP, !g_str_has_suffix(url.scheme, "s"), url.host, port);
	} else {
		try_port(w, DISCOVER_IMAP, false, url.host, port);
		try_port(w, DISCOVER_IMAP, true, url.host, port);
		try_port(w, DISCOVER_POP3, false, url.host, port);
	}
	guess_sender(w, url.host);
	rc_value_url_clear(&url);
	g_free(whole);
	return true;
}

/* --- all of them --- */

static void
ask_all(struct work *w)
{
	by_list(w);
	if (w->found->provider == NULL && !is_over(w))
		by_autoconfig(w);
	if (w->found->provider == NULL && !w->is_named && !is_over(w))
		by_srv(w);
	if (w->found->provider == NULL && !w->is_named && !is_over(w))
		by_exchanger(w);
	if (w->found->provider == NULL && !w->is_named)
		by_guess(w);
}

struct discovery *
discover(const struct discover_opts *opts, GError **error)
{
	const char *at = strrchr(opts->address, '@');
	struct work w = {.opts = opts};

	if (at == NULL || at == opts->address ||
	    idn2_to_ascii_8z(at + 1, &w.domain, IDN2_NONTRANSITIONAL) != IDN2_OK) {
		g_set_error(error, PF_ERROR, PF_ERROR_DATA,
		    "\"%s\" is no mail address with a domain", opts->address);
		return NULL;
	}
	w.found = g_new0(struct discovery, 1);
	w.found->servers = g_ptr_array_new_with_free_func(free_discovered);
	if (opts->server == NULL)
		ask_all(&w);
	else if (!by_user(&w, opts->server, error))
		g_clear_pointer(&w.found, discovery_free);
	idn2_free(w.domain);
	return w.found;
}
