/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lookalike.h - domain names that look like others: letters that cannot be told apart,
 * scripts mixed in one label, one letter exchanged. */
#ifndef PENFOLD_AUTH_LOOKALIKE_H
#define PENFOLD_AUTH_LOOKALIKE_H

#include <glib.h>
#include <stdbool.h>

/* What a name looks like: U-labels folded, accents taken off, letters of other scripts
 * and digits as the Latin letters they resemble, "rn" as "m", "vv" as "w". Two names with
 * one skeleton cannot be told apart at a glance. domain as domain_ascii(). Owned, UTF-8.
 */
char *lookalike_skeleton(const char *domain);

/* Does one label mix Latin with Cyrillic, Greek or Armenian, as no language does? */
bool lookalike_is_mixed(const char *domain);

/* One letter put in, left out, exchanged, or two neighbours swapped? */
bool lookalike_is_near(const char *a, const char *b);

/* The name as people read it: U-labels, except where a label mixes scripts. Owned, UTF-8.
 */
char *lookalike_display(const char *domain);

#endif
