/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mark_roots.c - the authorities for marks. Those that come with Penfold stand in a data file, and
 * their fingerprints here: a changed file makes no new authority. */
#include "auth/mark_private.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

enum { ROOTS_MAX_BYTES = 1 << 20, ROOTS_MAX = 64 };

/* clang-format off */
/* SHA-256 of the certificates' DER, as their operators publish them. */
static const char *const fingerprints[] = {
	/* DigiCert Verified Mark Root CA */
	"504386c9ee8932fecc95fade427f69c3e2534b7310489e300fee448e33c46b42",
	/* Entrust Verified Mark Root Certification Authority - VMCR1 */
	"7831d95a47d42508cd5c9e6264f9096bac19f04eb9b7c8bdd35fffc71c189617",
	/* GlobalSign Verified Mark Root R42 */
	"cd122cb877c6928b9017b0f0b80dbd508196300bbd03cd7356c3beef524e7e0b",
	/* SSL.com VMC ECC Root CA 2024 */
	"1b82e7f4910b51e3e802a493acdc17ff58eac8b9eb7c09b52ac6cd2efb83598c",
	/* SSL.com VMC RSA Root CA 2024 */
	"8f9d1b7698886782a599b48510651c66a1aa0c5ca3192097bdc68534154bd30d",
};
/* clang-format on */

static bool
is_known(X509 *certificate)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	char *text;
	bool is_found = false;

	if (X509_digest(certificate, EVP_sha256(), hash, &len) != 1)
		return false;
	text = mark_hex(hash, len);
	for (size_t i = 0; i < G_N_ELEMENTS(fingerprints); i++)
		is_found = is_found || strcmp(text, fingerprints[i]) == 0;
	g_free(text);
	return is_found;
}

char *
mark_hex(const void *bytes, size_t len)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < len; i++)
		g_string_append_printf(text, "%02x", ((const unsigned char *)bytes)[i]);
	return g_string_free(text, FALSE);
}

STACK_OF(X509) * mark_read_certificates(GBytes *pem, int max)
{
	size_t len;
	const void *data = g_bytes_get_data(pem, &len);
	BIO *bio = BIO_new_mem_buf(data, (int)MIN(len, G_MAXINT));
	STACK_OF(X509) *all = sk_X509_new_null();
	X509 *one;

	while (bio != NULL && sk_X509_num(all) <= max &&
	       (one = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL)
		(void)sk_X509_push(all, one); /* out of memory: one certificate less */
	BIO_free(bio);
	return all;
}

struct mark_roots *
mark_roots_open(const char *path, bool is_own, GError **error)
{
	GBytes *pem = file_read(path, ROOTS_MAX_BYTES, error);
	struct mark_roots *roots;
	int n_taken = 0;

	if (pem == NULL)
		return NULL;
	STACK_OF(X509) *all = mark_read_certificates(pem, ROOTS_MAX);
	g_bytes_unref(pem);
	roots = g_new0(struct mark_roots, 1);
	roots->store = X509_STORE_new();
	for (int i = 0; i < sk_X509_num(all); i++)
		if (!is_own || is_known(sk_X509_value(all, i)))
			n_taken += X509_STORE_add_cert(roots->store, sk_X509_value(all, i));
	sk_X509_pop_free(all, X509_free);
	if (n_taken > 0)
		return roots;
	g_set_error(error, PF_ERROR, PF_ERROR_CONFIG, "%s has no certificate of an authority for marks",
	    path);
	mark_roots_free(roots);
	return NULL;
}

void
mark_roots_free(struct mark_roots *roots)
{
	if (roots == NULL)
		return;
	X509_STORE_free(roots->store);
	CTLOG_STORE_free(roots->logs);
	g_free(roots);
}
