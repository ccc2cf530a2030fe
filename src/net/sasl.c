/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SASL mechanisms as one table. Own code, since Cyrus SASL loads plugins at run time and
 * may ask the resolver in the middle of a log-in. */
#include "net/sasl.h"

#include "net/scram.h"

#include "base/error.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

#define NONCE_BYTES   18    /* 24 base64 digits */
#define MAX_CHALLENGE 65536 /* base64 digits of one challenge */

struct sasl {
	const struct mechanism *mechanism;
	char *user, *password;
	char *nonce;
	struct scram *scram;
	unsigned step;
};

struct mechanism {
	const char *name;
	bool shows_password;
	const char *digest; /* SCRAM only */
	/* plain texts, owned; initial NULL: none */
	char *(*initial)(struct sasl *s);
	char *(*step)(struct sasl *s, const char *challenge, GError **error);
};

/* RFC 4616: authzid NUL authcid NUL passwd, authzid empty. The NULs are put in by
 * encode(). */
static char *
plain_initial(struct sasl *s)
{
	return g_strconcat("\n", s->user, "\n", s->password, NULL);
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
		return g_strdup(s->password);
	default:
		return no_step(s, challenge, error);
	}
}

static char *
scram_initial(struct sasl *s)
{
	if (s->scram == NULL)
		s->scram =
		    scram_new(s->mechanism->digest, s->user, s->password, s->nonce);
	return scram_first(s->scram);
}

static char *
scram_step(struct sasl *s, const char *challenge, GError **error)
{
	switch (s->step++) {
	case 0:
		return scram_final(s->scram, challenge, error);
	case 1:
		return scram_verify(s->scram, challenge, error) ? g_strdup("") : NULL;
	default:
		return no_step(s, challenge, error);
	}
}

static const struct mechanism mechanisms[] = {
    {"SCRAM-SHA-256", false, "SHA256", scram_initial, scram_step},
    {"SCRAM-SHA-1", false, "SHA1", scram_initial, scram_step},
    {"PLAIN", true, NULL, plain_initial, no_step},
    {"LOGIN", true, NULL, NULL, login_step},
};

static bool
is_offered(const char *const *offered, const char *name)
{
	for (; *offered != NULL; offered++)
		if (g_ascii_strcasecmp(*offered, name) == 0)
			return true;
	return false;
}

const char *
sasl_choose(const char *const *offered, bool allow_plain)
{
	for (size_t i = 0; i < G_N_ELEMENTS(mechanisms); i++)
		if ((allow_plain || !mechanisms[i].shows_password) &&
		    is_offered(offered, mechanisms[i].name))
			return mechanisms[i].name;
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

static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

/* RFC 4013 2.3: what must not be in a prepared string. */
static bool
is_prohibited(gunichar c)
{
	GUnicodeType type = g_unichar_type(c);

	return type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT ||
	       type == G_UNICODE_PRIVATE_USE || type == G_UNICODE_SURROGATE ||
	       type == G_UNICODE_UNASSIGNED || type == G_UNICODE_LINE_SEPARATOR ||
	       type == G_UNICODE_PARAGRAPH_SEPARATOR;
}

/* RFC 4013: non-ASCII spaces become SPACE, invisible ones go, the rest by NFKC. ASCII
 * stays as it is. NULL when a character is prohibited or the bytes are no UTF-8. */
static char *
saslprep(const char *text)
{
	GString *mapped;
	char *normal;

	if (is_ascii(text))
		return g_strdup(text);
	if (!g_utf8_validate(text, -1, NULL))
		return NULL;
	mapped = g_string_new(NULL);
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c == 0xad || c == 0x200b || c == 0x2060 || c == 0xfeff)
			continue; /* RFC 3454 table B.1, the common part */
		g_string_append_unichar(
		    mapped, g_unichar_type(c) == G_UNICODE_SPACE_SEPARATOR ? ' ' : c);
	}
	normal = g_utf8_normalize(mapped->str, -1, G_NORMALIZE_ALL_COMPOSE);
	g_string_free(mapped, TRUE);
	for (const char *p = normal; *p != '\0'; p = g_utf8_next_char(p)) {
		if (is_prohibited(g_utf8_get_char(p))) {
			g_free(normal);
			return NULL;
		}
	}
	return normal;
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

struct sasl *
sasl_new(const char *mechanism, const char *user, const struct secret *password,
    GError **error)
{
	const struct mechanism *m = find_mechanism(mechanism);
	struct sasl *s;

	g_assert(m != NULL);
	if (has_line_end(user, strlen(user)) ||
	    has_line_end(secret_bytes(password), secret_len(password))) {
		g_set_error(error, PF_ERROR, PF_ERROR_AUTH,
		    "user name or password holds a line end or NUL and cannot be sent");
		return NULL;
	}
	s = g_new0(struct sasl, 1);
	s->mechanism = m;
	s->user = m->digest != NULL ? saslprep(user) : g_strdup(user);
	s->password = m->digest != NULL ? saslprep(secret_bytes(password))
					: g_strdup(secret_bytes(password));
	s->nonce = random_nonce();
	if (s->user != NULL && s->password != NULL)
		return s;
	sasl_free(s);
	g_set_error(error, PF_ERROR, PF_ERROR_AUTH,
	    "user name or password holds a character that %s cannot carry", mechanism);
	return NULL;
}

void
sasl_free(struct sasl *s)
{
	if (s == NULL)
		return;
	scram_free(s->scram);
	sasl_wipe(s->password);
	g_free(s->user);
	g_free(s->nonce);
	g_free(s);
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
