/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words.h - a line taken apart. */
#ifndef PENFOLD_BASE_WORDS_H
#define PENFOLD_BASE_WORDS_H

/* The words of a text between any of these separators (ASCII), without empty ones; NULL-terminated,
 * g_strfreev(). */
char **
words_split(const char *text, const char *separators);

#endif
