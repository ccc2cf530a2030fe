/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests to an authorization server and its answers. */
#include "net/oauth.h"

#include "base/error.h"
#include "base/jsonl.h"
#include "base/limits.h"
#include "base/safe_text.h"
#include "lookup/https.h"
#include "net/sasl.h"

#include <openssl/rand.h>
#include <string.h>

#define RANDOM_BYTES 32
#define ANSWER_MAX   (256u << 10)
#define LIFETIME_MAX (90 * 86400) /* of an access token, whatever is claimed */
#define INTERVAL_MAX 60
#define DEVICE_MAX   3600

void
oauth_token_clear(struct oauth_token *t)
{
	secret_free(t->access);
	secret_free(t->refresh);
	*t = (struct oauth_token){0};
}

void
oauth_device_clear(struct oauth_device *d)
{
	sasl_wipe(d->device_code);
	g_free(d->user_code);
	g_free(d->url);
	g_free(d->url_complete);
	*d = (struct oauth_device){0};
}

/* --- who we are --- */

static const char *
setting(const struct rc *rc, const char *account, const char *key, const char *fallback)
{
	const char *text = rc_string(rc, "account", account, key);

	return text != NULL ? text : fallback;
}

/* The service of the account's server in the list of providers. */
static void
find_service(struct oauth_client *c, const struct rc *rc, const char *account)
{
	const struct rc_account *a = rc_account(rc, account);
	const struct rc_server *server = a->imap != NULL   ? a->imap
					 : a->pop3 != NULL ? a->pop3
							   : a->smtp;
	const char *name = rc_string(rc, "account", account, "oauth-service");
	struct provider p;

	c->providers = providers_load(NULL, NULL);
	if (c->providers == NULL)
		return;
	if (name == NULL && server != NULL &&
	    providers_of_host(c->providers, server->host, &p))
		name = p.oauth;
	if (name != NULL)
		(void)providers_oauth(c->providers, name, &c->service);
}

bool
oauth_client_init(
    struct oauth_client *c, const struct rc *rc, const char *account, GError **error)
{
	const char *own = rc_string(rc, "account", account, "oauth-token-url");

	*c = (struct oauth_client){
	    .id = rc_string(rc, "account", account, "oauth-client-id"),
	    .secret = rc_string(rc, "account", account, "oauth-client-secret"),
	    .ca_file = rc_path_value(rc, "tls", NULL, "ca-file"),
	    .proxy = rc_proxy(rc, account),
	    .may_be_local = own != NULL};
	find_service(c, rc, account);
	c->service.token = setting(rc, account, "oauth-token-url", c->service.token);
	c->service.authorize =
	    setting(rc, account, "oauth-authorize-url", c->service.authorize);
	c->service.device = setting(rc, account, "oauth-device-url", c->service.device);
	c->service.scope = setting(rc, account, "oauth-scope", c->service.scope);
	if (c->id == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
		    "account \"%s\" has auth = oauth2, but no client id: register a "
		    "program "
		    "(\"desktop\" or \"public client\") with your provider and write "
		    "oauth-client-id into %s",
		    account, rc_path(rc));
	else if (c->service.token == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
		    "account \"%s\" has auth = oauth2, but its server is none that "
		    "Penfold "
		    "knows: write oauth-token-url and oauth-authorize-url into %s",
		    account, rc_path(rc));
	if (c->id != NULL && c->service.token != NULL)
		return true;
	oauth_client_fini(c);
	return false;
}

void
oauth_client_fini(struct oauth_client *c)
{
	providers_free(c->providers);
	g_free(c->ca_file);
	*c = (struct oauth_client){0};
}

/* --- building --- */

char *
oauth_form(const char *const *pairs)
{
	GString *out = g_string_sized_new(LIMIT_PASSWORD); /* grows not, leaves no copy */

	for (; pairs[0] != NULL; pairs += 2) {
		if (pairs[1] == NULL)
			continue;
		if (out->len > 0)
			g_string_append_c(out, '&');
		g_string_append_uri_escaped(out, pairs[0], NULL, FALSE);
		g_string_append_c(out, '=');
		g_string_append_uri_escaped(out, pairs[1], NULL, FALSE);
	}
	return g_string_free(out, FALSE);
}

/* Base64 of RFC 4648 5, without padding. Owned. */
static char *
base64url(const unsigned char *bytes, size_t len)
{
	char *text = g_base64_encode(bytes, len);

	g_strdelimit(text, "+", '-');
	g_strdelimit(text, "/", '_');
	text[strcspn(text, "=")] = '\0';
	return text;
}

char *
oauth_random(void)
{
	unsigned char bytes[RANDOM_BYTES];

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		g_error("no random numbers");
	return base64url(bytes, sizeof(bytes));
}

char *
oauth_challenge(const char *verifier)
{
	GChecksum *hash = g_checksum_new(G_CHECKSUM_SHA256);
	unsigned char digest[32];
	gsize len = sizeof(digest);

	g_checksum_update(hash, (const guchar *)verifier, -1);
	g_checksum_get_digest(hash, digest, &len);
	g_checksum_free(hash);
	return base64url(digest, len);
}

char *
oauth_authorize_url(const struct oauth_client *c, const char *redirect, const char *state,
    const char *challenge, const char *user)
{
	const char *const pairs[] = {"response_type", "code", "client_id", c->id,
	    "redirect_uri", redirect, "scope", c->service.scope, "state", state,
	    "code_challenge", challenge, "code_challenge_method", "S256", "login_hint",
	    user, NULL};
	char *form = oauth_form(pairs);
	char *url = g_strdup_printf("%s%s%s%s%s", c->service.authorize,
	    strchr(c->service.authorize, '?') != NULL ? "&" : "?", form,
	    c->service.more != NULL ? "&" : "",
	    c->service.more != NULL ? c->service.more : "");

	g_free(form);
	return url;
}

/* --- reading --- */

/* jansson keeps its own copies: they are wiped in place before they are freed. */
static void
wipe_json(json_t *obj)
{
	const char *key;
	json_t *value;

	json_object_foreach(
	    obj, key, value) if (json_is_string(value) && json_string_length(value) > 0)
	    explicit_bzero(
		(char *)(guintptr)json_string_value(value), json_string_length(value));
	json_decref(obj);
}

static json_t *
load(const char *json, size_t len, GError **error)
{
	json_t *obj = json_loadb(json, len, 0, NULL);

	if (json_is_object(obj))
		return obj;
	json_decref(obj);
	g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY,
	    "the authorization server does not answer in JSON");
	return NULL;
}

/* {"error": "...", "error_description": "..."} (RFC 6749 5.2). */
static void
take_error(const json_t *obj, char **code_out, GError **error)
{
	const char *code = jsonl_string(obj, "error");
	const char *more = jsonl_string(obj, "error_description");
	char *text = g_strdup_printf("%s%s%s", code != NULL ? code : "no token was given",
	    more != NULL ? ", " : "", more != NULL ? more : "");
	char *safe = safe_text(text, MIN(strlen(text), 400), SAFE_TEXT_LINE);

	if (code_out != NULL)
		*code_out = g_strdup(code);
	g_set_error(
	    error, PF_ERROR, PF_ERROR_AUTH, "the authorization server says: %s", safe);
	g_free(safe);
	g_free(text);
}

/* Seconds from now; numbers come as strings from some. */
static gint64
lifetime(const json_t *obj, const char *key, gint64 fallback)
{
	const json_t *value = json_object_get(obj, key);
	gint64 seconds = fallback;

	if (json_is_number(value))
		seconds =
		    (gint64)CLAMP(json_number_value(value), 0, (double)LIFETIME_MAX);
	else if (json_is_string(value))
		(void)g_ascii_string_to_signed(
		    json_string_value(value), 10, 0, LIFETIME_MAX, &seconds, NULL);
	return seconds;
}

/* A token: printable ASCII, as it goes into a header and a log-in. */
static struct secret *
take_secret(const json_t *obj, const char *key)
{
	const json_t *value = json_object_get(obj, key);
	const char *text = json_string_value(value);
	size_t len = json_string_length(value);

	if (len == 0 || len > LIMIT_PASSWORD)
		return NULL;
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] >= 0x7f)
			return NULL;
	return secret_new(text, len);
}

bool
oauth_read_token(const char *json, size_t len, gint64 now, struct oauth_token *out,
    char **code_out, GError **error)
{
	json_t *obj = load(json, len, error);
	gint64 seconds;

	*out = (struct oauth_token){0};
	if (code_out != NULL)
		*code_out = NULL;
	if (obj == NULL)
		return false;
	out->access = take_secret(obj, "access_token");
	if (out->access != NULL) {
		out->refresh = take_secret(obj, "refresh_token");
		seconds = lifetime(obj, "expires_in", 0);
		out->expires = seconds > 0 ? now + seconds : 0;
	} else {
		take_error(obj, code_out, error);
	}
	wipe_json(obj);
	return out->access != NULL;
}

static char *
take_url(const json_t *obj, const char *key, const char *other)
{
	const char *text = jsonl_string(obj, key);

	if (text == NULL)
		text = jsonl_string(obj, other);
	return text != NULL && g_str_has_prefix(text, "https://") && strlen(text) < 2048
		   ? g_strdup(text)
		   : NULL;
}

bool
oauth_read_device(
    const char *json, size_t len, gint64 now, struct oauth_device *out, GError **error)
{
	json_t *obj = load(json, len, error);

	*out = (struct oauth_device){0};
	if (obj == NULL)
		return false;
	out->device_code = g_strdup(jsonl_string(obj, "device_code"));
	out->user_code = g_strdup(jsonl_string(obj, "user_code"));
	out->url = take_url(obj, "verification_uri", "verification_url");
	out->url_complete = take_url(obj, "verification_uri_complete", "");
	out->interval = (unsigned)CLAMP(lifetime(obj, "interval", 5), 1, INTERVAL_MAX);
	out->expires = now + CLAMP(lifetime(obj, "expires_in", 600), 1, DEVICE_MAX);
	if (out->device_code == NULL || out->user_code == NULL || out->url == NULL) {
		take_error(obj, NULL, error);
		oauth_device_clear(out);
	}
	wipe_json(obj);
	return out->device_code != NULL;
}

char *
oauth_read_redirect(const char *line, const char *state, GError **error)
{
	const char *query =
	    g_str_has_prefix(line, "GET /?") ? line + strlen("GET /?") : NULL;
	char *text = query != NULL ? g_strndup(query, strcspn(query, " #")) : NULL;
	GHashTable *values =
	    text != NULL ? g_uri_parse_params(text, -1, "&", G_URI_PARAMS_WWW_FORM, NULL)
			 : NULL;
	const char *given = values != NULL ? g_hash_table_lookup(values, "state") : NULL;
	char *code = NULL;

	if (given != NULL && g_str_equal(given, state)) {
		const char *refused = g_hash_table_lookup(values, "error");

		code = g_strdup(g_hash_table_lookup(values, "code"));
		if (code == NULL) {
			char *safe = safe_line(refused != NULL ? refused : "no code");
			g_set_error(error, PF_ERROR, PF_ERROR_AUTH,
			    "the authorization was refused: %s", safe);
			g_free(safe);
		}
	}
	if (values != NULL)
		g_hash_table_unref(values);
	g_free(text);
	return code;
}

/* --- asking --- */

bool
oauth_post(const struct oauth_client *c, const char *url, const char *const *pairs,
    GBytes **body_out, GError **error)
{
	char *form = oauth_form(pairs);
	struct https_request request = {.url = url,
	    .ca_file = c->ca_file,
	    .proxy = c->proxy,
	    .accept = "application/json",
	    .post = form,
	    .max_bytes = ANSWER_MAX,
	    .may_be_local = c->may_be_local};
	struct https_response response;
	bool is_good = https_fetch(&request, &response, error);

	sasl_wipe(form);
	if (!is_good)
		return false;
	*body_out = g_bytes_ref(response.body);
	https_response_clear(&response);
	return true;
}

bool
oauth_refresh(const struct oauth_client *c, const struct secret *refresh,
    struct oauth_token *out, GError **error)
{
	const char *const pairs[] = {"grant_type", "refresh_token", "refresh_token",
	    secret_bytes(refresh), "client_id", c->id,
	    c->secret != NULL ? "client_secret" : NULL, c->secret, NULL};
	GBytes *body = NULL;
	gsize len;
	const char *bytes;
	bool is_good;

	if (!oauth_post(c, c->service.token, pairs, &body, error))
		return false;
	bytes = g_bytes_get_data(body, &len);
	is_good = oauth_read_token(
	    bytes, len, g_get_real_time() / G_USEC_PER_SEC, out, NULL, error);
	g_bytes_unref(body);
	return is_good;
}
