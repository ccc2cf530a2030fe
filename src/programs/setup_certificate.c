/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The certificates that an account's servers show, and the user's word on one that nobody vouches for. The account
 * is one of the rc, or, while it is set up, {account, imap, pop3, smtp} of the request. */
#include "programs/setup_program.h"

#include "base/error.h"
#include "base/rc_value.h"
#include "net/pin.h"
#include "net/probe.h"

#include <string.h>

#define MAX_SERVERS 32

/* One server that is looked at. */
struct place {
	enum discover_kind kind;
	struct rc_server server;
	struct rc_url url; /* owns its strings when the request named it */
};

struct look {
	struct helper_request *r;
	const struct rc *rc;
	const char *account;
	char *pins, *ca_file;
	GArray *places; /* struct place */
};

static void
add_place(struct look *l, enum discover_kind kind, const struct rc_server *server)
{
	struct place place = {.kind = kind};

	if (server == NULL || server->tls == RC_TLS_NONE || *server->host == '\0' ||
	    l->places->len == MAX_SERVERS)
		return;
	place.server = *server;
	g_array_append_val(l->places, place);
}

static bool
add_url(struct look *l, enum discover_kind kind, const char *text, GError **error)
{
	const char *schemes = rc_setting_find("account", discover_kind_name(kind))->choices;
	struct place place = {.kind = kind};

	if (!rc_value_url(text, schemes, &place.url, error))
		return false;
	place.server = rc_server_of(l->rc, NULL, &place.url, "", true);
	g_array_append_val(l->places, place);
	return true;
}

static void
look_fini(struct look *l)
{
	for (guint i = 0; l->places != NULL && i < l->places->len; i++)
		rc_value_url_clear(&g_array_index(l->places, struct place, i).url);
	g_clear_pointer(&l->places, g_array_unref);
	g_free(l->pins);
	g_free(l->ca_file);
}

static void
add_account(struct look *l, const struct rc_account *a)
{
	add_place(l, DISCOVER_IMAP, a->imap);
	add_place(l, DISCOVER_POP3, a->pop3);
	if (!a->is_mx)
		add_place(l, DISCOVER_SMTP, a->smtp);
	for (size_t i = 0; a->smtp_fallbacks[i] != NULL; i++)
		add_place(l, DISCOVER_SMTP, a->smtp_fallbacks[i]);
}

static bool
look_init(struct look *l, struct helper_request *r, const struct setup_program *p, GError **error)
{
	static const enum discover_kind kinds[] = {DISCOVER_IMAP, DISCOVER_POP3, DISCOVER_SMTP};
	const json_t *args = helper_args(r);
	const struct rc_account *a;

	*l = (struct look){.r = r, .rc = p->rc, .account = jsonl_string(args, "account")};
	if (l->account == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "certificates are an account's: name it");
		return false;
	}
	l->pins = pin_file(p->rc, l->account);
	l->ca_file = rc_path_value(p->rc, "tls", NULL, "ca-file");
	l->places = g_array_new(FALSE, TRUE, sizeof(struct place));
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		const char *url = jsonl_string(args, discover_kind_name(kinds[i]));

		if (url != NULL && !add_url(l, kinds[i], url, error))
			return false;
	}
	a = rc_account(p->rc, l->account);
	if (l->places->len == 0 && a != NULL)
		add_account(l, a);
	if (a == NULL && l->places->len == 0)
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG, "%s: there is no [account \"%s\"]", rc_path(p->rc),
		    l->account);
	else if (l->places->len == 0)
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND,
		    "account \"%s\" has no server that is reached by TLS", l->account);
	return l->places->len > 0;
}

static bool
ask(const struct look *l, const struct place *place, struct tls_certificate *out, GError **error)
{
	const struct probe_opts opts = {.kind = place->kind,
	    .server = &place->server,
	    .account = l->account,
	    .ca_file = l->ca_file,
	    .is_cancelled = setup_is_cancelled,
	    .user = l->r};

	return probe_certificate(&opts, out, error);
}

/* --- what they show --- */

static void
put_certificate(json_t *out, const struct tls_certificate *c)
{
	const struct {
		const char *key, *text;
	} all[] = {{"sha256", c->sha256}, {"subject", c->subject}, {"issuer", c->issuer}, {"names", c->names},
	    {"not_before", c->not_before}, {"not_after", c->not_after}};
	char *shown = pin_shown(c->sha256);

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		json_object_set_new(out, all[i].key, jsonl_text(all[i].text, -1));
	json_object_set_new(out, "fingerprint", json_string(shown));
	json_object_set_new(
	    out, "problem", c->problem != NULL ? jsonl_text(c->problem, -1) : json_null());
	g_free(shown);
}

/* state: verified, pinned, changed (another was pinned, and this one does not verify), unknown, unreachable. may_take: nothing
 * but the user's word could vouch for it. */
static json_t *
look_at(const struct look *l, const struct place *place, const json_t *pins)
{
	char *server = pin_server(place->server.host, place->server.port);
	json_t *out = json_pack("{s:s, s:o}", "kind", discover_kind_name(place->kind), "server",
	    jsonl_text(server, -1));
	json_t *pin = json_object_get(pins, server);
	struct tls_certificate cert;
	GError *error = NULL;
	const char *state;
	bool may_take = false;

	json_object_set(out, "pinned", pin != NULL ? pin : json_null());
	if (!ask(l, place, &cert, &error)) {
		state = "unreachable";
		json_object_set_new(out, "problem", jsonl_text(error->message, -1));
		g_error_free(error);
	} else {
		bool is_pinned = g_strcmp0(jsonl_string(pin, "sha256"), cert.sha256) == 0;

		state = cert.problem == NULL ? "verified" : is_pinned ? "pinned" : pin != NULL ? "changed" : "unknown";
		may_take = cert.problem != NULL && !is_pinned;
		put_certificate(out, &cert);
		tls_certificate_clear(&cert);
	}
	json_object_set_new(out, "state", json_string(state));
	json_object_set_new(out, "may_take", json_boolean(may_take));
	g_free(server);
	return out;
}

void
setup_certificates(struct helper_request *r, void *state)
{
	struct look l;
	GError *error = NULL;

	if (look_init(&l, r, state, &error)) {
		json_t *servers = json_array(), *pins = pin_list(l.pins);

		for (guint i = 0; i < l.places->len; i++)
			json_array_append_new(
			    servers, look_at(&l, &g_array_index(l.places, struct place, i), pins));
		json_decref(pins);
		helper_done(r, json_pack("{s:o}", "servers", servers));
	} else {
		helper_fail(r, error);
	}
	look_fini(&l);
}

/* Those of the state, and no server is asked. */
void
setup_certificates_taken(struct helper_request *r, void *state)
{
	const struct setup_program *p = state;
	const char *account = jsonl_string(helper_args(r), "account");
	char *file = account != NULL ? pin_file(p->rc, account) : NULL;

	helper_done(r, json_pack("{s:o}", "taken", file != NULL ? pin_list(file) : json_object()));
	g_free(file);
}

/* --- the user's word --- */

/* The server shows this certificate now, and nobody vouches for it: take it. */
static bool
take(const struct look *l, const struct place *place, const char *hex, GError **error)
{
	char *server = pin_server(place->server.host, place->server.port);
	struct tls_certificate cert = {0};
	bool is_good = ask(l, place, &cert, error);

	if (is_good && strcmp(cert.sha256, hex) != 0) {
		char *shown = pin_shown(cert.sha256);

		g_set_error(error, PF_ERROR, PF_ERROR_TLS,
		    "account \"%s\": %s shows another certificate now, with the fingerprint %s; nothing was taken",
		    l->account, server, shown);
		is_good = false;
		g_free(shown);
	}
	if (is_good && cert.problem != NULL)
		is_good = pin_keep(l->pins, server, hex, error);
	tls_certificate_clear(&cert);
	g_free(server);
	return is_good;
}

static const struct place *
place_of(const struct look *l, const char *server)
{
	for (guint i = 0; i < l->places->len; i++) {
		const struct place *place = &g_array_index(l->places, struct place, i);
		char *name = pin_server(place->server.host, place->server.port);
		bool is_it = strcmp(name, server) == 0;

		g_free(name);
		if (is_it)
			return place;
	}
	return NULL;
}

void
setup_certificate_take(struct helper_request *r, void *state)
{
	const char *server = jsonl_string(helper_args(r), "server");
	const char *text = jsonl_string(helper_args(r), "sha256");
	char *hex = text != NULL ? pin_fingerprint(text) : NULL;
	const struct place *place;
	struct look l;
	GError *error = NULL;
	bool is_good = look_init(&l, r, state, &error);

	if (is_good && (hex == NULL || server == NULL)) {
		g_set_error(&error, PF_ERROR, PF_ERROR_USAGE,
		    "a fingerprint is 64 hexadecimal digits, the SHA-256 of a certificate");
	} else if (is_good) {
		place = place_of(&l, server);
		if (place == NULL)
			g_set_error(&error, PF_ERROR, PF_ERROR_NOT_FOUND, "account \"%s\" has no server %s",
			    l.account, server);
		else
			(void)take(&l, place, hex, &error); /* error says it */
	}
	if (error != NULL)
		helper_fail(r, error);
	else
		helper_done(r, json_pack("{s:s}", "server", server));
	g_free(hex);
	look_fini(&l);
}

/* Of all servers of the account, or of one. */
void
setup_certificate_forget(struct helper_request *r, void *state)
{
	const struct setup_program *p = state;
	const char *account = jsonl_string(helper_args(r), "account");
	const char *only = jsonl_string(helper_args(r), "server"), *server;
	char *file = account != NULL ? pin_file(p->rc, account) : NULL;
	json_t *pins = file != NULL ? pin_list(file) : json_object(), *one;
	GError *error = NULL;
	json_int_t n = 0;

	json_object_foreach(pins, server, one) {
		if (error != NULL || (only != NULL && strcmp(only, server) != 0))
			continue;
		n += pin_keep(file, server, NULL, &error);
	}
	if (error != NULL)
		helper_fail(r, error);
	else
		helper_done(r, json_pack("{s:I}", "forgotten", n));
	json_decref(pins);
	g_free(file);
}
