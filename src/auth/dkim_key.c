/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim_key.c - key records and keys. p= holds a SubjectPublicKeyInfo, a bare PKCS#1
 * RSAPublicKey (published by some in spite of RFC 6376) or the 32 bytes of an Ed25519 key
 * (RFC 8463). */
#include "auth/dkim_key.h"

#include "auth/tags.h"
#include "base/error.h"
#include "base/limits.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

enum { KEYS_MAX = 1024, RSA_MIN_BITS = 1024, RSA_MAX_BITS = 4096, ED25519_LEN = 32 };

struct dkim_keys {
	GHashTable *by_record; /* TXT -> struct dkim_key */
	EVP_MD *md;
};

static void
key_free(gpointer data)
{
	struct dkim_key *key = data;

	EVP_PKEY_CTX_free(key->verifier);
	EVP_PKEY_free(key->pkey);
	g_free(key);
}

struct dkim_keys *
dkim_keys_new(void)
{
	struct dkim_keys *keys = g_new0(struct dkim_keys, 1);

	keys->by_record =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, key_free);
	keys->md = EVP_MD_fetch(NULL, "SHA256", NULL);
	g_assert(keys->md != NULL);
	return keys;
}

void
dkim_keys_free(struct dkim_keys *keys)
{
	if (keys == NULL)
		return;
	g_hash_table_unref(keys->by_record);
	EVP_MD_free(keys->md);
	g_free(keys);
}

const EVP_MD *
dkim_keys_md(const struct dkim_keys *keys)
{
	return keys->md;
}

/* The exponent is odd and from 3 to 2^32: a larger one is only there to burn time. */
static bool
has_sane_exponent(EVP_PKEY *pkey)
{
	BIGNUM *e = NULL;

	if (EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e) != 1)
		return false;
	bool is_sane = BN_is_odd(e) && BN_num_bits(e) >= 2 && BN_num_bits(e) <= 33;
	BN_free(e);
	return is_sane;
}

static EVP_PKEY *
decode_rsa(const unsigned char *der, size_t len)
{
	const unsigned char *p = der;
	EVP_PKEY *pkey = d2i_PUBKEY(NULL, &p, (long)len);

	if (pkey == NULL) {
		p = der;
		pkey = d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, (long)len);
	}
	ERR_clear_error(); /* the first form's complaint is nobody's business */
	if (pkey != NULL &&
	    (p != der + len || EVP_PKEY_get_base_id(pkey) != EVP_PKEY_RSA ||
		!has_sane_exponent(pkey)))
		g_clear_pointer(&pkey, EVP_PKEY_free);
	return pkey;
}

static bool
set_rsa(struct dkim_key *key, const guchar *data, size_t len, unsigned *bits_out,
    GError **error)
{
	key->pkey = decode_rsa(data, len);
	if (key->pkey == NULL) {
		g_set_error_literal(error, PF_ERROR, PF_ERROR_DATA, "p= is no RSA key");
		return false;
	}
	key->bits = (unsigned)EVP_PKEY_get_bits(key->pkey);
	if (bits_out != NULL)
		*bits_out = key->bits;
	if (key->bits < RSA_MIN_BITS || key->bits > RSA_MAX_BITS) {
		g_set_error(
		    error, PF_ERROR, PF_ERROR_LIMIT, "the key has %u bits", key->bits);
		return false;
	}
	return true;
}

static bool
set_ed25519(struct dkim_key *key, const guchar *data, size_t len, GError **error)
{
	key->bits = 256;
	if (len == ED25519_LEN)
		key->pkey =
		    EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, data, len);
	if (key->pkey == NULL)
		g_set_error_literal(
		    error, PF_ERROR, PF_ERROR_DATA, "p= is no Ed25519 key");
	return key->pkey != NULL;
}

static bool
set_pkey(struct dkim_key *key, const char *p, unsigned *bits_out, GError **error)
{
	gsize len;
	guchar *data = g_base64_decode(p, &len);
	bool is_ok = key->type == DKIM_KEY_RSA ? set_rsa(key, data, len, bits_out, error)
					       : set_ed25519(key, data, len, error);

	g_free(data);
	return is_ok;
}

/* k=: rsa when absent. */
static bool
set_type(struct dkim_key *key, const struct tags *tags, GError **error)
{
	char *k = tags_packed(tags, "k");
	bool is_known = true;

	key->type = DKIM_KEY_RSA;
	if (k != NULL && g_ascii_strcasecmp(k, "ed25519") == 0)
		key->type = DKIM_KEY_ED25519;
	else if (k != NULL && g_ascii_strcasecmp(k, "rsa") != 0)
		is_known = false;
	g_free(k);
	if (!is_known)
		g_set_error_literal(
		    error, PF_ERROR, PF_ERROR_DATA, "unknown key type in k=");
	return is_known;
}

/* v= is optional, but when there it is the first tag and says DKIM1 (section 3.6.1). */
static bool
check_version(const struct tags *tags, GError **error)
{
	const struct tag *v = tags_find(tags, "v");

	if (v == NULL || (v == &tags->items[0] && v->value_len == 5 &&
			     memcmp(v->value, "DKIM1", 5) == 0))
		return true;
	g_set_error_literal(error, PF_ERROR, PF_ERROR_DATA, "the record is not v=DKIM1");
	return false;
}

static void
set_limits(struct dkim_key *key, const struct tags *tags)
{
	const struct tag *h = tags_find(tags, "h"), *s = tags_find(tags, "s"),
			 *t = tags_find(tags, "t");

	key->is_sha256 = h == NULL || tags_list_has(h, "sha256");
	key->is_for_mail =
	    s == NULL || tags_list_has(s, "*") || tags_list_has(s, "email");
	key->is_test = t != NULL && tags_list_has(t, "y");
	key->is_strict = t != NULL && tags_list_has(t, "s");
}

static struct dkim_key *
parse(const char *record, unsigned *bits_out, GError **error)
{
	struct tags tags;
	size_t len = strlen(record);

	if (len > LIMIT_DKIM_KEY_RECORD) {
		g_set_error_literal(
		    error, PF_ERROR, PF_ERROR_DATA, "the key record is too long");
		return NULL;
	}
	if (!tags_parse(record, len, &tags, error) || !check_version(&tags, error))
		return NULL;
	char *p = tags_packed(&tags, "p");
	if (p == NULL) {
		g_set_error_literal(
		    error, PF_ERROR, PF_ERROR_DATA, "the record has no p=");
		return NULL;
	}
	struct dkim_key *key = g_new0(struct dkim_key, 1);
	set_limits(key, &tags);
	bool is_ok = set_type(key, &tags, error) &&
		     (p[0] == '\0' || set_pkey(key, p, bits_out, error));
	g_free(p);
	if (!is_ok) {
		key_free(key);
		return NULL;
	}
	return key;
}

static EVP_PKEY_CTX *
new_verifier(EVP_PKEY *pkey, const EVP_MD *md)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);

	if (ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_signature_md(ctx, md) == 1)
		return ctx;
	EVP_PKEY_CTX_free(ctx);
	return NULL;
}

const struct dkim_key *
dkim_keys_get(struct dkim_keys *keys, const char *record, bool *was_cached_out,
    unsigned *bits_out, GError **error)
{
	struct dkim_key *key = g_hash_table_lookup(keys->by_record, record);

	if (was_cached_out != NULL)
		*was_cached_out = key != NULL;
	if (key != NULL)
		return key;
	key = parse(record, bits_out, error);
	if (key == NULL)
		return NULL;
	if (key->type == DKIM_KEY_RSA && key->pkey != NULL) {
		key->verifier = new_verifier(key->pkey, keys->md);
		g_assert(key->verifier != NULL); /* RSA and SHA-256 are always there */
	}
	if (g_hash_table_size(keys->by_record) >= KEYS_MAX)
		g_hash_table_remove_all(keys->by_record);
	g_hash_table_insert(keys->by_record, g_strdup(record), key);
	return key;
}

/* RFC 8463 section 3: PureEdDSA over the 32 bytes of the digest. */
static bool
verify_ed25519(EVP_PKEY *pkey, const unsigned char *digest,
    const unsigned char *signature, size_t len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool is_ok = ctx != NULL &&
		     EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) == 1 &&
		     EVP_DigestVerify(ctx, signature, len, digest, DKIM_HASH_LEN) == 1;

	EVP_MD_CTX_free(ctx);
	return is_ok;
}

bool
dkim_key_verify(const struct dkim_key *key, const unsigned char digest[DKIM_HASH_LEN],
    GBytes *signature)
{
	gsize len;
	const unsigned char *data = g_bytes_get_data(signature, &len);
	bool is_ok =
	    key->type == DKIM_KEY_RSA
		? EVP_PKEY_verify(key->verifier, data, len, digest, DKIM_HASH_LEN) == 1
		: verify_ed25519(key->pkey, digest, data, len);

	ERR_clear_error(); /* a signature that does not fit is an answer, not an error */
	return is_ok;
}
