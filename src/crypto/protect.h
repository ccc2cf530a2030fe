/* SPDX-License-Identifier: GPL-3.0-or-later */
/* protect.h - a frozen letter signed, encrypted or both: PGP/MIME (RFC 3156) or S/MIME (RFC 8551), its
 * header fields protected (RFC 9788). */
#ifndef PENFOLD_CRYPTO_PROTECT_H
#define PENFOLD_CRYPTO_PROTECT_H

#include "crypto/engine.h"

#include <jansson.h>

enum protect_encrypt { PROTECT_PLAIN, PROTECT_IF_POSSIBLE, PROTECT_ALWAYS };

struct protect_opts {
	struct engine_opts engine;
	const char *author; /* addr-spec */
	bool sign;
	enum protect_encrypt encrypt;
	const char *openpgp_key, *smime_key; /* the account's wish, or NULL */
	const char *protocol;		     /* "openpgp", "smime", or NULL: what serves */
	const char *const *recipients; /* addr-specs, NULL-terminated */
	const char *const *hidden;     /* those of Bcc: in nobody's sight */
	const char *autocrypt;		 /* "yes", "mutual": the key goes along; else NULL */
	const json_t *chosen;	       /* {addr-spec: fingerprint}: the user's choice; may be NULL */
	const json_t *key_files;       /* {addr-spec: path of a binary key}: Autocrypt; may be NULL */
};

/* The keys of a letter, chosen. */
struct protect_plan {
	gpgme_protocol_t protocol;
	bool sign, encrypt;
	gpgme_key_t signer;
	GPtrArray *keys;   /* owned gpgme_key_t, for all readers and the author; no NULL at the end */
	GString *text;	   /* the recipients as GPGME takes them, hidden ones marked */
	json_t *report;	   /* {protocol, sign, encrypt, signer, recipients: [{address, fingerprint,
			      user_id, believed, source: keyring|chosen|autocrypt} or {address, problem}],
			      problem: why it is not encrypted, or null} */
};

/* Choose. False when what must be done cannot be. The author's key is always among the readers. */
bool
protect_plan(struct protect_plan *out, const struct protect_opts *opts, GError **error);
void
protect_plan_clear(struct protect_plan *p);
/* The letter with its plan carried out; the same letter when there is nothing to do. Owned. */
GBytes *
protect_letter(GBytes *letter, const struct protect_plan *plan, const struct protect_opts *opts,
    GError **error);

#endif
