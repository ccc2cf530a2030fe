/* SPDX-License-Identifier: GPL-3.0-or-later */
/* open.h - a message's signed and encrypted layers taken off, from the outside in (RFC 9787: the
 * cryptographic envelope), and what may be said of what is then shown.
 *
 * What is shown is what was verified or decrypted: the renderer gets a message made of those very
 * bytes, so that no second reading of the original can show something else. */
#ifndef PENFOLD_CRYPTO_OPEN_H
#define PENFOLD_CRYPTO_OPEN_H

#include "crypto/engine.h"

#include <jansson.h>

struct opened {
	GByteArray *message; /* to be shown instead; NULL: the original as it is */
	json_t *security;    /* DESIGN 3.4, and more; docs in ARCHITECTURE.md */
	bool wants_passphrase; /* opening it needs one, and nobody could be asked */
};

struct open_opts {
	struct engine_opts engine;
	bool accepts_unprotected; /* show what was encrypted without integrity protection */
};

/* Open a message. Never fails: what goes wrong is said in security. The pre-screen is done here. */
void
opened_init(struct opened *o, const char *bytes, size_t len, const struct open_opts *opts);
void
opened_fini(struct opened *o);

#endif
