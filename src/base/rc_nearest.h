/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc_nearest.h - the known name that a mistyped one probably meant. */
#ifndef PENFOLD_BASE_RC_NEAREST_H
#define PENFOLD_BASE_RC_NEAREST_H

#include <stddef.h>

/* The nearest of known[0..n): at most 1 edit away for words of up to 4 bytes, 2 up to 7, else 3
 * (insert, delete, change, swap of neighbours), or one that word is the start of (3 bytes or more).
 * NULL when none is near. ASCII case does not count. */
const char *
rc_nearest(const char *word, const char *const *known, size_t n);

#endif
