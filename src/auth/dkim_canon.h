/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim_canon.h - the two canonicalizations of RFC 6376 section 3.4, for verifying and
 * signing. Line ends: bytes as stored; a bare LF counts as CR LF, a lone CR is content.
 */
#ifndef PENFOLD_AUTH_DKIM_CANON_H
#define PENFOLD_AUTH_DKIM_CANON_H

#include <glib.h>
#include <openssl/evp.h>
#include <stdbool.h>

enum dkim_canon { DKIM_SIMPLE, DKIM_RELAXED };

enum { DKIM_HASH_LEN = 32 }; /* SHA-256 */

#define DKIM_NO_LIMIT G_MAXUINT64

struct dkim_body {
	unsigned char hash[DKIM_HASH_LEN]; /* of the first `limit` canonical bytes */
	guint64 length;			   /* canonical bytes in all */
	bool is_trailing_visible; /* something other than white space after the limit */
};

/* Hash a body in one pass, without a copy of it. limit: the l= tag, or DKIM_NO_LIMIT. md:
 * SHA-256. False when OpenSSL fails. */
bool dkim_canon_body(enum dkim_canon canon, const char *body, size_t len, guint64 limit,
    const EVP_MD *md, struct dkim_body *out);

/* Append one header field (raw, without its line end; colon: offset of ":") in canonical
 * form, without a line end. Bytes from cut_from up to cut_to (offsets into raw) are left
 * out: the b= value of the signature itself; 0, 0 for none. */
void dkim_canon_field(GString *out, enum dkim_canon canon, const char *raw, size_t len,
    size_t colon, size_t cut_from, size_t cut_to);

#endif
