/* SPDX-License-Identifier: GPL-3.0-or-later */
/* boundary.h - a boundary that no text can hold but by chance of one in 2^144. */
#ifndef PENFOLD_MIME_BOUNDARY_H
#define PENFOLD_MIME_BOUNDARY_H

/* "=_" and 24 random letters (RFC 2046 5.1.1; "=_" is in no quoted-printable or base64 line). Owned. */
char *
boundary_new(void);

#endif
