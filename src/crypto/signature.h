/* SPDX-License-Identifier: GPL-3.0-or-later */
/* signature.h - what is known about the signatures of a message, and what may be said of it as a
 * whole. Pure data but for the reading of GPGME's results. */
#ifndef PENFOLD_CRYPTO_SIGNATURE_H
#define PENFOLD_CRYPTO_SIGNATURE_H

#include "crypto/engine.h"

#include <jansson.h>

enum signature_status {
	SIGNATURE_VALID, /* good, by a key that the user has reason to believe in */
	SIGNATURE_INVALID,
	SIGNATURE_UNKNOWN_KEY,
	SIGNATURE_EXPIRED,
	SIGNATURE_REVOKED,
	SIGNATURE_UNTRUSTED, /* good, by a key of nobody knows whom */
	SIGNATURE_ERROR,     /* could not be verified */
};

struct signature {
	bool is_smime;
	enum signature_status status;
	bool covers_all;   /* of what is shown */
	char *fingerprint; /* of the primary key, or of what is known of it; may be NULL */
	char *user_id;	   /* the one that names the author, else the first; UTF-8, may be NULL */
	GPtrArray *names;  /* struct signature_name: user ids that the user has reason to believe in */
	bool matches_from;
	gint64 created; /* Unix seconds, 0 when not known */
	char *algorithm; /* "EdDSA, SHA512", or NULL */
	char *problem;	 /* why it is not valid, in words; NULL when it is */
};

struct signature_name {
	char *address; /* addr-spec, lower case */
	char *user_id;
};

/* "valid", "unknown-key" ...; static. */
const char *
signature_status_name(enum signature_status status);
/* An array that owns its struct signature. */
GPtrArray *
signature_list_new(void);
/* One that could not be verified, for a reason in words. */
void
signature_list_add_error(GPtrArray *list, bool is_smime, const char *problem);
/* Add what a verification gave; asks the engine for each key. */
void
signature_list_add(GPtrArray *list, struct engine *e, bool is_smime, bool covers_all);
/* Decide matches_from and the user id for the one author; NULL: there is none, or several. */
void
signature_list_match(GPtrArray *list, const char *from);
/* One that is valid, covers all and is the author's; NULL when there is none. */
const struct signature *
signature_list_best(const GPtrArray *list);
bool
signature_list_has(const GPtrArray *list, enum signature_status status);

/* The object of DESIGN's `security.signatures`. New reference. */
json_t *
signature_json(const struct signature *s);

/* none, signed, partly-signed, bad-signature, encrypted, encrypted-signed. is_encrypted: it was, and
 * was decrypted with its integrity known. Static. */
const char *
signature_shown_as(const GPtrArray *list, bool is_encrypted);

#endif
