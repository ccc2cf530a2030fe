/* SPDX-License-Identifier: GPL-3.0-or-later */
/* header_private.h - what the readers of header values share. */
#ifndef PENFOLD_MIME_HEADER_PRIVATE_H
#define PENFOLD_MIME_HEADER_PRIVATE_H

#include <gmime/gmime.h>

/* How GMime is to read a value; charset (NULL: windows-1252) is tried for bytes that are
 * no UTF-8. Owned. */
GMimeParserOptions *header_options(const char *charset);

/* Strict UTF-8 on one line. Takes text, which may be NULL, gives an owned string. */
char *header_clean(char *text);

#endif
