/* SPDX-License-Identifier: GPL-3.0-or-later */
/* oauth.h - OAuth 2.0 as a native program speaks it: requests and answers of RFC 6749,
 * 7636 (PKCE), 8252 (loopback redirect) and 8628 (device). Building and reading are pure;
 * what asks a server says so. Secrets are wiped. */
#ifndef PENFOLD_NET_OAUTH_H
#define PENFOLD_NET_OAUTH_H

#include "base/rc.h"
#include "base/secret.h"
#include "net/provider.h"

/* Who we are for a service, and where it is. All borrowed, but for oauth_client_fini().
 */
struct oauth_client {
	const char *id, *secret; /* secret: NULL for a public client */
	struct oauth_service service;
	char *ca_file;
	const char *proxy; /* NULL: none */
	struct providers *providers; /* owns the service's strings */
	bool may_be_local;	     /* the user, and no list, named the endpoints */
};

/* Of an account: its oauth-* settings, else the list of providers by its server's host.
 * PF_ERROR_CONFIG says what is missing and how to get it. */
bool oauth_client_init(
    struct oauth_client *c, const struct rc *rc, const char *account, GError **error);
void oauth_client_fini(struct oauth_client *c);

/* What a service grants. */
struct oauth_token {
	struct secret *access;	/* NULL: none */
	struct secret *refresh; /* NULL: the service gave no new one */
	gint64 expires;		/* Unix seconds; 0: not told */
};

void oauth_token_clear(struct oauth_token *t);

/* What the user is to do for the device flow. All owned: oauth_device_clear(). */
struct oauth_device {
	char *device_code, *user_code, *url, *url_complete;
	unsigned interval; /* seconds between questions */
	gint64 expires;	   /* Unix seconds */
};

void oauth_device_clear(struct oauth_device *d);

/* name, value, name, value, NULL as application/x-www-form-urlencoded; pairs without a
 * value are left out. Owned; may hold secrets: to be wiped. */
char *oauth_form(const char *const *pairs);
/* A random verifier or state, 43 characters; owned. */
char *oauth_random(void);
/* RFC 7636 4.2, S256. Owned. */
char *oauth_challenge(const char *verifier);
/* Where the user's browser is to go. Owned. */
char *oauth_authorize_url(const struct oauth_client *c, const char *redirect,
    const char *state, const char *challenge, const char *user);

/* The answer of a token endpoint. PF_ERROR_AUTH with what the service says;
 * *code_out (may be NULL) is then its error code, owned: "authorization_pending". */
bool oauth_read_token(const char *json, size_t len, gint64 now, struct oauth_token *out,
    char **code_out, GError **error);
bool oauth_read_device(
    const char *json, size_t len, gint64 now, struct oauth_device *out, GError **error);
/* The first line of a redirect's request, "GET /?code=...&state=... HTTP/1.1": the code,
 * owned. NULL without error for what is not the redirect (another state, a favicon);
 * PF_ERROR_AUTH when the user or the service refused. */
char *oauth_read_redirect(const char *line, const char *state, GError **error);

/* Ask: a new access token for a refresh token. Blocks. */
bool oauth_refresh(const struct oauth_client *c, const struct secret *refresh,
    struct oauth_token *out, GError **error);

/* One POST of a form to a token or device endpoint, for oauth_flow.c; the body in
 * *body_out, owned, to be wiped. True for any answer. Blocks. */
bool oauth_post(const struct oauth_client *c, const char *url, const char *const *pairs,
    GBytes **body_out, GError **error);

#endif
