/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where secrets come from, by the rc. */
#include "net/credential.h"

#include "net/oauth_store.h"
#include "net/pin.h"

void
credential_init(struct credential *c, const struct rc *rc, const char *account)
{
	c->auth = rc_string(rc, "account", account, "auth");
	c->cert = rc_path_value(rc, "account", account, "client-cert");
	c->key = rc_path_value(rc, "account", account, "client-key");
	c->ca_file = rc_path_value(rc, "tls", NULL, "ca-file");
	c->pins = pin_file(rc, account);
}

void
credential_fini(struct credential *c)
{
	g_free(c->cert);
	g_free(c->key);
	g_free(c->ca_file);
	g_free(c->pins);
}

struct session_opts
credential_session(
    const struct credential *c, const char *account, const struct rc_server *server, const struct secret *secret)
{
	return (struct session_opts){.server = server,
	    .account = account,
	    .ca_file = c->ca_file,
	    .pins = c->pins,
	    .client_cert = c->cert,
	    .client_key = c->key,
	    .auth = c->auth,
	    .password = secret};
}

struct secret *
credential_secret(const struct rc *rc, const char *account, GError **error)
{
	static const char *const tokens[] = {"oauth2", "oauthbearer", "xoauth2", NULL};
	const char *auth = rc_string(rc, "account", account, "auth");

	if (g_strcmp0(auth, "external") == 0)
		return NULL;
	if (auth != NULL && g_strv_contains(tokens, auth) &&
	    rc_string(rc, "account", account, "password-command") == NULL)
		return oauth_store_access(rc, account, error);
	return secret_of_account(rc, account, error);
}

void
credential_refused(const struct rc *rc, const char *account)
{
	oauth_store_expire(rc, account);
}
