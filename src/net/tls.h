/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tls.h - OpenSSL as a client that verifies: chain, host name (subjectAltName only, RFC
 * 9525), TLS 1.2 or newer, SNI. Connections are the caller's business. */
#ifndef PENFOLD_NET_TLS_H
#define PENFOLD_NET_TLS_H

#include <glib.h>
#include <openssl/ssl.h>
#include <stdbool.h>

/* A client for host (a name or an IP address) over the connected socket fd, ready for
 * SSL_connect(). ca_file: PEM bundle that replaces the system's roots, NULL for the
 * system's. PF_ERROR_CONFIG names a bundle that cannot be read. The caller ends it with
 * SSL_free(). */
SSL *tls_client_new(const char *host, const char *ca_file, int fd, GError **error);

/* What is believed of the server's certificate. */
enum tls_trust {
	TLS_TRUST_CHAIN, /* chain and name, as tls_client_new() sets it up */
	TLS_TRUST_ANY,	 /* anything: TLS against listeners alone (RFC 7435) */
	TLS_TRUST_DANE,	 /* the TLSA records (RFC 7672) */
};

/* Before the handshake. tlsa, for TLS_TRUST_DANE: "USAGE SELECTOR TYPE HEX", NULL-terminated; where
 * none of them can be used, any certificate is taken (RFC 7672 2.2). */
bool tls_set_trust(SSL *ssl, const char *host, enum tls_trust trust,
    const char *const *tlsa, GError **error);

/* Before the handshake: this very certificate (the SHA-256 of its DER, borrowed while ssl lives) is good whatever its
 * chain, name and dates; any other is verified as ever. */
#define TLS_PIN_BYTES 32
void tls_set_pin(SSL *ssl, const unsigned char digest[TLS_PIN_BYTES]);

/* What a server shows, as text for people, made safe. All owned: tls_certificate_clear(). */
struct tls_certificate {
	char *sha256; /* 64 lower-case digits */
	char *subject, *issuer, *names, *not_before, *not_after;
	char *problem; /* why it is not trusted; NULL: chain and name are good */
};

/* After a handshake, with TLS_TRUST_ANY or not. False when the server showed none. */
bool tls_certificate(SSL *ssl, struct tls_certificate *out);
void tls_certificate_clear(struct tls_certificate *c);

/* Show this certificate (a PEM file with its chain) when the server asks; key_file NULL: the
 * key is in the same file. PF_ERROR_CONFIG names the file that cannot be used. */
bool tls_use_identity(
    SSL *ssl, const char *cert_file, const char *key_file, GError **error);

#define TLS_BINDING_MAX 64

/* The channel binding of an established connection: TLS 1.3 by tls-exporter (RFC 9266);
 * TLS 1.2 by tls-unique where the master secret is safe (RFC 7627), else by
 * tls-server-end-point (RFC 5929). Its name, static; NULL when there is none. */
const char *tls_binding(SSL *ssl, unsigned char data[TLS_BINDING_MAX], size_t *len_out);

/* Why the handshake with host failed, as the end of a sentence ("the certificate expired
 * on ...; nothing was sent; ..."), from the verification result or OpenSSL's error queue,
 * which it empties. Text of the server is made safe. Owned. */
char *tls_explain(SSL *ssl, const char *host);

/* "TLSv1.3 TLS_AES_256_GCM_SHA384". Owned. */
char *tls_describe(SSL *ssl);

#endif
