/* SPDX-License-Identifier: GPL-3.0-or-later */
/* transfer.h - base64 and quoted-printable (RFC 2045 6.7, 6.8), decoded in blocks; what breaks their
 * rules costs no byte that was meant. */
#ifndef PENFOLD_MIME_TRANSFER_H
#define PENFOLD_MIME_TRANSFER_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Bytes that a step may write beyond as many as it is given. */
#define TRANSFER_SLACK 24

/* One decoder; its members are private. */
struct transfer {
	guint32 bits; /* base64: the letters of an unfinished group */
	unsigned n;   /* how many of them; quoted-printable: signs in held */
	char held[TRANSFER_SLACK - 4]; /* "=" and what followed it so far */
};

/* Letters of no alphabet are passed over. A group may end early, padded or not, and others may follow. Returns the
 * number of bytes written; with is_end, what is unfinished is finished. */
size_t
transfer_base64(struct transfer *t, const char *in, size_t len, bool is_end, char *out);

/* What a whole text of base64 stands for. Owned. */
GByteArray *
transfer_base64_bytes(const char *text, size_t len);

/* What is no escape stays as it is. A soft line break may have blanks behind its sign. As above. */
size_t
transfer_quoted(struct transfer *t, const char *in, size_t len, bool is_end, char *out);

#endif
