/* SPDX-License-Identifier: GPL-3.0-or-later */
/* autocrypt.h - the Autocrypt header field (Autocrypt Level 1, section 2.1), read. Pure. */
#ifndef PENFOLD_MIME_AUTOCRYPT_H
#define PENFOLD_MIME_AUTOCRYPT_H

#include "mime/header.h"

struct autocrypt {
	char *address;	/* addr-spec, lower case */
	char *keydata;	/* base64 without blanks; a stranger's, unread */
	bool is_mutual; /* prefer-encrypt=mutual */
};

/* The one valid field of a message: of its only author. False when there is none, or several. */
bool
autocrypt_of_header(const struct header *h, struct autocrypt *out);
/* One field's value (Autocrypt, Autocrypt-Gossip); false when it is not valid. */
bool
autocrypt_parse(const char *value, struct autocrypt *out);
void
autocrypt_clear(struct autocrypt *a);

#endif
