/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recode.h - other transfer encodings for a letter made elsewhere (RFC 6409 8.4, RFC
 * 2045 6): 7-bit, in lines that every relay takes, so that none changes what was signed. */
#ifndef PENFOLD_MIME_RECODE_H
#define PENFOLD_MIME_RECODE_H

#include "mime/part_scan.h"

/* Why a part cannot stay as it is: nothing, or any of these. */
enum {
	RECODE_EIGHT_BIT = 1, /* bytes over 127 */
	RECODE_LONG = 2,      /* lines over 998 octets */
	RECODE_WIDE = 4,      /* quoted-printable or base64 in lines over 76 */
	RECODE_CHARSET = 8,   /* text in UTF-8 that is not called so */
	RECODE_PARAMETER = 32, /* a file name or the like that RFC 2231 writes otherwise */
	RECODE_FROM = 16,     /* a line that begins "From ": relays put ">" before it */
};

/* Of a part; of composites their own header alone. */
unsigned recode_needs(const char *bytes, const struct part *part);

/* The letter with every part that needs it in quoted-printable or base64, and its
 * Content-Type and Content-Transfer-Encoding as that is. Parts under a signature or an
 * encryption and attached messages stay as they are, as do all other bytes. Lines end in
 * CRLF. Owned; the same bytes when nothing is to be done. */
GBytes *recode_letter(GBytes *letter);

/* Quoted-printable of text with CRLF or LF line ends, appended with CRLF; "From " and "." at
 * the start of a line, and blanks at its end, are encoded. */
void recode_quoted_printable(GString *out, const char *text, size_t len);

#endif
