/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim_private.c - keys are made, kept and published here; dkim_sign.c signs with them. */
#include "auth/dkim_private.h"

#include "auth/tags.h"
#include "base/error.h"
#include "base/file.h"
#include "base/secret.h"
#include "lookup/dns.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NEW_RSA_BITS = 2048, FILE_MAX = 65536, STRING_MAX = 255, TTL_S = 3600 };

/* --- making and keeping --- */

static struct secret *
to_pem(EVP_PKEY *pkey, const struct secret *passphrase)
{
	BIO *bio = BIO_new(BIO_s_secmem());
	const EVP_CIPHER *cipher = passphrase != NULL ? EVP_aes_256_cbc() : NULL;
	const char *text = passphrase != NULL ? secret_bytes(passphrase) : NULL;
	int len = passphrase != NULL ? (int)secret_len(passphrase) : 0;
	struct secret *pem = NULL;
	char *data;

	if (bio != NULL &&
	    PEM_write_bio_PKCS8PrivateKey(bio, pkey, cipher, text, len, NULL, NULL) == 1) {
		long n = BIO_get_mem_data(bio, &data);
		pem = secret_new(data, (size_t)n);
	}
	BIO_free(bio);
	return pem;
}

struct secret *
dkim_private_generate(
    enum dkim_key_type type, const struct secret *passphrase, GError **error)
{
	EVP_PKEY *pkey = type == DKIM_KEY_RSA
			     ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)NEW_RSA_BITS)
			     : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	struct secret *pem = pkey != NULL ? to_pem(pkey, passphrase) : NULL;

	EVP_PKEY_free(pkey);
	ERR_clear_error();
	if (pem == NULL)
		g_set_error_literal(error, PF_ERROR, PF_ERROR_INTERNAL,
		    "OpenSSL refused to make a key");
	return pem;
}

bool
dkim_private_save(const char *path, const struct secret *pem, GError **error)
{
	char *folder = g_path_get_dirname(path);
	bool is_ok = file_make_dir(folder, error);
	int fd = is_ok ? file_open_new(path) : -1;

	if (is_ok && fd < 0)
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: %s", path,
		    errno == EEXIST ? "there is a key of this name already"
				    : g_strerror(errno));
	is_ok = fd >= 0 && file_write_all(fd, secret_bytes(pem), secret_len(pem), error);
	if (is_ok && fsync(fd) != 0) {
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: %s", path, g_strerror(errno));
		is_ok = false;
	}
	if (fd >= 0 && close(fd) != 0 && is_ok) {
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: %s", path, g_strerror(errno));
		is_ok = false;
	}
	if (fd >= 0 && !is_ok)
		(void)unlink(path); /* half a key is none */
	is_ok = is_ok && file_sync_dir(folder, error);
	g_free(folder);
	return is_ok;
}

/* Why the file may not be used; NULL when it may. Static. */
static const char *
fault_of(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "this is no file";
	if (st->st_size > FILE_MAX)
		return "this is too large for a key";
	if ((st->st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return "others can read or write it; chmod 600 it";
	if (st->st_uid != geteuid() && geteuid() != 0)
		return "it belongs to somebody else";
	return NULL;
}

struct secret *
dkim_private_read(const char *path, GError **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char bytes[FILE_MAX];
	const char *fault;
	struct stat st;
	ssize_t n = -1;
	struct secret *pem = NULL;

	if (fd < 0 || fstat(fd, &st) != 0)
		fault = g_strerror(errno);
	else if ((fault = fault_of(&st)) == NULL &&
		 (n = read(fd, bytes, sizeof bytes)) < 0)
		fault = g_strerror(errno);
	if (fault != NULL)
		g_set_error(
		    error, PF_ERROR, PF_ERROR_CONFIG, "the DKIM key %s: %s", path, fault);
	else
		pem = secret_new(bytes, (size_t)n);
	explicit_bzero(bytes, sizeof bytes);
	if (fd >= 0)
		(void)close(fd); /* read only */
	return pem;
}

/* --- publishing --- */

/* What p= holds: a SubjectPublicKeyInfo, or the 32 bytes of an Ed25519 key. Owned. */
static char *
public_base64(EVP_PKEY *pkey)
{
	unsigned char raw[32], *der = NULL;
	size_t len = sizeof raw;
	char *text = NULL;
	int n;

	if (EVP_PKEY_get_base_id(pkey) == EVP_PKEY_ED25519) {
		if (EVP_PKEY_get_raw_public_key(pkey, raw, &len) == 1)
			text = g_base64_encode(raw, len);
	} else if ((n = i2d_PUBKEY(pkey, &der)) > 0) {
		text = g_base64_encode(der, (gsize)n);
		OPENSSL_free(der);
	}
	g_assert(text != NULL); /* a private key has its public half */
	return text;
}

char *
dkim_private_record(const struct dkim_sign_key *key)
{
	char *p = public_base64(dkim_sign_key_pkey(key));
	char *record = g_strdup_printf("v=DKIM1; h=sha256; k=%s; s=email; p=%s",
	    dkim_sign_key_is_rsa(key) ? "rsa" : "ed25519", p);

	g_free(p);
	return record;
}

char *
dkim_private_name(const struct dkim_sign_key *key)
{
	return g_strdup_printf("%s._domainkey.%s", dkim_sign_key_selector(key),
	    dkim_sign_key_domain(key));
}

char *
dkim_private_zone_line(const char *name, const char *record)
{
	GString *line = g_string_new(NULL);
	size_t len = strlen(record);

	g_string_append_printf(line, "%s. %d IN TXT ( ", name, TTL_S);
	for (size_t at = 0; at < len; at += STRING_MAX)
		g_string_append_printf(line, "\"%.*s\" ", STRING_MAX, record + at);
	g_string_append_c(line, ')');
	return g_string_free(line, FALSE);
}

/* --- comparing --- */

const char *
dkim_published_name(enum dkim_published state)
{
	static const char *const names[] = {"match", "missing", "differs", "unsure"};

	return names[state];
}

static void
find(json_t *findings, const char *level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void
find(json_t *findings, const char *level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char *text = g_strdup_vprintf(format, args);
	va_end(args);
	json_array_append_new(
	    findings, json_pack("{s:s, s:s}", "level", level, "text", text));
	g_free(text);
}

static bool
tag_is(const struct tags *a, const struct tags *b, const char *name, const char *fallback)
{
	char *x = tags_packed(a, name), *y = tags_packed(b, name);
	bool is_same = strcmp(x != NULL ? x : fallback, y != NULL ? y : fallback) == 0;

	g_free(x);
	g_free(y);
	return is_same;
}

/* Does what is published verify what a key with the record ours signs? */
static bool
compare_record(const char *name, const char *theirs, const struct tags *ours, json_t *findings)
{
	struct tags tags;
	bool has_parsed = tags_parse(theirs, strlen(theirs), &tags, NULL);
	const struct tag *p = has_parsed ? tags_find(&tags, "p") : NULL;
	const struct tag *h = has_parsed ? tags_find(&tags, "h") : NULL;
	const struct tag *s = has_parsed ? tags_find(&tags, "s") : NULL;
	const struct tag *t = has_parsed ? tags_find(&tags, "t") : NULL;
	size_t before = json_array_size(findings);

	if (!has_parsed || p == NULL)
		find(findings, "error", "%s: the record has no key (p=).", name);
	else if (p->value_len == 0)
		find(findings, "error", "%s: the key was revoked: p= is empty.", name);
	else if (!tag_is(&tags, ours, "k", "rsa"))
		find(findings, "error", "%s: the record is for another kind of key (k=).",
		    name);
	else if (!tag_is(&tags, ours, "p", ""))
		find(findings, "error",
		    "%s: the published key is not the one that signs here.", name);
	if (h != NULL && !tags_list_has(h, "sha256"))
		find(findings, "error", "%s: h= does not allow sha256.", name);
	if (s != NULL && !tags_list_has(s, "email") && !tags_list_has(s, "*"))
		find(findings, "error", "%s: s= is not for mail.", name);
	bool is_match = json_array_size(findings) == before;
	if (t != NULL && tags_list_has(t, "y"))
		find(findings, "warn",
		    "%s: t=y says that the key is only being tried out.", name);
	return is_match;
}

enum dkim_published
dkim_private_compare(
    struct dns_session *dns, const char *name, const char *record, json_t *findings)
{
	const struct dns_answer *answer = dns_ask(dns, name, DNS_TXT);
	struct tags ours;

	if (dns_is_temporary(answer->status)) {
		find(findings, "warn", "%s: the DNS gives no answer at the moment.", name);
		return DKIM_PUBLISHED_UNSURE;
	}
	if (answer->status != DNS_OK) {
		find(findings, "error",
		    "%s: no such record in the DNS; publish it before the key is used.",
		    name);
		return DKIM_PUBLISHED_MISSING;
	}
	if (answer->strings->len > 1) {
		/* RFC 6376 3.6.2.2: the result is undefined */
		find(findings, "error",
		    "%s: %u TXT records stand there, and there must be one.", name,
		    answer->strings->len);
		return DKIM_PUBLISHED_DIFFERS;
	}
	bool is_parsed = tags_parse(record, strlen(record), &ours, NULL);
	g_assert(is_parsed); /* ours */
	return compare_record(name, g_ptr_array_index(answer->strings, 0), &ours, findings)
		   ? DKIM_PUBLISHED_MATCH
		   : DKIM_PUBLISHED_DIFFERS;
}
