/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keywords.h - the table [keywords] of the rc: which IMAP keyword is which tag, and the letter that
 * stands for both in the names of files. The letter is what lets a change made offline, by whatever
 * program, travel like any other flag. */
#ifndef PENFOLD_BASE_KEYWORDS_H
#define PENFOLD_BASE_KEYWORDS_H

#include "base/rc.h"

struct keyword {
	char letter; /* a to z */
	char *keyword, *tag;
};

struct keywords;

/* From lines such as `a = $Important important`; one that makes no sense is left out and logged. */
struct keywords *
keywords_new(const struct rc *rc);
void
keywords_free(struct keywords *k);
/* The i-th, in order of letters; NULL past the end. Borrowed. */
const struct keyword *
keywords_nth(const struct keywords *k, size_t i);
/* That of a letter; NULL. NULL for k too. */
const struct keyword *
keywords_of_letter(const struct keywords *k, char letter);

#endif
