/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lookalike.h - domain names that look like others: letters that cannot be told apart,
 * scripts mixed in one label, one letter exchanged. */
#ifndef PENFOLD_MIME_LOOKALIKE_H
#define PENFOLD_MIME_LOOKALIKE_H

#include <glib.h>
#include <stdbool.h>

/* What a name looks like: U-labels folded, accents taken off, letters of other scripts
 * and digits as the Latin letters they resemble, "rn" as "m", "vv" as "w". Two names with
 * one skeleton cannot be told apart at a glance. domain in lower case, in A-labels. Owned, UTF-8.
 */
char *lookalike_skeleton(const char *domain);

/* What a person's name (UTF-8) looks like: folded as above, words in the order of the alphabet with one blank
 * between, so that "Long, Carla" is "Carla Long". Owned; NULL for less than two words. */
char *lookalike_name(const char *name);

/* Text (UTF-8) as it is read: compatible forms of a letter or sign ("\uff20" for "@") are that letter, signs that nobody
 * sees are left out. Owned. */
char *lookalike_plain(const char *text);

/* The words of that, without the signs that part words in a name. Owned, some may be empty. */
char **lookalike_words(const char *name);

/* Is it a sign that nobody sees and that shapes no other letter (zero-width space, word joiner, soft hyphen, tags)? */
bool lookalike_is_invisible(gunichar c);

/* Does one label mix Latin with letters of another script, as no language does but those that write Han, Kana,
 * Hangul or Bopomofo beside it (UTS 39 section 5.2, highly restrictive)? */
bool lookalike_is_mixed(const char *domain);

/* One letter put in, left out, exchanged, or two neighbours swapped? */
bool lookalike_is_near(const char *a, const char *b);

/* The name as people read it: U-labels, except where a label mixes scripts, is made of letters of another script that
 * all look Latin, or hides something. Owned, UTF-8. */
char *lookalike_display(const char *domain);

/* An addr-spec (UTF-8) with its domain so. What no IDNA rule takes stays as it is. Owned. */
char *lookalike_address(const char *address);

#endif
