/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The TLS client: which roots are trusted, and what is verified.
 *
 * The system's roots are taken from the hashed folder where there is one: OpenSSL looks a
 * root up when it needs it, while parsing the whole PEM bundle takes near 100 ms of every
 * start. */
#include "net/tls.h"

#include "base/error.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <unistd.h>

static const char *const hashed_dirs[] = {"/etc/ssl/certs", "/etc/pki/tls/certs"};
static const char *const bundles[] = {"/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem", "/etc/ssl/ca-bundle.pem"};

/* libetpan brings GnuTLS along, which we never speak through. It asks the program whether its tables may be left
 * alone at the start (gnutls/gnutls.h, GNUTLS_SKIP_GLOBAL_INIT); who uses it after all, as libcurl does, has it
 * made ready first. It costs 0.8 MB and a sixth of a program's start. */
int _gnutls_global_init_skip(void);
int
_gnutls_global_init_skip(void)
{
	return 1;
}

/* Does dir hold names such as "4042bcee.0", as c_rehash makes them? */
static bool
is_hashed_dir(const char *path)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	bool is_hashed = false;

	if (dir == NULL)
		return false;
	for (const char *name; !is_hashed && (name = g_dir_read_name(dir)) != NULL;)
		is_hashed = strlen(name) == 10 && g_str_has_suffix(name, ".0");
	g_dir_close(dir);
	return is_hashed;
}

static bool
load_system_roots(SSL_CTX *ctx)
{
	for (size_t i = 0; i < G_N_ELEMENTS(hashed_dirs); i++)
		if (is_hashed_dir(hashed_dirs[i]))
			return SSL_CTX_load_verify_dir(ctx, hashed_dirs[i]) == 1;
	for (size_t i = 0; i < G_N_ELEMENTS(bundles); i++)
		if (access(bundles[i], R_OK) == 0)
			return SSL_CTX_load_verify_file(ctx, bundles[i]) == 1;
	return SSL_CTX_set_default_verify_paths(ctx) == 1;
}

/* OpenSSL forgets the certificate that it refuses: keep it for tls_explain(), which frees
 * it. The verdict stays OpenSSL's. */
static int
on_verify(int is_good, X509_STORE_CTX *store)
{
	SSL *ssl =
	    X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	X509 *cert = X509_STORE_CTX_get_current_cert(store);

	if (is_good != 1 && cert != NULL && SSL_get_app_data(ssl) == NULL &&
	    X509_up_ref(cert) == 1)
		SSL_set_app_data(ssl, cert);
	return is_good;
}

static SSL_CTX *
context_new(const char *ca_file, GError **error)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	if (ctx == NULL) {
		g_set_error(
		    error, PF_ERROR, PF_ERROR_INTERNAL, "OpenSSL cannot make a context");
		return NULL;
	}
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, on_verify);
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_options(ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
				  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
				  SSL_MODE_AUTO_RETRY);
	if (SSL_CTX_dane_enable(ctx) == 1 &&
	    (ca_file != NULL ? SSL_CTX_load_verify_file(ctx, ca_file) == 1
			     : load_system_roots(ctx)))
		return ctx;
	ERR_clear_error();
	if (ca_file != NULL && access(ca_file, R_OK) != 0)
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG, "%s: %s; ca-file in section [tls] of the rc file names it",
		    ca_file, g_strerror(errno));
	else
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
		    "%s holds no certificates that can be read; see ca-file in section [tls] of "
		    "the rc file",
		    ca_file != NULL ? ca_file : "the system's certificate store");
	SSL_CTX_free(ctx);
	return NULL;
}

static bool
is_ip_address(const char *host)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, host, bytes) == 1 ||
	       inet_pton(AF_INET6, host, bytes) == 1;
}

/* RFC 9525 6.3 and 6.4: the name counts only in subjectAltName, wildcards only as a whole
 * label. */
static bool
expect_host(SSL *ssl, const char *host)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(ssl);

	X509_VERIFY_PARAM_set_hostflags(param,
	    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (is_ip_address(host))
		return X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1;
	return X509_VERIFY_PARAM_set1_host(param, host, 0) == 1 &&
	       SSL_set_tlsext_host_name(ssl, host) == 1;
}

SSL *
tls_client_new(const char *host, const char *ca_file, int fd, GError **error)
{
	SSL_CTX *ctx = context_new(ca_file, error);
	SSL *ssl;

	if (ctx == NULL)
		return NULL;
	ssl = SSL_new(ctx);
	SSL_CTX_free(ctx);
	if (ssl != NULL && expect_host(ssl, host) && SSL_set_fd(ssl, fd) == 1)
		return ssl;
	ERR_clear_error();
	SSL_free(ssl);
	g_set_error(error, PF_ERROR, PF_ERROR_TLS,
	    "\"%s\" is no host name that TLS can verify", host);
	return NULL;
}

/* One TLSA record. False when it cannot be used here: of usage 0 and 1 (RFC 7672 3.1.3),
 * malformed, of an unknown digest. */
static bool
add_tlsa(SSL *ssl, const char *text)
{
	char **words = g_strsplit(text, " ", 4);
	guint64 number[3] = {0};
	GByteArray *data = g_byte_array_new();
	bool good = g_strv_length(words) == 4 && strlen(words[3]) % 2 == 0;
	size_t i;

	for (i = 0; good && i < 3; i++)
		good = g_ascii_string_to_unsigned(words[i], 10, 0, 255, &number[i], NULL);
	for (i = 0; good && words[3][i] != '\0'; i += 2) {
		int high = g_ascii_xdigit_value(words[3][i]);
		int low = g_ascii_xdigit_value(words[3][i + 1]);
		guint8 byte = (guint8)(high * 16 + low);

		good = high >= 0 && low >= 0;
		g_byte_array_append(data, &byte, 1);
	}
	good = good && (number[0] == 2 || number[0] == 3) &&
	       SSL_dane_tlsa_add(ssl, (uint8_t)number[0], (uint8_t)number[1],
		   (uint8_t)number[2], data->data, data->len) == 1;
	ERR_clear_error();
	g_byte_array_unref(data);
	g_strfreev(words);
	return good;
}

bool
tls_set_trust(SSL *ssl, const char *host, enum tls_trust trust, const char *const *tlsa,
    GError **error)
{
	bool has_record = false;

	if (trust == TLS_TRUST_CHAIN)
		return true;
	if (trust == TLS_TRUST_DANE) {
		if (SSL_dane_enable(ssl, host) != 1) {
			ERR_clear_error();
			g_set_error(error, PF_ERROR, PF_ERROR_TLS,
			    "OpenSSL cannot set up DANE for %s", host);
			return false;
		}
		SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
		for (; *tlsa != NULL; tlsa++)
			has_record = add_tlsa(ssl, *tlsa) || has_record;
	}
	if (!has_record)
		SSL_set_verify(ssl, SSL_VERIFY_NONE, NULL);
	return true;
}

/* OpenSSL's verification, but for the one certificate that is good by itself. */
static int
verify_or_pinned(X509_STORE_CTX *store, void *pin)
{
	X509 *leaf = X509_STORE_CTX_get0_cert(store);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (leaf != NULL && X509_digest(leaf, EVP_sha256(), digest, &len) == 1 && len == TLS_PIN_BYTES &&
	    memcmp(digest, pin, len) == 0) {
		X509_STORE_CTX_set_error(store, X509_V_OK);
		return 1;
	}
	return X509_verify_cert(store);
}

void
tls_set_pin(SSL *ssl, const unsigned char digest[TLS_PIN_BYTES])
{
	SSL_CTX_set_cert_verify_callback(
	    SSL_get_SSL_CTX(ssl), verify_or_pinned, (void *)(guintptr)digest);
}

bool
tls_use_identity(SSL *ssl, const char *cert_file, const char *key_file, GError **error)
{
	const char *key = key_file != NULL ? key_file : cert_file;
	const char *bad = NULL;

	if (SSL_use_certificate_chain_file(ssl, cert_file) != 1)
		bad = cert_file;
	else if (SSL_use_PrivateKey_file(ssl, key, SSL_FILETYPE_PEM) != 1 ||
		 SSL_check_private_key(ssl) != 1)
		bad = key;
	ERR_clear_error();
	if (bad == NULL)
		return true;
	g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
	    "%s holds no %s that can be read; see client-cert and client-key in the rc "
	    "file",
	    bad,
	    bad == key && key != cert_file ? "key of that certificate"
					   : "certificate with its key");
	return false;
}

/* RFC 5929 4.1: the hash of the server's certificate by its signature's digest, SHA-256
 * in place of MD5 and SHA-1. */
static size_t
end_point(SSL *ssl, unsigned char *data)
{
	X509 *cert = SSL_get0_peer_certificate(ssl);
	const EVP_MD *md = EVP_sha256();
	int digest = NID_undef;
	unsigned len = 0;

	if (cert == NULL)
		return 0;
	if (X509_get_signature_info(cert, &digest, NULL, NULL, NULL) == 1 &&
	    digest != NID_md5 && digest != NID_sha1 && digest != NID_undef &&
	    EVP_get_digestbynid(digest) != NULL)
		md = EVP_get_digestbynid(digest);
	return EVP_MD_get_size(md) <= TLS_BINDING_MAX &&
		       X509_digest(cert, md, data, &len) == 1
		   ? len
		   : 0;
}

const char *
tls_binding(SSL *ssl, unsigned char data[TLS_BINDING_MAX], size_t *len_out)
{
	static const char label[] = "EXPORTER-Channel-Binding";
	const size_t len = 32;

	if (SSL_version(ssl) >= TLS1_3_VERSION) {
		*len_out = len;
		return SSL_export_keying_material(
			   ssl, data, len, label, sizeof(label) - 1, NULL, 0, 0) == 1
			   ? "tls-exporter"
			   : NULL;
	}
	if (SSL_get_extms_support(ssl) == 1) {
		*len_out = SSL_session_reused(ssl)
			       ? SSL_get_peer_finished(ssl, data, TLS_BINDING_MAX)
			       : SSL_get_finished(ssl, data, TLS_BINDING_MAX);
		return *len_out > 0 ? "tls-unique" : NULL;
	}
	*len_out = end_point(ssl, data);
	return *len_out > 0 ? "tls-server-end-point" : NULL;
}

char *
tls_describe(SSL *ssl)
{
	return g_strdup_printf("%s %s", SSL_get_version(ssl), SSL_get_cipher_name(ssl));
}
