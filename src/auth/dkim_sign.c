/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim_sign.c - the signer. What it hashes comes from the same functions as what the
 * verifier hashes, so the two cannot drift apart. */
#include "auth/dkim_sign.h"

#include "auth/dkim.h"
#include "auth/domain.h"
#include "auth/flags.h"
#include "base/error.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>

enum { LINE_MAX_OCTETS = 998, FOLD_COLS = 76, RSA_MIN_BITS = 1024, COLON = 14 };

struct dkim_sign_key {
	char *domain, *selector; /* A-labels */
	EVP_PKEY *pkey;
	bool is_rsa;
	EVP_MD *md;
};

/* How a field takes part in h=. */
enum part {
	PART_PRESENT, /* signed as often as it is there */
	PART_SEALED,  /* once more, so that none can be added */
	PART_GUARDED, /* sealed when it is there */
};

/* clang-format off */
static const struct {
	const char *name;
	enum part part, to_list;
	bool is_list_business; /* left out in letters to a list */
} parts[] = {
	{"from", PART_SEALED, PART_SEALED, false},
	{"sender", PART_GUARDED, PART_PRESENT, true},
	{"reply-to", PART_SEALED, PART_PRESENT, false},
	{"subject", PART_SEALED, PART_SEALED, false},
	{"date", PART_SEALED, PART_SEALED, false},
	{"to", PART_SEALED, PART_PRESENT, false},
	{"cc", PART_SEALED, PART_PRESENT, false},
	{"message-id", PART_SEALED, PART_PRESENT, false},
	{"in-reply-to", PART_PRESENT, PART_PRESENT, false},
	{"references", PART_PRESENT, PART_PRESENT, false},
	{"mime-version", PART_SEALED, PART_PRESENT, false},
	{"content-type", PART_SEALED, PART_PRESENT, false},
	{"content-transfer-encoding", PART_SEALED, PART_PRESENT, false},
	{"content-disposition", PART_PRESENT, PART_PRESENT, false},
	{"content-id", PART_PRESENT, PART_PRESENT, false},
	{"content-description", PART_PRESENT, PART_PRESENT, false},
	{"autocrypt", PART_PRESENT, PART_PRESENT, false},
	{"openpgp", PART_PRESENT, PART_PRESENT, false},
	{"resent-date", PART_PRESENT, PART_PRESENT, true},
	{"resent-from", PART_PRESENT, PART_PRESENT, true},
	{"resent-to", PART_PRESENT, PART_PRESENT, true},
	{"resent-cc", PART_PRESENT, PART_PRESENT, true},
	{"list-id", PART_PRESENT, PART_PRESENT, true},
	{"list-post", PART_PRESENT, PART_PRESENT, true},
	{"list-unsubscribe", PART_PRESENT, PART_PRESENT, true},
	{"list-unsubscribe-post", PART_PRESENT, PART_PRESENT, true},
};
/* clang-format on */

/* OpenSSL asks the terminal when it is given no callback. */
static int
give_passphrase(char *buffer, int size, int is_writing, void *user)
{
	const struct secret *passphrase = user;
	size_t len = passphrase != NULL ? secret_len(passphrase) : 0;

	(void)is_writing;
	if (passphrase == NULL || len > (size_t)size)
		return -1;
	memcpy(buffer, secret_bytes(passphrase), len);
	return (int)len;
}

static bool
load_key(struct dkim_sign_key *key, const struct secret *pem,
    const struct secret *passphrase, GError **error)
{
	const char *bytes = secret_bytes(pem);
	BIO *bio = BIO_new_mem_buf(bytes, (int)MIN(secret_len(pem), 65536));
	bool is_locked = strstr(bytes, "ENCRYPTED") != NULL;

	key->pkey = bio == NULL ? NULL
				: PEM_read_bio_PrivateKey(bio, NULL, give_passphrase,
				      (void *)(guintptr)passphrase);
	BIO_free(bio);
	ERR_clear_error();
	int type = key->pkey == NULL ? 0 : EVP_PKEY_get_base_id(key->pkey);
	key->is_rsa = type == EVP_PKEY_RSA;
	if (!key->is_rsa && type != EVP_PKEY_ED25519) {
		g_set_error_literal(error, PF_ERROR, PF_ERROR_CONFIG,
		    is_locked && passphrase == NULL
			? "the DKIM key is behind a passphrase: set dkim-passphrase-command"
		    : is_locked ? "the passphrase does not open the DKIM key"
				: "the DKIM key is no RSA or Ed25519 private key in PEM");
		return false;
	}
	if (key->is_rsa && EVP_PKEY_get_bits(key->pkey) < RSA_MIN_BITS) {
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
		    "the DKIM key has %d bits; nobody accepts less than %d",
		    EVP_PKEY_get_bits(key->pkey), RSA_MIN_BITS);
		return false;
	}
	return true;
}

struct dkim_sign_key *
dkim_sign_key_new(const char *domain, const char *selector, const struct secret *pem,
    const struct secret *passphrase, GError **error)
{
	struct dkim_sign_key *key = g_new0(struct dkim_sign_key, 1);

	key->domain = domain_ascii(domain, -1);
	key->selector = domain_ascii(selector, -1);
	key->md = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (key->domain == NULL || key->selector == NULL || key->md == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
		    "%s._domainkey.%s is no name for a DKIM key", selector, domain);
	else if (load_key(key, pem, passphrase, error))
		return key;
	dkim_sign_key_free(key);
	return NULL;
}

const char *
dkim_sign_key_domain(const struct dkim_sign_key *key)
{
	return key->domain;
}

const char *
dkim_sign_key_selector(const struct dkim_sign_key *key)
{
	return key->selector;
}

bool
dkim_sign_key_is_rsa(const struct dkim_sign_key *key)
{
	return key->is_rsa;
}

EVP_PKEY *
dkim_sign_key_pkey(const struct dkim_sign_key *key)
{
	return key->pkey;
}

void
dkim_sign_key_free(struct dkim_sign_key *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->pkey);
	EVP_MD_free(key->md);
	g_free(key->domain);
	g_free(key->selector);
	g_free(key);
}

/* What relays would mend on the way must not be there (RFC 6376 section 5.3). */
static bool
check_bytes(const char *bytes, size_t len, GError **error)
{
	size_t line = 0;
	const char *problem = NULL;

	for (size_t i = 0; i < len && problem == NULL; i++) {
		bool is_end = bytes[i] == '\r' && i + 1 < len && bytes[i + 1] == '\n';
		if (is_end) {
			line = 0;
			i++;
		} else if (bytes[i] == '\r' || bytes[i] == '\n' || bytes[i] == '\0') {
			problem = "has a bare CR or LF, or a NUL";
		} else if (++line > LINE_MAX_OCTETS) {
			problem = "has a line over 998 octets";
		}
	}
	if (problem == NULL)
		return true;
	g_set_error(
	    error, PF_ERROR, PF_ERROR_DATA, "a letter that %s cannot be signed", problem);
	return false;
}

static bool
check_author(const struct dkim_sign_key *key, const struct message *message,
    const struct dkim_sign_options *options, GError **error)
{
	struct author author;

	author_init(&author, message);
	bool is_one = author.domain != NULL &&
		      (author.flags & (FLAG_MULTI_FROM | FLAG_FROM_UNPARSEABLE)) == 0;
	bool is_ours = is_one && (options->is_any_author ||
				     domain_is_within(author.domain, key->domain));
	if (!is_ours)
		g_set_error(error, PF_ERROR, PF_ERROR_DATA,
		    "the letter is from %s: a DKIM key of %s does not speak for that",
		    author.address == NULL ? "nobody" : author.address, key->domain);
	author_fini(&author);
	return is_ours;
}

static void
add_names(GPtrArray *h, const struct message *message, bool is_to_list)
{
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		enum part part = is_to_list ? parts[i].to_list : parts[i].part;
		size_t n = message_count(message, parts[i].name);
		if (is_to_list && parts[i].is_list_business)
			continue;
		if (part == PART_SEALED || (part == PART_GUARDED && n > 0))
			n++;
		for (; n > 0; n--)
			g_ptr_array_add(h, g_strdup(parts[i].name));
	}
}

/* Append text, which may be broken after any of its pieces; a piece that does not fit
 * starts a line. */
static void
append_folded(GString *out, size_t *cols, const char *piece)
{
	size_t len = strlen(piece);

	if (*cols + len > FOLD_COLS) {
		g_string_append(out, "\r\n\t");
		*cols = 8;
	}
	g_string_append(out, piece);
	*cols += len;
}

static void
append_base64(GString *out, size_t *cols, const unsigned char *data, size_t len)
{
	char *b64 = g_base64_encode(data, len);

	for (const char *p = b64; *p != '\0';) {
		size_t room = *cols < FOLD_COLS ? FOLD_COLS - *cols : 0;
		size_t n = MIN(room, strlen(p));
		g_string_append_len(out, p, (gssize)n);
		p += n;
		*cols += n;
		if (*p != '\0') {
			g_string_append(out, "\r\n\t");
			*cols = 8;
		}
	}
	g_free(b64);
}

/* The field up to "b=", without its value. */
static GString *
begin_field(const struct dkim_sign_key *key, const struct dkim_sign_options *options,
    const GPtrArray *h, const struct dkim_body *body, size_t *cols)
{
	GString *out = g_string_new("DKIM-Signature: v=1;");
	char *pieces[] = {
	    g_strdup_printf(" a=%s-sha256;", key->is_rsa ? "rsa" : "ed25519"),
	    g_strdup(" c=relaxed/relaxed;"),
	    g_strdup_printf(" d=%s;", key->domain),
	    g_strdup_printf(" s=%s;", key->selector),
	    g_strdup_printf(" t=%" G_GINT64_FORMAT ";", options->now),
	    options->expires > 0
		? g_strdup_printf(" x=%" G_GINT64_FORMAT ";", options->expires)
		: g_strdup(""),
	};

	*cols = out->len;
	for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
		append_folded(out, cols, pieces[i]);
		g_free(pieces[i]);
	}
	for (guint i = 0; i < h->len; i++) {
		char *piece = g_strdup_printf("%s%s%s", i == 0 ? " h=" : "",
		    (char *)g_ptr_array_index(h, i), i + 1 == h->len ? ";" : ":");
		append_folded(out, cols, piece);
		g_free(piece);
	}
	append_folded(out, cols, " bh=");
	append_base64(out, cols, body->hash, DKIM_HASH_LEN);
	append_folded(out, cols, "; b=");
	return out;
}

static bool
sign_rsa(const struct dkim_sign_key *key, const unsigned char *digest, GByteArray *out)
{
	size_t len = out->len;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key->pkey, NULL);
	bool is_ok = ctx != NULL && EVP_PKEY_sign_init(ctx) == 1 &&
		     EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
		     EVP_PKEY_CTX_set_signature_md(ctx, key->md) == 1 &&
		     EVP_PKEY_sign(ctx, out->data, &len, digest, DKIM_HASH_LEN) == 1;

	EVP_PKEY_CTX_free(ctx);
	g_byte_array_set_size(out, (guint)len);
	return is_ok;
}

/* RFC 8463 section 3: PureEdDSA over the digest. */
static bool
sign_ed25519(
    const struct dkim_sign_key *key, const unsigned char *digest, GByteArray *out)
{
	size_t len = out->len;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool is_ok = ctx != NULL &&
		     EVP_DigestSignInit(ctx, NULL, NULL, NULL, key->pkey) == 1 &&
		     EVP_DigestSign(ctx, out->data, &len, digest, DKIM_HASH_LEN) == 1;

	EVP_MD_CTX_free(ctx);
	g_byte_array_set_size(out, (guint)len);
	return is_ok;
}

/* Of the SHA-256 of the bytes. Owned; NULL when OpenSSL fails. */
static GByteArray *
make_signature(const struct dkim_sign_key *key, const GString *bytes)
{
	unsigned char digest[DKIM_HASH_LEN];
	GByteArray *out = g_byte_array_new();

	g_byte_array_set_size(out, (guint)EVP_PKEY_get_size(key->pkey));
	bool is_ok =
	    EVP_Digest(bytes->str, bytes->len, digest, NULL, key->md, NULL) == 1 &&
	    (key->is_rsa ? sign_rsa(key, digest, out) : sign_ed25519(key, digest, out));
	ERR_clear_error();
	if (!is_ok)
		g_clear_pointer(&out, g_byte_array_unref);
	return out;
}

static char *
sign(const struct dkim_sign_key *key, const struct message *message,
    const struct dkim_sign_options *options, GError **error)
{
	struct dkim_sig sig = {.header_canon = DKIM_RELAXED};
	struct dkim_body body;
	GByteArray *signature = NULL;
	GString *field = NULL;
	size_t cols;

	sig.h = g_ptr_array_new_with_free_func(g_free);
	add_names(sig.h, message, options->is_to_list);
	if (dkim_canon_body(DKIM_RELAXED, message->body, message->body_len, DKIM_NO_LIMIT,
		key->md, &body)) {
		field = begin_field(key, options, sig.h, &body, &cols);
		GString *bytes = g_string_new(NULL);
		dkim_signed_bytes(bytes, message, &sig, field->str, field->len, COLON);
		signature = make_signature(key, bytes);
		g_string_free(bytes, TRUE);
	}
	g_ptr_array_unref(sig.h);
	if (signature == NULL) {
		g_set_error_literal(
		    error, PF_ERROR, PF_ERROR_INTERNAL, "OpenSSL refused to sign");
		if (field != NULL)
			g_string_free(field, TRUE);
		return NULL;
	}
	append_base64(field, &cols, signature->data, signature->len);
	g_string_append(field, "\r\n");
	g_byte_array_unref(signature);
	return g_string_free(field, FALSE);
}

char *
dkim_sign_field(const struct dkim_sign_key *key, const char *bytes, size_t len,
    const struct dkim_sign_options *options, GError **error)
{
	char *field = NULL;

	if (!check_bytes(bytes, len, error))
		return NULL;
	struct message *message = message_new(bytes, len);
	if (check_author(key, message, options, error))
		field = sign(key, message, options, error);
	message_free(message);
	return field;
}
