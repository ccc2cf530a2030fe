/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The op discover: candidates from all sources, each tried as far as TLS, until there is
 * one for fetching and one for sending. */
#include "programs/setup_program.h"

#include "base/error.h"
#include "base/secret_service.h"
#include "lookup/dns_rc.h"
#include "net/probe.h"

#include <string.h>

#define DNS_QUERIES 40
#define DNS_SECONDS 15

struct search {
	struct helper_request *r;
	const char *address, *server;
	const struct rc *rc;
	char *ca_file;
	const struct discovered *best[3]; /* by kind, borrowed */
	/* The first that is there, but with a certificate that nobody vouches for; and may such a one be the answer,
	 * since a person is asked about it? */
	const struct discovered *untrusted[3];
	bool may_be_untrusted;
	char *reason;			  /* why the last candidate would not do, or the first that is there */
	bool is_reason_kept;
	bool has_said_guess;
};

bool
setup_is_cancelled(void *request)
{
	return helper_is_cancelled(request);
}

void
setup_step(struct helper_request *r, const char *text)
{
	helper_event(r, "step", json_pack("{s:o}", "text", jsonl_text(text, -1)));
}

static void
on_step(void *user, const char *text)
{
	setup_step(user, text);
}

/* That a name is not known, or nobody listens there, says less than what is wrong with a server. */
static void
keep_reason(struct search *s, const struct discovered *d, const GError *why)
{
	bool is_there = g_error_matches(why, PF_ERROR, PF_ERROR_TLS) || g_error_matches(why, PF_ERROR, PF_ERROR_PROTOCOL);

	if (s->untrusted[d->kind] == NULL && g_error_matches(why, PF_ERROR, PF_ERROR_TLS))
		s->untrusted[d->kind] = d;
	if (s->is_reason_kept)
		return;
	s->is_reason_kept = is_there;
	g_free(s->reason);
	s->reason = g_strdup(why->message);
}

static void
tell_found(struct search *s, const struct discovered *d, const GError *why)
{
	char *url = discovered_url(d, s->address);
	json_t *obj =
	    json_pack("{s:s, s:o, s:s, s:b, s:b}", "kind", discover_kind_name(d->kind),
		"url", jsonl_text(url, -1), "source", discover_source_name(d->source),
		"doubtful", d->is_doubtful, "works", why == NULL);

	if (why != NULL) {
		json_object_set_new(obj, "reason", jsonl_text(why->message, -1));
		keep_reason(s, d, why);
	}
	helper_event(s->r, "found", obj);
	g_free(url);
}

/* Guesses are many, and are said once. */
static void
say_trying(struct search *s, const struct discovered *d)
{
	char *text;

	if (d->source == DISCOVER_GUESS && s->has_said_guess)
		return;
	s->has_said_guess = d->source == DISCOVER_GUESS;
	text =
	    s->has_said_guess
		? g_strdup_printf("nobody names a server; trying the usual names of %s",
		      strrchr(s->address, '@') + 1)
		: g_strdup_printf("trying %s:%u, named by %s", d->host, d->port,
		      discover_source_name(d->source));
	setup_step(s->r, text);
	g_free(text);
}

static bool
try_candidate(struct search *s, const struct discovered *d)
{
	struct rc_server server = {.scheme = discover_kind_name(d->kind),
	    .user = s->address,
	    .host = d->host,
	    .port = d->port,
	    .tls = d->has_starttls ? RC_TLS_STARTTLS : RC_TLS_IMPLICIT,
	    .proxy = rc_proxy_to(s->rc, NULL, d->host)};
	struct probe_opts opts = {.kind = d->kind,
	    .server = &server,
	    .ca_file = s->ca_file,
	    .is_cancelled = setup_is_cancelled,
	    .user = s->r};
	GError *why = NULL;
	bool is_good;

	say_trying(s, d);
	is_good = probe_tls(&opts, &why);
	tell_found(s, d, why);
	g_clear_error(&why);
	return is_good;
}

/* Nothing that verifies was found: what is there all the same. */
static void
take_untrusted(struct search *s)
{
	bool has_box = s->best[DISCOVER_IMAP] != NULL || s->best[DISCOVER_POP3] != NULL;

	for (size_t k = 0; s->may_be_untrusted && k < G_N_ELEMENTS(s->best); k++)
		if (s->best[k] == NULL && (k == DISCOVER_SMTP || !has_box))
			s->best[k] = s->untrusted[k];
	if (s->best[DISCOVER_IMAP] != NULL)
		s->best[DISCOVER_POP3] = NULL;
}

/* POP3 only where there is no IMAP. */
static void
try_all(struct search *s, const struct discovery *found)
{
	static const enum discover_kind order[] = {
	    DISCOVER_IMAP, DISCOVER_POP3, DISCOVER_SMTP};

	for (size_t k = 0; k < G_N_ELEMENTS(order); k++) {
		for (guint i = 0; i < found->servers->len; i++) {
			const struct discovered *d = g_ptr_array_index(found->servers, i);

			if (helper_is_cancelled(s->r) || d->kind != order[k] ||
			    s->best[d->kind] != NULL ||
			    (d->kind == DISCOVER_POP3 && s->best[DISCOVER_IMAP] != NULL))
				continue;
			if (try_candidate(s, d))
				s->best[d->kind] = d;
		}
	}
}

static void
set_url(json_t *done, const struct search *s, enum discover_kind kind, bool *is_doubtful)
{
	const struct discovered *d = s->best[kind];
	char *url;

	if (d == NULL)
		return;
	url = discovered_url(d, s->address);
	json_object_set_new(done, discover_kind_name(kind), jsonl_text(url, -1));
	*is_doubtful = *is_doubtful || d->is_doubtful;
	if (kind != DISCOVER_SMTP) {
		json_object_set_new(
		    done, "source", json_string(discover_source_name(d->source)));
		json_object_set_new(
		    done, "auth", json_string(d->is_token ? "oauth2" : "auto"));
		json_object_set_new(done, "is_user_known", json_boolean(d->user != NULL));
	}
	g_free(url);
}

static void
set_text(json_t *done, const char *key, const char *text)
{
	if (text != NULL)
		json_object_set_new(done, key, jsonl_text(text, -1));
}

static json_t *
done_object(const struct search *s, const struct discovery *found)
{
	json_t *done = json_object();
	bool is_doubtful = false;

	set_text(done, "provider", found->provider);
	set_text(done, "note", found->note);
	set_text(done, "oauth", found->oauth);
	set_url(done, s, DISCOVER_IMAP, &is_doubtful);
	set_url(done, s, DISCOVER_POP3, &is_doubtful);
	set_url(done, s, DISCOVER_SMTP, &is_doubtful);
	json_object_set_new(done, "is_doubtful", json_boolean(is_doubtful));
	json_object_set_new(done, "has_keyring", json_boolean(secret_service_is_there()));
	return done;
}

/* The answer, or why there is none. */
static void
answer(struct search *s, const struct discovery *found)
{
	const char *domain = strrchr(s->address, '@') + 1;
	char *last;

	take_untrusted(s);
	if (s->best[DISCOVER_IMAP] != NULL || s->best[DISCOVER_POP3] != NULL) {
		helper_done(s->r, done_object(s, found));
		return;
	}
	last = s->reason != NULL
		   ? g_strdup_printf(" (%s%s)", s->is_reason_kept ? "" : "the last one tried: ", s->reason)
		   : g_strdup("");
	if (found->is_closed)
		helper_fail(
		    s->r, g_error_new(PF_ERROR, PF_ERROR_UNAVAILABLE, "%s",
			      found->note != NULL ? found->note : found->provider));
	else
		helper_fail(s->r, g_error_new(PF_ERROR, PF_ERROR_NOT_FOUND, "no mail server for %s was found%s%s", domain,
				      s->server != NULL ? " there" : "", last));
	g_free(last);
}

static void
run(struct setup_program *p, struct search *s, struct dns *dns,
    const struct providers *providers)
{
	struct discover_opts opts = {.address = s->address,
	    .server = s->server,
	    .providers = providers,
	    .dns = dns_session_new(dns),
	    .autoconfig = rc_list(p->rc, "setup", NULL, "autoconfig"),
	    .ca_file = s->ca_file,
	    .proxy = rc_proxy(s->rc, NULL),
	    .on_step = on_step,
	    .is_cancelled = setup_is_cancelled,
	    .user = s->r};
	static const char *const usual[] = {"https://autoconfig.%d/mail/config-v1.1.xml",
	    "https://%d/.well-known/autoconfig/mail/config-v1.1.xml",
	    "https://autoconfig.thunderbird.net/v1.1/%d", NULL};
	struct discovery *found;
	GError *error = NULL;

	dns_session_allow(opts.dns, DNS_QUERIES, DNS_SECONDS);
	if (opts.autoconfig[0] == NULL)
		opts.autoconfig = usual;
	found = discover(&opts, &error);
	if (found != NULL) {
		try_all(s, found);
		answer(s, found);
	} else {
		helper_fail(s->r, error);
	}
	discovery_free(found);
	dns_session_free(opts.dns);
}

void
setup_discover(struct helper_request *r, void *state)
{
	struct setup_program *p = state;
	struct search s = {.r = r,
	    .address = jsonl_string(helper_args(r), "address"),
	    .server = jsonl_string(helper_args(r), "server"),
	    .may_be_untrusted = json_is_true(json_object_get(helper_args(r), "untrusted")),
	    .rc = p->rc,
	    .ca_file = rc_path_value(p->rc, "tls", NULL, "ca-file")};
	GError *error = NULL;
	struct providers *providers = providers_load(NULL, &error);
	struct dns *dns = error == NULL ? dns_rc_open(p->rc, NULL, &error) : NULL;

	if (error == NULL && (s.address == NULL || strchr(s.address, '@') == NULL))
		g_set_error(
		    &error, PF_ERROR, PF_ERROR_USAGE, "discover wants an address");
	if (error != NULL)
		helper_fail(r, error);
	else
		run(p, &s, dns, providers);
	dns_free(dns);
	providers_free(providers);
	g_free(s.ca_file);
	g_free(s.reason);
}
