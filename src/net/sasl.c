/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SASL mechanisms as one table. Own code, since Cyrus SASL loads plugins at run time and
 * may ask the resolver in the middle of a log-in. */
#include "net/sasl.h"

#include "net/sasl_prep.h"
#include "net/scram.h"

#include "base/error.h"
#include "base/jsonl.h"
#include "base/safe_text.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <string.h>

#define NONCE_BYTES   18    /* 24 base64 digits */
#define MAX_CHALLENGE 65536 /* base64 digits of one challenge */

struct sasl {
	const struct mechanism *mechanism;
	char *user, *host;
	uint16_t port;
	struct secret *secret; /* password or token; never NULL, but may be empty */
	char *nonce;
	struct scram_binding binding;
	struct scram *scram;
	unsigned step;
	char *complaint;
	bool is_binding_refused;
};

enum kind {
	KIND_PASSWORD, /* for `auto` */
	KIND_NAMED,    /* only when the rc names it */
	KIND_TOKEN,    /* for `oauth2` */
};

struct mechanism {
	const char *name;
	enum kind kind;
	bool shows_secret;
	const char *digest; /* SCRAM only */
	bool is_bound;	    /* a -PLUS */
	/* plain texts, owned; initial NULL: none */
	char *(*initial)(struct sasl *s);
	char *(*step)(struct sasl *s, const char *challenge, GError **error);
};

/* RFC 4616: authzid NUL authcid NUL passwd, authzid empty. The NULs are put in by
 * encode(). */
static char *
plain_initial(struct sasl *s)
{
	return g_strconcat("\n", s->user, "\n", secret_bytes(s->secret), NULL);
}

static char *
no_step(struct sasl *s, const char *challenge, GError **error)
{
	(void)challenge;
	g_set_error(error, PF_ERROR, PF_ERROR_PROTOCOL,
	    "the server asks for more than the mechanism %s has", s->mechanism->name);
	return NULL;
}

/* Server prompts differ ("Username:", "User Name"): only their order counts. */
static char *
login_step(struct sasl *s, const char *challenge, GError **error)
{
	switch (s->step++) {
	case 0:
		return g_strdup(s->user);
	case 1:
		return g_strdup(secret_bytes(s->secret));
	default:
		return no_step(s, challenge, error);
	}
}

/* RFC 2195 2: the keyed digest of the challenge, in hexadecimal. */
static char *
cram_step(struct sasl *s, const char *challenge, GError **error)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	GString *out;

	if (s->step++ > 0)
		return no_step(s, challenge, error);
	if (HMAC(EVP_md5(), secret_bytes(s->secret), (int)secret_len(s->secret),
		(const unsigned char *)challenge, strlen(challenge), digest,
		&len) == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_AUTH,
		    "CRAM-MD5 is not possible here: OpenSSL does without MD5");
		return NULL;
	}
	out = g_string_new(s->user);
	g_string_append_c(out, ' ');
	for (unsigned i = 0; i < len; i++)
		g_string_append_printf(out, "%02x", digest[i]);
	return g_string_free(out, FALSE);
}

/* RFC 4422 A: no identity but that of the certificate. */
static char *
external_initial(struct sasl *s)
{
	(void)s;
	return g_strdup("");
}

/* RFC 5801 4: "=" and "," as in SCRAM. */
static char *
bearer_initial(struct sasl *s)
{
	char *user = scram_escape(s->user);
	char *text = s->host != NULL
			 ? g_strdup_printf(
			       "n,a=%s,\001host=%s\001port=%u\001auth=Bearer %s\001\001",
			       user, s->host, s->port, secret_bytes(s->secret))
			 : g_strdup_printf("n,a=%s,\001auth=Bearer %s\001\001", user,
			       secret_bytes(s->secret));

	g_free(user);
	return text;
}

static char *
xoauth2_initial(struct sasl *s)
{
	return g_strdup_printf(
	    "user=%s\001auth=Bearer %s\001\001", s->user, secret_bytes(s->secret));
}

/* RFC 7628 3.2.2: the server's error as JSON. Providers put a number into status, others
 * a word; what is no JSON is shown as it is. */
static void
take_complaint(struct sasl *s, const char *challenge)
{
	json_t *obj = json_loads(challenge, 0, NULL);
	const char *status = jsonl_string(obj, "status");
	const char *what = jsonl_string(obj, "error_description");
	char *text = what != NULL && status != NULL
			 ? g_strdup_printf("%s, %s", status, what)
			 : g_strdup(status != NULL ? status : challenge);

	g_free(s->complaint);
	s->complaint = safe_text(text, MIN(strlen(text), 300), SAFE_TEXT_LINE);
	g_free(text);
	json_decref(obj);
}

/* The client must answer the error before the server ends the log-in. */
static char *
token_step(struct sasl *s, const char *challenge, GError **error)
{
	if (s->step++ > 0)
		return no_step(s, challenge, error);
	take_complaint(s, challenge);
	return g_strdup(g_str_equal(s->mechanism->name, "OAUTHBEARER") ? "\001" : "");
}

static char *
scram_initial(struct sasl *s)
{
	if (s->scram == NULL)
		s->scram = scram_new(s->mechanism->digest, s->user,
		    secret_bytes(s->secret), s->nonce, &s->binding);
	return scram_first(s->scram);
}

static char *
scram_step(struct sasl *s, const char *challenge, GError **error)
{
	if (s->mechanism->is_bound && g_str_has_prefix(challenge, "e=") &&
	    strstr(challenge, "channel-binding") != NULL)
		s->is_binding_refused = true;
	switch (s->step++) {
	case 0:
		return scram_final(s->scram, challenge, error);
	case 1:
		return scram_verify(s->scram, challenge, error) ? g_strdup("") : NULL;
	default:
		return no_step(s, challenge, error);
	}
}

/* clang-format off */
static const struct mechanism mechanisms[] = {
	{"SCRAM-SHA-256-PLUS", KIND_PASSWORD, false, "SHA256", true, scram_initial, scram_step},
	{"SCRAM-SHA-1-PLUS", KIND_PASSWORD, false, "SHA1", true, scram_initial, scram_step},
	{"SCRAM-SHA-256", KIND_PASSWORD, false, "SHA256", false, scram_initial, scram_step},
	{"SCRAM-SHA-1", KIND_PASSWORD, false, "SHA1", false, scram_initial, scram_step},
	{"PLAIN", KIND_PASSWORD, true, NULL, false, plain_initial, no_step},
	{"LOGIN", KIND_PASSWORD, true, NULL, false, NULL, login_step},
	{"CRAM-MD5", KIND_NAMED, false, NULL, false, NULL, cram_step},
	{"EXTERNAL", KIND_NAMED, false, NULL, false, external_initial, no_step},
	{"OAUTHBEARER", KIND_TOKEN, true, NULL, false, bearer_initial, token_step},
	{"XOAUTH2", KIND_TOKEN, true, NULL, false, xoauth2_initial, token_step},
};
/* clang-format on */

static bool
is_offered(const char *const *offered, const char *name)
{
	for (; *offered != NULL; offered++)
		if (g_ascii_strcasecmp(*offered, name) == 0)
			return true;
	return false;
}

static bool
is_wanted(const struct mechanism *m, const char *auth)
{
	/* apop is for POP3 alone: elsewhere the password goes as by default */
	if (auth == NULL || g_str_equal(auth, "auto") || g_str_equal(auth, "password") ||
	    g_str_equal(auth, "apop"))
		return m->kind == KIND_PASSWORD;
	if (g_str_equal(auth, "oauth2"))
		return m->kind == KIND_TOKEN;
	return g_ascii_strcasecmp(auth, m->name) == 0;
}

const char *
sasl_choose(const char *const *offered, const struct sasl_policy *policy)
{
	for (size_t i = 0; i < G_N_ELEMENTS(mechanisms); i++) {
		const struct mechanism *m = &mechanisms[i];

		if (is_wanted(m, policy->auth) &&
		    (policy->allow_plain || !m->shows_secret) &&
		    (policy->has_binding || !m->is_bound) && is_offered(offered, m->name))
			return m->name;
	}
	return NULL;
}

static const struct mechanism *
find_mechanism(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(mechanisms); i++)
		if (g_ascii_strcasecmp(mechanisms[i].name, name) == 0)
			return &mechanisms[i];
	return NULL;
}

bool
sasl_wants_token(const char *mechanism)
{
	const struct mechanism *m = find_mechanism(mechanism);

	return m != NULL && m->kind == KIND_TOKEN;
}

static bool
has_line_end(const char *bytes, size_t len)
{
	return memchr(bytes, '\r', len) != NULL || memchr(bytes, '\n', len) != NULL ||
	       memchr(bytes, '\0', len) != NULL;
}

static char *
random_nonce(void)
{
	unsigned char bytes[NONCE_BYTES];

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		g_error("no random numbers");
	return g_base64_encode(bytes, sizeof(bytes)); /* has no comma */
}

/* Locked memory; prepared when the mechanism compares. NULL for what it cannot carry. */
static struct secret *
keep_secret(const struct mechanism *m, const struct secret *given)
{
	struct secret *kept;
	char *prepared;

	if (given == NULL)
		return secret_new("", 0);
	if (m->digest == NULL)
		return secret_new(secret_bytes(given), secret_len(given));
	prepared = sasl_prep(secret_bytes(given));
	kept = prepared != NULL ? secret_new(prepared, strlen(prepared)) : NULL;
	sasl_wipe(prepared);
	return kept;
}

static void
set_binding(struct sasl *s, const struct sasl_opts *opts)
{
	if (s->mechanism->is_bound) {
		s->binding.type = g_strdup(opts->binding);
		s->binding.data = g_bytes_new(opts->binding_data, opts->binding_len);
	}
	s->binding.is_missed = opts->binding != NULL && !opts->is_plus_refused;
}

struct sasl *
sasl_new(const struct sasl_opts *opts, GError **error)
{
	const struct mechanism *m = find_mechanism(opts->mechanism);
	struct sasl *s;

	g_assert(m != NULL && (!m->is_bound || opts->binding != NULL));
	if (has_line_end(opts->user, strlen(opts->user)) ||
	    (opts->secret != NULL &&
		has_line_end(secret_bytes(opts->secret), secret_len(opts->secret)))) {
		g_set_error(error, PF_ERROR, PF_ERROR_AUTH,
		    "user name or password holds a line end or NUL and cannot be sent");
		return NULL;
	}
	s = g_new0(struct sasl, 1);
	s->mechanism = m;
	s->user = m->digest != NULL ? sasl_prep(opts->user) : g_strdup(opts->user);
	s->secret = keep_secret(m, opts->secret);
	s->host = g_strdup(opts->host);
	s->port = opts->port;
	s->nonce = random_nonce();
	set_binding(s, opts);
	if (s->user != NULL && s->secret != NULL)
		return s;
	sasl_free(s);
	g_set_error(error, PF_ERROR, PF_ERROR_AUTH,
	    "user name or password holds a character that %s cannot carry", m->name);
	return NULL;
}

void
sasl_free(struct sasl *s)
{
	if (s == NULL)
		return;
	scram_free(s->scram);
	secret_free(s->secret);
	g_clear_pointer(&s->binding.data, g_bytes_unref);
	g_free(s->binding.type);
	g_free(s->user);
	g_free(s->host);
	g_free(s->nonce);
	g_free(s->complaint);
	g_free(s);
}

bool
sasl_is_said(const struct sasl *s)
{
	return s->scram != NULL && scram_is_signed(s->scram);
}

const char *
sasl_complaint(const struct sasl *s)
{
	return s->complaint;
}

bool
sasl_is_binding_refused(const struct sasl *s)
{
	return s->is_binding_refused;
}

bool
sasl_is_bound(const struct sasl *s)
{
	return s->mechanism->is_bound;
}

const char *
sasl_name(const struct sasl *s)
{
	return s->mechanism->name;
}

/* Base64 of text, wiped; the line feeds of plain_initial() stand for NUL (no value may
 * hold one). */
static char *
encode(char *text)
{
	size_t len = strlen(text);
	char *encoded;

	for (size_t i = 0; i < len; i++)
		if (text[i] == '\n')
			text[i] = '\0';
	encoded = g_base64_encode((const guchar *)text, len);
	OPENSSL_cleanse(text, len);
	g_free(text);
	return encoded;
}

char *
sasl_initial(struct sasl *s)
{
	return s->mechanism->initial != NULL ? encode(s->mechanism->initial(s)) : NULL;
}

char *
sasl_step(struct sasl *s, const char *challenge, GError **error)
{
	gsize len = 0;
	guchar *decoded;
	char *text, *answer;

	if (strlen(challenge) > MAX_CHALLENGE) {
		g_set_error(error, PF_ERROR, PF_ERROR_LIMIT,
		    "the server's challenge is too long");
		return NULL;
	}
	decoded = g_base64_decode(challenge, &len);
	text = g_strndup(
	    (const char *)decoded, len); /* ends at a NUL, which no mechanism uses */
	answer = s->mechanism->step(s, text, error);
	g_free(decoded);
	g_free(text);
	return answer != NULL ? encode(answer) : NULL;
}

bool
sasl_finish(const struct sasl *s, GError **error)
{
	if (s->mechanism->digest == NULL ||
	    (s->scram != NULL && scram_is_verified(s->scram)))
		return true;
	g_set_error(error, PF_ERROR, PF_ERROR_AUTH,
	    "the server skipped the proof that it knows the password: it may be an "
	    "impostor");
	return false;
}

void
sasl_wipe(char *text)
{
	if (text != NULL)
		OPENSSL_cleanse(text, strlen(text));
	g_free(text);
}

void
sasl_set_nonce(struct sasl *s, const char *nonce)
{
	g_free(s->nonce);
	s->nonce = g_strdup(nonce);
}
