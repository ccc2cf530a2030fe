/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_wire.h - is a letter fit to be sent as it is? RFC 5322 2.1.1 and 2.3, RFC
 * 5321 2.3.8: lines end in CRLF and nothing else, no NUL, at most 998 octets a line.
 * Linear, allocates nothing. */
#ifndef PENFOLD_MIME_COMPOSE_WIRE_H
#define PENFOLD_MIME_COMPOSE_WIRE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#define COMPOSE_WIRE_LINE 998 /* octets without CRLF */

struct compose_wire {
	size_t bare_cr, bare_lf, nul; /* how many */
	size_t eight_bit;	      /* bytes over 127 in the body */
	size_t header_eight_bit;      /* bytes over 127 in the header block (RFC 6532) */
	size_t long_lines;	      /* of more than COMPOSE_WIRE_LINE octets */
	size_t first_long_line;	      /* line number from 1; 0 when there is none */
	size_t header_len; /* bytes of the header block, the empty line included */
	bool ends_in_line_end;
};

/* Count what is in these bytes. */
void compose_wire_scan(const char *bytes, size_t len, struct compose_wire *out);

/* False with PF_ERROR_DATA when the bytes may not be sent by any means (bare CR or LF,
 * NUL, a line over the limit, no line end at the end). 8-bit bytes are no fault here. */
bool compose_wire_judge(const struct compose_wire *w, GError **error);
/* Both in one. */
bool compose_wire_check(const char *bytes, size_t len, GError **error);

#endif
