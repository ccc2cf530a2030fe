/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layers.h - what kind of signed or encrypted entity this is (RFC 3156, RFC 8551, RFC 1847), from its
 * bytes alone. */
#ifndef PENFOLD_CRYPTO_LAYERS_H
#define PENFOLD_CRYPTO_LAYERS_H

#include "mime/entity.h"

enum layer_kind {
	LAYER_NONE,
	LAYER_SIGNED,	 /* multipart/signed */
	LAYER_ENCRYPTED, /* multipart/encrypted, or what a gateway made of it */
	LAYER_SMIME_SIGNED,    /* application/pkcs7-mime with the text in it */
	LAYER_SMIME_ENCRYPTED, /* EnvelopedData: no integrity of its own */
	LAYER_SMIME_AUTHENTICATED, /* AuthEnvelopedData (RFC 5083) */
	LAYER_CLEARSIGNED, /* a text in armour and nothing else, RFC 9580 7 */
	LAYER_ARMORED,	   /* an encrypted message in armour and nothing else */
};

struct layer {
	enum layer_kind kind;
	bool is_smime;
	struct entity_range content; /* LAYER_SIGNED: the signed entity */
	GBytes *data; /* the signature, or what is to be decrypted or verified; NULL for none */
	struct entity_range armor; /* LAYER_CLEARSIGNED: where it lies in the decoded text */
	GBytes *text;		   /* the decoded text that the armour lies in; NULL else */
};

/* Look at an entity; layer_clear() frees what was found. */
void
layer_find(const struct entity *e, struct layer *out);
void
layer_clear(struct layer *l);

#endif
