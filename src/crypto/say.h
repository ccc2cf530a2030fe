/* SPDX-License-Identifier: GPL-3.0-or-later */
/* say.h - what was found out about a message, and the one sentence that says it. The sentence names
 * whose key it was, or says what is wrong; never "signed" alone. */
#ifndef PENFOLD_CRYPTO_SAY_H
#define PENFOLD_CRYPTO_SAY_H

#include "crypto/header_protection.h"
#include "crypto/signature.h"

struct say {
	bool is_encrypted, is_open, is_smime;
	bool has_integrity;
	bool is_shown;
	bool has_closed_part; /* an encrypted part somewhere within was left alone */
	char *problem;	      /* why it could not be opened, in words; owned */
	char *author;	      /* of what is shown; owned, may be NULL */
	char *cipher;	      /* "AES256.CFB", owned, may be NULL */
	unsigned n_recipients;
	GArray *regions; /* of struct say_region, of what is shown */
	enum header_scheme scheme;
	const json_t *names, *mismatches; /* borrowed */
};

/* Bytes of the message that is shown, under a valid signature. */
struct say_region {
	size_t start, end;
	size_t signature; /* its place in the list */
};

void
say_init(struct say *s);
void
say_clear(struct say *s);
void
say_add_region(struct say *s, size_t start, size_t end, size_t signature);
/* What stood at from stands at to in the message that is shown. */
void
say_move_regions(struct say *s, size_t from, size_t to);
/* Take over what GPGME says about a decryption. */
void
say_decryption(struct say *s, gpgme_ctx_t ctx);
/* The object `security`. New reference. */
json_t *
say_security(const struct say *s, const GPtrArray *signatures);

#endif
