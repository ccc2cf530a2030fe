/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parts.h - signatures over entities: detached ones, clear text, and those that lie somewhere within a
 * message and so cover a part of it only. */
#ifndef PENFOLD_CRYPTO_PARTS_H
#define PENFOLD_CRYPTO_PARTS_H

#include "crypto/layers.h"
#include "crypto/say.h"
#include "crypto/signature.h"

/* Verify a detached signature over an entity's bytes, whose line ends are made CRLF for it. What is
 * known of it is added to list: always one entry at least. Is one of them valid? */
bool
parts_verify(GPtrArray *list, GBytes *signature, const char *bytes, size_t len, bool is_smime,
    bool covers_all, const struct engine_opts *opts);

/* Verify a clear-signed text. An entity with the verified text is returned; where other text stood
 * around it, a multipart with that apart, and the region noted. NULL when no text came of it. */
GByteArray *
parts_clearsigned(GPtrArray *list, const struct entity *e, const struct layer *l, struct say *say,
    const struct engine_opts *opts, GByteArray **text_out);

/* Signed entities below e; each is noted as a region of it. Encrypted ones are noted, not opened. */
void
parts_find(GPtrArray *list, const struct entity *e, struct say *say, const struct engine_opts *opts);

#endif
