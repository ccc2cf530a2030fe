/* SPDX-License-Identifier: GPL-3.0-or-later */
/* header_protection.h - RFC 9788: the header fields that were signed or encrypted along with the text;
 * and the older draft (protected-headers="v1"), which is read. Pure. */
#ifndef PENFOLD_CRYPTO_HEADER_PROTECTION_H
#define PENFOLD_CRYPTO_HEADER_PROTECTION_H

#include "mime/entity.h"

#include <jansson.h>

enum header_scheme { HEADER_UNPROTECTED, HEADER_RFC9788, HEADER_DRAFT };

/* How the payload of a signed or encrypted message carries header fields. */
enum header_scheme
header_scheme_of(const struct entity *payload);

struct header_protection {
	enum header_scheme scheme;
	GString *header;   /* the fields to show, without Content-*, MIME-Version and the empty line */
	json_t *names;	   /* array: which of them were protected, lower case */
	json_t *mismatches; /* array of {field, outer, inner}: what was changed outside */
};

/* Choose the fields to show. use: the protected ones count. outer: the message as it came.
 * believed: may this address speak for the author (a valid signature of its)? */
void
header_protection_read(struct header_protection *out, const struct entity *outer,
    const struct entity *payload, bool is_encrypted, bool use,
    bool (*is_believed)(const char *address, const void *user), const void *user);
void
header_protection_clear(struct header_protection *p);

/* The addr-spec of the only author in a header block; owned, NULL when there is none or several, or
 * the field stands twice. */
char *
header_sole_author(const char *header, size_t len);

/* Write: the header of a payload (its Content-* fields with hp=, and all others but those of the
 * transport), and what stands outside it. letter: a frozen message. */
void
header_protection_write(const struct entity *letter, bool is_encrypted, GString *payload_out,
    GString *outer_out);

#endif
