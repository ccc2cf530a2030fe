/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SCRAM: the client proves that it knows the password without sending it, and the server
 * proves the same to the client. */
#include "net/scram.h"

#include "base/error.h"
#include "base/safe_text.h"
#include "base/secret.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#define MIN_ROUNDS 4096	   /* RFC 7677 section 4 */
#define MAX_ROUNDS 2000000 /* some seconds of CPU; more is an attack on our time */

struct scram {
	const EVP_MD *md;
	char *user, *nonce;
	struct secret *password;
	char *gs2;	  /* "n,,", "y,," or "p=tls-exporter,," (RFC 5802 6) */
	GBytes *binding;  /* NULL: none */
	char *first_bare; /* client-first-message-bare */
	unsigned char server_signature[EVP_MAX_MD_SIZE];
	size_t len; /* of every digest here */
	bool has_signature, is_verified;
};

struct scram *
scram_new(const char *digest, const char *user, const char *password, const char *nonce,
    const struct scram_binding *binding)
{
	struct scram *s = g_new0(struct scram, 1);

	s->md = g_str_equal(digest, "SHA1") ? EVP_sha1() : EVP_sha256();
	s->len = (size_t)EVP_MD_get_size(s->md);
	s->user = g_strdup(user);
	s->password = secret_new(password, strlen(password));
	s->nonce = g_strdup(nonce);
	if (binding->type != NULL) {
		s->gs2 = g_strdup_printf("p=%s,,", binding->type);
		s->binding = g_bytes_ref(binding->data);
	} else {
		s->gs2 = g_strdup(binding->is_missed ? "y,," : "n,,");
	}
	return s;
}

void
scram_free(struct scram *s)
{
	if (s == NULL)
		return;
	secret_free(s->password);
	OPENSSL_cleanse(s->server_signature, sizeof(s->server_signature));
	g_free(s->user);
	g_free(s->nonce);
	g_free(s->gs2);
	g_clear_pointer(&s->binding, g_bytes_unref);
	g_free(s->first_bare);
	g_free(s);
}

/* RFC 5802 section 5.1: "=" and "," in a user name are sent as "=3D" and "=2C". */
char *
scram_escape(const char *user)
{
	GString *out = g_string_new(NULL);

	for (const char *p = user; *p != '\0'; p++) {
		if (*p == '=')
			g_string_append(out, "=3D");
		else if (*p == ',')
			g_string_append(out, "=2C");
		else
			g_string_append_c(out, *p);
	}
	return g_string_free(out, FALSE);
}

char *
scram_first(struct scram *s)
{
	char *user = scram_escape(s->user);

	g_free(s->first_bare);
	s->first_bare = g_strdup_printf("n=%s,r=%s", user, s->nonce);
	g_free(user);
	return g_strconcat(s->gs2, s->first_bare, NULL);
}

struct server_first {
	char *nonce;
	guchar *salt;
	gsize salt_len;
	guint64 rounds;
};

static void
server_first_clear(struct server_first *f)
{
	g_free(f->nonce);
	g_free(f->salt);
}

/* "r=nonce,s=salt,i=rounds[,extensions]"; "m=" first is a mandatory extension that nobody
 * defined. */
static bool
parse_server_first(const struct scram *s, const char *text, struct server_first *out)
{
	char **parts = g_strsplit(text, ",", 4);
	bool is_good = g_strv_length(parts) >= 3 && g_str_has_prefix(parts[0], "r=") &&
		       g_str_has_prefix(parts[1], "s=") &&
		       g_str_has_prefix(parts[2], "i=");

	if (is_good) {
		out->nonce = g_strdup(parts[0] + 2);
		out->salt = g_base64_decode(parts[1] + 2, &out->salt_len);
		/* RFC 5802 section 5.1: the nonce must begin with ours and be longer */
		is_good = g_str_has_prefix(out->nonce, s->nonce) &&
			  strlen(out->nonce) > strlen(s->nonce) && out->salt_len > 0 &&
			  out->salt_len <= 1024 &&
			  g_ascii_string_to_unsigned(
			      parts[2] + 2, 10, 1, G_MAXUINT32, &out->rounds, NULL);
	}
	g_strfreev(parts);
	return is_good;
}

static void
hmac(const struct scram *s, const void *key, const char *text, unsigned char *out)
{
	unsigned len = 0;

	HMAC(s->md, key, (int)s->len, (const unsigned char *)text, strlen(text), out,
	    &len);
}

/* The proof of the client, and what the server must answer (RFC 5802 section 3). */
static void
sign(struct scram *s, const struct server_first *f, const char *auth_message,
    unsigned char *proof)
{
	unsigned char salted[EVP_MAX_MD_SIZE], client_key[EVP_MAX_MD_SIZE];
	unsigned char stored[EVP_MAX_MD_SIZE], server_key[EVP_MAX_MD_SIZE];

	PKCS5_PBKDF2_HMAC(secret_bytes(s->password), (int)secret_len(s->password),
	    f->salt, (int)f->salt_len, (int)f->rounds, s->md, (int)s->len, salted);
	hmac(s, salted, "Client Key", client_key);
	EVP_Digest(client_key, s->len, stored, NULL, s->md, NULL);
	hmac(s, stored, auth_message, proof);
	for (size_t i = 0; i < s->len; i++)
		proof[i] ^= client_key[i];
	hmac(s, salted, "Server Key", server_key);
	hmac(s, server_key, auth_message, s->server_signature);
	s->has_signature = true;
	OPENSSL_cleanse(salted, sizeof(salted));
	OPENSSL_cleanse(client_key, sizeof(client_key));
	OPENSSL_cleanse(stored, sizeof(stored));
	OPENSSL_cleanse(server_key, sizeof(server_key));
}

/* cbind-input: the GS2 header and the bytes of the channel, as base64. Owned. */
static char *
channel(const struct scram *s)
{
	GByteArray *input = g_byte_array_new();
	gsize len = 0;
	const void *bytes =
	    s->binding != NULL ? g_bytes_get_data(s->binding, &len) : NULL;
	char *text;

	g_byte_array_append(input, (const guint8 *)s->gs2, (guint)strlen(s->gs2));
	if (len > 0)
		g_byte_array_append(input, bytes, (guint)len);
	text = g_base64_encode(input->data, input->len);
	g_byte_array_unref(input);
	return text;
}

static char *
final_message(struct scram *s, const struct server_first *f, const char *server_first)
{
	unsigned char proof[EVP_MAX_MD_SIZE];
	char *bound = channel(s);
	char *bare = g_strdup_printf("c=%s,r=%s", bound, f->nonce);
	char *auth = g_strdup_printf("%s,%s,%s", s->first_bare, server_first, bare);
	char *encoded, *text;

	sign(s, f, auth, proof);
	encoded = g_base64_encode(proof, s->len);
	text = g_strdup_printf("%s,p=%s", bare, encoded);
	g_free(encoded);
	g_free(auth);
	g_free(bare);
	g_free(bound);
	return text;
}

/* RFC 5802 5.1: "e=" and a word. */
static bool
has_refused(const char *message, GError **error)
{
	char *why;

	if (!g_str_has_prefix(message, "e="))
		return false;
	why = safe_line(message + 2);
	g_set_error(error, PF_ERROR, PF_ERROR_AUTH,
	    "the server refused the log-in; it says: %s", why);
	g_free(why);
	return true;
}

char *
scram_final(struct scram *s, const char *server_first, GError **error)
{
	struct server_first f = {0};
	char *text = NULL;

	if (has_refused(server_first, error))
		return NULL;
	if (s->first_bare == NULL || s->has_signature ||
	    !parse_server_first(s, server_first, &f))
		g_set_error(error, PF_ERROR, PF_ERROR_PROTOCOL,
		    "the server's SCRAM challenge makes no sense");
	else if (f.rounds < MIN_ROUNDS || f.rounds > MAX_ROUNDS)
		g_set_error(error, PF_ERROR, PF_ERROR_AUTH,
		    "the server asks for %" G_GUINT64_FORMAT
		    " SCRAM rounds, but only %d to %d are safe; the password was not "
		    "used",
		    f.rounds, MIN_ROUNDS, MAX_ROUNDS);
	else
		text = final_message(s, &f, server_first);
	server_first_clear(&f);
	return text;
}

bool
scram_verify(struct scram *s, const char *server_final, GError **error)
{
	gsize len = 0;
	guchar *signature = NULL;

	if (has_refused(server_final, error))
		return false;
	if (s->has_signature && g_str_has_prefix(server_final, "v=")) {
		char *value = g_strndup(server_final + 2, strcspn(server_final + 2, ","));
		signature = g_base64_decode(value, &len);
		g_free(value);
		s->is_verified = len == s->len &&
				 CRYPTO_memcmp(signature, s->server_signature, len) == 0;
		g_free(signature);
	}
	if (!s->is_verified)
		g_set_error(error, PF_ERROR, PF_ERROR_AUTH,
		    "the server could not prove that it knows the password: it may be an "
		    "impostor");
	return s->is_verified;
}

bool
scram_is_verified(const struct scram *s)
{
	return s->is_verified;
}

bool
scram_is_signed(const struct scram *s)
{
	return s->has_signature;
}
