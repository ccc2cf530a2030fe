/* SPDX-License-Identifier: GPL-3.0-or-later */
/* part_scan.h - the parts of a letter as places in its bytes, so that one part can be
 * looked at or written anew while every other byte stays as it is. Linear, bounded, no
 * recursion; attached messages are leaves. RFC 2045, 2046 5.1. */
#ifndef PENFOLD_MIME_PART_SCAN_H
#define PENFOLD_MIME_PART_SCAN_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#define PART_NONE ((guint)-1)

/* What may be wrong with a Content-Type or with the part as a whole. */
enum part_fault {
	PART_OK,
	PART_TYPE_SYNTAX,	/* the value does not parse (RFC 2045 5.1) */
	PART_TYPE_REPEATED,	/* more than one Content-Type */
	PART_BOUNDARY_MISSING,	/* multipart without the parameter */
	PART_BOUNDARY_SYNTAX,	/* not 1 to 70 characters of RFC 2046 5.1.1 */
	PART_BOUNDARY_REPEATED, /* that of a part around it, or one begins the other */
	PART_BOUNDARY_UNUSED,	/* no delimiter line */
	PART_NOT_CLOSED,	/* no closing delimiter */
};

struct part {
	guint parent;		/* index, PART_NONE for the letter itself */
	size_t head, body, end; /* bytes [head, body) header, [body, end) content, the line
				   end before a delimiter not included */
	size_t line;		/* number of the first header line, from 1 */
	char *type;		/* "text/plain", lower case; RFC 2045's default when absent */
	char *boundary, *charset, *name; /* parameters as they stand, NULL when absent */
	char *encoding;	 /* Content-Transfer-Encoding, lower case, NULL when absent */
	bool has_type;	 /* there is a Content-Type field */
	bool is_attachment; /* Content-Disposition says so, or there is a name */
	enum part_fault fault;
};

/* The parts, in the order in which they begin; the first is the letter. At most
 * LIMIT_MIME_PARTS; deeper than LIMIT_MIME_DEPTH nothing is looked into. Elements are
 * struct part; the array frees what they hold. */
GArray *part_scan(const char *bytes, size_t len);

/* Is a multipart/signed or multipart/encrypted around this part, or the part one itself? */
bool part_is_sealed(const GArray *parts, guint index);
/* Does it hold others: multipart/..., message/rfc822 and the like? */
bool part_is_composite(const struct part *part);

/* The value of the last field of that name in a header block, unfolded, without blanks
 * at its ends, NUL as space. *n_out (may be NULL): how many there are. Owned; NULL when
 * there is none. */
char *part_field(const char *head, size_t len, const char *name, guint *n_out);

#endif
