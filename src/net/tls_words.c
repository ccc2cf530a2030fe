/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TLS in words: what a certificate says, and why one is refused. */
#include "net/tls.h"

#include "base/safe_text.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#define NAME_MAX_SHOWN 300 /* bytes of a name within a certificate */

static void
append_name(GString *names, const char *bytes, size_t len)
{
	char *shown = safe_text(bytes, len, SAFE_TEXT_LINE);

	if (names->len < 200) /* a few names explain it, a hundred do not */
		g_string_append_printf(
		    names, "%s\"%s\"", names->len > 0 ? ", " : "", shown);
	g_free(shown);
}

static void
append_address(GString *names, const ASN1_OCTET_STRING *ip)
{
	char text[INET6_ADDRSTRLEN];
	int len = ASN1_STRING_length(ip);
	int family = len == 4 ? AF_INET : AF_INET6;

	if (len != 4 && len != 16)
		return;
	if (inet_ntop(family, ASN1_STRING_get0_data(ip), text, sizeof(text)) != NULL)
		append_name(names, text, strlen(text));
}

/* The names that the certificate is for, as a list for a sentence. Owned. */
static char *
certificate_names(X509 *cert)
{
	GString *names = g_string_new(NULL);
	GENERAL_NAMES *alt = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);

	for (int i = 0; i < sk_GENERAL_NAME_num(alt); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(alt, i);
		if (name->type == GEN_DNS)
			append_name(names,
			    (const char *)ASN1_STRING_get0_data(name->d.dNSName),
			    (size_t)ASN1_STRING_length(name->d.dNSName));
		else if (name->type == GEN_IPADD)
			append_address(names, name->d.iPAddress);
	}
	GENERAL_NAMES_free(alt);
	if (names->len == 0)
		g_string_append(names, "no host at all");
	return g_string_free(names, FALSE);
}

/* "2021-01-01 00:00:00 UTC" of a certificate's time. Owned. */
static char *
time_text(const ASN1_TIME *when)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(when, &tm) != 1)
		return g_strdup("an unreadable date");
	return g_strdup_printf("%04d-%02d-%02d %02d:%02d:%02d UTC", tm.tm_year + 1900,
	    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* "CN=localhost,O=Example", safe. Owned. */
static char *
name_text(const X509_NAME *name)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *bytes, *shown;
	long len;

	if (bio == NULL || X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0) {
		BIO_free(bio);
		return g_strdup("an unreadable name");
	}
	len = BIO_get_mem_data(bio, &bytes);
	shown = safe_text(bytes, (size_t)MIN(MAX(len, 0), NAME_MAX_SHOWN), SAFE_TEXT_LINE);
	BIO_free(bio);
	return shown;
}

bool
tls_certificate(SSL *ssl, struct tls_certificate *out)
{
	X509 *cert = SSL_get0_peer_certificate(ssl);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	long result = SSL_get_verify_result(ssl);
	GString *hex = g_string_new(NULL);

	*out = (struct tls_certificate){0};
	if (cert == NULL || X509_digest(cert, EVP_sha256(), digest, &len) != 1) {
		ERR_clear_error();
		g_string_free(hex, TRUE);
		return false;
	}
	for (unsigned i = 0; i < len; i++)
		g_string_append_printf(hex, "%02x", digest[i]);
	*out = (struct tls_certificate){.sha256 = g_string_free(hex, FALSE),
	    .subject = name_text(X509_get_subject_name(cert)),
	    .issuer = name_text(X509_get_issuer_name(cert)),
	    .names = certificate_names(cert),
	    .not_before = time_text(X509_get0_notBefore(cert)),
	    .not_after = time_text(X509_get0_notAfter(cert)),
	    .problem = result == X509_V_OK
			   ? NULL
			   : g_strdup(X509_verify_cert_error_string(result))};
	ERR_clear_error();
	return true;
}

void
tls_certificate_clear(struct tls_certificate *c)
{
	g_free(c->sha256);
	g_free(c->subject);
	g_free(c->issuer);
	g_free(c->names);
	g_free(c->not_before);
	g_free(c->not_after);
	g_free(c->problem);
	*c = (struct tls_certificate){0};
}

static char *
explain_names(X509 *cert, const char *host)
{
	char *names = certificate_names(cert);
	char *text = g_strdup_printf(
	    "the certificate is for %s, not for %s; nothing was sent. Ask the "
	    "operator for the server's right name and put it into the rc file",
	    names, host);

	g_free(names);
	return text;
}

static char *
explain_dates(X509 *cert, bool is_over)
{
	char *when =
	    time_text(is_over ? X509_get0_notAfter(cert) : X509_get0_notBefore(cert));
	char *text = g_strdup_printf(
	    "the certificate %s %s; nothing was sent. Check this machine's "
	    "clock, then ask the server's operator",
	    is_over ? "expired on" : "is not valid before", when);

	g_free(when);
	return text;
}

static char *
explain_verification(SSL *ssl, long result, const char *host)
{
	X509 *cert = SSL_get_app_data(ssl);

	if (cert != NULL && (result == X509_V_ERR_HOSTNAME_MISMATCH ||
				result == X509_V_ERR_IP_ADDRESS_MISMATCH))
		return explain_names(cert, host);
	if (cert != NULL && result == X509_V_ERR_CERT_HAS_EXPIRED)
		return explain_dates(cert, true);
	if (cert != NULL && result == X509_V_ERR_CERT_NOT_YET_VALID)
		return explain_dates(cert, false);
	if (result == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT ||
	    result == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN ||
	    result == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
	    result == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE)
		return g_strdup_printf(
		    "the certificate is signed by nobody whom this machine trusts "
		    "(%s); nothing was sent. If the server is your own, name its "
		    "authority as ca-file in section [tls] of the rc file",
		    X509_verify_cert_error_string(result));
	return g_strdup_printf("the certificate does not verify (%s); nothing was sent",
	    X509_verify_cert_error_string(result));
}

char *
tls_explain(SSL *ssl, const char *host)
{
	long result = SSL_get_verify_result(ssl);
	unsigned long code = ERR_peek_last_error();
	char *text;

	if (result != X509_V_OK)
		text = explain_verification(ssl, result, host);
	else if (ERR_GET_REASON(code) == SSL_R_WRONG_VERSION_NUMBER ||
		 ERR_GET_REASON(code) == SSL_R_PACKET_LENGTH_TOO_LONG)
		text = g_strdup(
		    "the server does not speak TLS here; nothing was sent. A port for "
		    "STARTTLS needs imap:, pop3: or submission: in the rc file");
	else if (ERR_GET_REASON(code) == SSL_R_UNSUPPORTED_PROTOCOL ||
		 ERR_GET_REASON(code) == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION)
		text = g_strdup(
		    "the server speaks no TLS newer than 1.1, which is not safe; nothing "
		    "was sent");
	else if (code != 0 && ERR_reason_error_string(code) != NULL)
		text = g_strdup_printf(
		    "TLS failed: %s; nothing was sent", ERR_reason_error_string(code));
	else
		text = g_strdup(
		    "the server closed the connection during the TLS handshake; nothing "
		    "was sent");
	ERR_clear_error();
	X509_free(SSL_get_app_data(ssl));
	SSL_set_app_data(ssl, NULL);
	return text;
}
