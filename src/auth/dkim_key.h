/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim_key.h - public keys of DKIM: the TXT record (RFC 6376 section 3.6.1) and the key
 * in it. */
#ifndef PENFOLD_AUTH_DKIM_KEY_H
#define PENFOLD_AUTH_DKIM_KEY_H

#include "auth/dkim_sig.h"

enum dkim_key_type { DKIM_KEY_RSA, DKIM_KEY_ED25519 };

struct dkim_key {
	enum dkim_key_type type;
	EVP_PKEY_CTX
	*verifier;	  /* RSA: set up once, which costs a third of a verification */
	EVP_PKEY *pkey;	  /* NULL when the key was revoked: p= is empty */
	unsigned bits;	  /* of the RSA modulus; 256 for Ed25519 */
	bool is_test;	  /* t=y */
	bool is_strict;	  /* t=s: i= must be d= itself */
	bool is_sha256;	  /* h= allows sha256 */
	bool is_for_mail; /* s= allows email */
};

/* Keys that were parsed already, by the text of their record: parsing one costs ten times
 * as much as a verification. Bounded. */
struct dkim_keys;

struct dkim_keys *dkim_keys_new(void);
void dkim_keys_free(struct dkim_keys *keys);

/* The key of a record, borrowed until the next call; *was_cached_out (may be NULL) says
 * whether it was there already. NULL and PF_ERROR_DATA when the record is malformed or
 * the key is unusable: RSA outside 1024 to 4096 bits has PF_ERROR_LIMIT and *bits_out
 * (may be NULL) set. */
const struct dkim_key *dkim_keys_get(struct dkim_keys *keys, const char *record,
    bool *was_cached_out, unsigned *bits_out, GError **error);

/* SHA-256, fetched once. Borrowed. */
const EVP_MD *dkim_keys_md(const struct dkim_keys *keys);

/* Is signature by key over the SHA-256 digest? False also when OpenSSL fails. */
bool dkim_key_verify(const struct dkim_key *key,
    const unsigned char digest[DKIM_HASH_LEN], GBytes *signature);

#endif
