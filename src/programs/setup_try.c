/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The op try: log in to the servers of an account that is not written yet, and find out
 * under which user name. */
#include "programs/setup_program.h"

#include "base/error.h"
#include "base/rc_value.h"
#include "base/secret_service.h"
#include "net/pin.h"
#include "net/probe.h"

#include <string.h>

struct trial {
	struct helper_request *r;
	const struct rc *rc;
	const char *address, *auth;
	struct secret *secret; /* NULL: none is needed */
	char *ca_file, *pins;
	json_t *done;
};

static bool
log_in(struct trial *t, enum discover_kind kind, const struct rc_url *url,
    const char *user, GError **error)
{
	bool may_be_clear = rc_value_is_loopback(url->host) &&
			    json_is_true(json_object_get(helper_args(t->r), "clear"));
	struct rc_server server = rc_server_of(t->rc, NULL, url, user, !may_be_clear);
	struct probe_opts opts = {.kind = kind,
	    .server = &server,
	    .ca_file = t->ca_file,
	    .pins = t->pins,
	    .auth = t->auth,
	    .secret = t->secret,
	    .is_cancelled = setup_is_cancelled,
	    .user = t->r};
	char *text = g_strdup_printf("logging in to %s as %s", url->host, user);

	setup_step(t->r, text);
	g_free(text);
	return probe_log_in(&opts, error);
}

static void
keep_url(
    struct trial *t, enum discover_kind kind, const struct rc_url *url, const char *user)
{
	const char *scheme = url->scheme;
	struct discovered d = {.kind = kind,
	    .host = url->host,
	    .port = url->port,
	    .has_starttls = !g_str_has_suffix(scheme, "s"),
	    .user = (char *)(guintptr)user};
	char *text = discovered_url(&d, t->address);

	json_object_set_new(t->done, discover_kind_name(kind), jsonl_text(text, -1));
	g_free(text);
}

/* The name in the URL; else the address, and after a refusal the part before the @. */
static bool
try_server(struct trial *t, enum discover_kind kind, const char *text, GError **error)
{
	const char *schemes =
	    rc_setting_find("account", discover_kind_name(kind))->choices;
	char *local = g_strndup(t->address, strcspn(t->address, "@"));
	struct rc_url url;
	GError *why = NULL;
	bool is_good;

	if (!rc_value_url(text, schemes, &url, error)) {
		g_free(local);
		return false;
	}
	is_good = log_in(t, kind, &url, url.user != NULL ? url.user : t->address, &why);
	if (is_good) {
		keep_url(t, kind, &url, url.user != NULL ? url.user : t->address);
	} else if (url.user == NULL && g_error_matches(why, PF_ERROR, PF_ERROR_AUTH) &&
		   log_in(t, kind, &url, local, NULL)) {
		g_clear_error(&why);
		is_good = true;
		keep_url(t, kind, &url, local);
	}
	if (why != NULL)
		g_propagate_error(error, why);
	rc_value_url_clear(&url);
	g_free(local);
	return is_good;
}

static bool
try_all(struct trial *t, GError **error)
{
	static const enum discover_kind kinds[] = {
	    DISCOVER_IMAP, DISCOVER_POP3, DISCOVER_SMTP};
	const json_t *args = helper_args(t->r);

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		const char *url = jsonl_string(args, discover_kind_name(kinds[i]));

		if (url != NULL && !try_server(t, kinds[i], url, error))
			return false;
	}
	return true;
}

void
setup_try(struct helper_request *r, void *state)
{
	struct setup_program *p = state;
	struct trial t = {.r = r,
	    .rc = p->rc,
	    .address = jsonl_string(helper_args(r), "address"),
	    .auth = jsonl_string(helper_args(r), "auth"),
	    .ca_file = rc_path_value(p->rc, "tls", NULL, "ca-file"),
	    .done = json_object()};
	const char *name = jsonl_string(helper_args(r), "account");
	GError *error = NULL;

	if (name != NULL)
		t.pins = pin_file(p->rc, name);
	if (t.address == NULL || strchr(t.address, '@') == NULL)
		g_set_error(&error, PF_ERROR, PF_ERROR_USAGE, "try wants an address");
	else if (helper_request_fd(r, 0) >= 0)
		t.secret = secret_of_fd(helper_request_fd(r, 0), &error);
	if (error == NULL && try_all(&t, &error)) {
		helper_done(r, t.done);
	} else {
		json_decref(t.done);
		helper_fail(r, error);
	}
	secret_free(t.secret);
	g_free(t.ca_file);
	g_free(t.pins);
}

/* The op keep: the password behind the descriptor goes to the keyring. */
void
setup_keep(struct helper_request *r, void *state)
{
	const char *account = jsonl_string(helper_args(r), "account");
	struct secret *secret = NULL;
	GError *error = NULL;

	(void)state;
	if (account == NULL || helper_request_fd(r, 0) < 0)
		g_set_error(&error, PF_ERROR, PF_ERROR_USAGE,
		    "keep wants an account and a descriptor with its password");
	else
		secret = secret_of_fd(helper_request_fd(r, 0), &error);
	if (secret != NULL && secret_service_put(account, secret, &error))
		helper_done(r, NULL);
	else
		helper_fail(r, error);
	secret_free(secret);
}
