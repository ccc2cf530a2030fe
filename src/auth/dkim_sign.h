/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim_sign.h - signs a finished letter with DKIM (RFC 6376 section 5, RFC 8463). */
#ifndef PENFOLD_AUTH_DKIM_SIGN_H
#define PENFOLD_AUTH_DKIM_SIGN_H

#include "base/secret.h"

#include <openssl/evp.h>

struct dkim_sign_key; /* a private key with its domain and selector */

/* pem: PKCS#8 or traditional, RSA of at least 1024 bits or Ed25519. passphrase: NULL for a
 * key that is not encrypted. PF_ERROR_CONFIG says what is wrong with the key, the domain
 * or the selector. */
struct dkim_sign_key *dkim_sign_key_new(const char *domain, const char *selector,
    const struct secret *pem, const struct secret *passphrase, GError **error);
void dkim_sign_key_free(struct dkim_sign_key *key);

/* A-labels, lower case. Borrowed. */
const char *dkim_sign_key_domain(const struct dkim_sign_key *key);
const char *dkim_sign_key_selector(const struct dkim_sign_key *key);
bool dkim_sign_key_is_rsa(const struct dkim_sign_key *key);
EVP_PKEY *dkim_sign_key_pkey(const struct dkim_sign_key *key);

struct dkim_sign_options {
	gint64 now;	    /* t=, Unix seconds */
	gint64 expires;	    /* x=, 0 for none */
	bool is_to_list;    /* leaves what a mailing list adds or changes out of h= */
	bool is_any_author; /* sign also where From is not of the key's domain */
};

/* The DKIM-Signature field for the letter, folded, each line ending in CR LF: to be put
 * on top of it. bytes: the letter as it will be sent, before dot-stuffing, without Bcc.
 * relaxed/relaxed, no l=. The fields that make up what a reader sees are oversigned.
 * PF_ERROR_DATA when the letter has a bare CR or LF, a NUL or a line over 998 octets
 * (section 5.3: it would be changed on its way), or when not exactly one author of the
 * key's domain stands in From. Owned. */
char *dkim_sign_field(const struct dkim_sign_key *key, const char *bytes, size_t len,
    const struct dkim_sign_options *options, GError **error);

#endif
