/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source.h - the bytes of a message and what could be made of them: a message that was read, or the
 * reason why only the raw text is safe to show. */
#ifndef PENFOLD_MIME_SOURCE_H
#define PENFOLD_MIME_SOURCE_H

#include "mime/mail.h"

struct source {
	const char *bytes; /* borrowed */
	size_t len;
	struct mail *message; /* NULL when it is limited */
	const struct header *header; /* never NULL; borrowed */
	struct header *own_header;   /* of a limited one; private */
	char *mended; /* the bytes that were parsed when line ends or header had to be mended, or NULL */
	bool is_broken; /* the header ended at a line that is no field */
	const char *limited;	 /* the reason in words, or NULL; static */
	GArray *seals; /* of struct body_seal (body.h), or NULL; owned; set by the caller */
	bool is_protected; /* it came out of a signed or encrypted one (RFC 9788): set by the caller */
};

/* Where the header ends: at most LIMIT_HEADER_BLOCK bytes. A line that is no field ends it (is_broken is set then),
 * as it does where the message is judged; a parser would pass over it, and show an author below it whom nobody
 * judged. */
size_t
source_header_len(const char *bytes, size_t len, bool *is_broken);

/* Pre-screen, then parse. Never fails. */
void
source_init(struct source *s, const char *bytes, size_t len);
void
source_fini(struct source *s);

#endif
