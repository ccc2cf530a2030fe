/* SPDX-License-Identifier: GPL-3.0-or-later */
/* entity.h - a MIME entity (RFC 2045 2.4) as the bytes that it is: header lines, body, and where the
 * entities of a multipart begin and end. For signatures, which are over bytes and not over what a
 * parser made of them. It is strict: what could be read in two ways is ambiguous, and nobody verifies
 * or decrypts that. The caller has pre-screened the message. */
#ifndef PENFOLD_MIME_ENTITY_H
#define PENFOLD_MIME_ENTITY_H

#include <gmime/gmime.h>
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct entity {
	const char *bytes; /* borrowed */
	size_t len;
	size_t body;		 /* where it begins: behind the empty line; len when there is none */
	char *type;		 /* "multipart/signed", lower case; "text/plain" when none is named */
	GMimeContentType *value; /* NULL when none is named */
	GMimeContentEncoding encoding;
	bool is_ambiguous; /* two Content-Type or Content-Transfer-Encoding fields, or a bad one */
};

/* Part of an entity, or a line of its header. */
struct entity_range {
	size_t start, end;
};

void
entity_init(struct entity *e, const char *bytes, size_t len);
void
entity_fini(struct entity *e);
/* A parameter of the type, decoded; borrowed, NULL when absent. */
const char *
entity_param(const struct entity *e, const char *name);
/* Is it, in any case? */
bool
entity_param_is(const struct entity *e, const char *name, const char *value);

/* The next field of the header, folded lines included: from *at (0 at first) on; name_out is owned,
 * "" for a line that is no field. False at the end. */
bool
entity_next_field(const struct entity *e, size_t *at, struct entity_range *range_out,
    char **name_out);

/* The entities of a multipart (RFC 2046 5.1.1), each without the line end before the next delimiter.
 * Returns how many there are (at most max are written), 0 when it is no multipart, has no usable
 * boundary, or has no closing delimiter. */
size_t
entity_children(const struct entity *e, struct entity_range *out, size_t max);

/* Append the body, decoded from its transfer encoding. */
void
entity_decode(const struct entity *e, GByteArray *out);

/* Append bytes with every line end made CRLF (RFC 3156 5, RFC 8551 3.1.1). */
void
entity_canonical(const char *bytes, size_t len, GByteArray *out);

#endif
