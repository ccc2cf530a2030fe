/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim_private.h - private keys of DKIM in files, and the records that publish them
 * (RFC 6376 section 3.6.1, RFC 8463 section 4). */
#ifndef PENFOLD_AUTH_DKIM_PRIVATE_H
#define PENFOLD_AUTH_DKIM_PRIVATE_H

#include "auth/dkim_key.h"
#include "auth/dkim_sign.h"
#include "lookup/dns.h"

#include <jansson.h>

/* A new key as PKCS#8 in PEM, RSA of 2048 bits or Ed25519; passphrase NULL: not
 * encrypted. Owned. */
struct secret *dkim_private_generate(
    enum dkim_key_type type, const struct secret *passphrase, GError **error);

/* Write a key to a new file, mode 0600, on disk when this returns. An existing file is
 * never touched: PF_ERROR_IO. */
bool dkim_private_save(const char *path, const struct secret *pem, GError **error);

/* Read a key's file. PF_ERROR_CONFIG when it is none, too large, or can be read by
 * anybody but its owner. Owned. */
struct secret *dkim_private_read(const char *path, GError **error);

/* The TXT record that publishes the key, ASCII, in one piece. Owned. */
char *dkim_private_record(const struct dkim_sign_key *key);

/* "SELECTOR._domainkey.DOMAIN". Owned. */
char *dkim_private_name(const struct dkim_sign_key *key);

/* A line for a zone file: name IN TXT ( "..." "..." ), strings of at most 255 octets
 * (RFC 1035 section 3.3.14). Owned. */
char *dkim_private_zone_line(const char *name, const char *record);

enum dkim_published {
	DKIM_PUBLISHED_MATCH,
	DKIM_PUBLISHED_MISSING, /* no name, no record */
	DKIM_PUBLISHED_DIFFERS, /* a record that does not verify what the key signs */
	DKIM_PUBLISHED_UNSURE,	/* the DNS gave no answer */
};

/* "match", "missing", "differs", "unsure"; static. */
const char *dkim_published_name(enum dkim_published state);

/* Does the DNS publish this record at name? findings (array, borrowed) gets what is to
 * be said about it, as {level, text}. Blocks on the DNS. */
enum dkim_published dkim_private_compare(
    struct dns_session *dns, const char *name, const char *record, json_t *findings);

#endif
