/* SPDX-License-Identifier: GPL-3.0-or-later */
/* param.h - a parameter of Content-Type or Content-Disposition, as mail has them: RFC
 * 2231 in any order, encoded words within quotes, bytes of no named charset. */
#ifndef PENFOLD_MIME_PARAM_H
#define PENFOLD_MIME_PARAM_H

/* The value of the parameter called name (any case) in the raw value of a field, folded
 * or not. Where it stands in several forms, that of RFC 2231 4 counts before the
 * continued one (RFC 2231 3) and the plain one; of two alike, the first. Strict UTF-8,
 * owned; NULL where it is missing or empty. */
char *param_text(const char *raw, const char *name);

#endif
