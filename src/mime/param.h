/* SPDX-License-Identifier: GPL-3.0-or-later */
/* param.h - a parameter of Content-Type or Content-Disposition, as mail has them: RFC
 * 2231 in any order, encoded words within quotes, bytes of no named charset. */
#ifndef PENFOLD_MIME_PARAM_H
#define PENFOLD_MIME_PARAM_H

#include <glib.h>

/* The value of the parameter called name (any case) in the raw value of a field, folded
 * or not. Where it stands in several forms, that of RFC 2231 4 counts before the
 * continued one (RFC 2231 3) and the plain one; of two alike, the first. Strict UTF-8,
 * owned; NULL where it is missing or empty. */
char *param_text(const char *raw, const char *name);

/* The quoted string (RFC 5322 3.2.4) whose opening quote is at p: what it says, without quotes, backslashes and line ends,
 * is appended to out. Where it ends; NULL when it does not, and out has all the rest. */
const char *param_quoted(const char *p, const char *end, GString *out);

#endif
