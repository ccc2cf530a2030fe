/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keywords.h - the table [keywords] of the rc: which IMAP keyword is which tag, and the letter that
 * stands for both in the names of files. The letter is what lets a change made offline, by whatever
 * program, travel like any other flag. */
#ifndef PENFOLD_BASE_KEYWORDS_H
#define PENFOLD_BASE_KEYWORDS_H

#include "base/rc.h"

struct keyword {
	char letter; /* a to z; of a label one of LABEL_LETTERS */
	char *keyword, *tag;
	bool is_label; /* `keyword` is a label of Gmail, in UTF-8 (base/labels.h) */
};

struct keywords;

/* With the labels that have been given letters, which they keep whatever the rc says. From lines such as
 * `a = $Important important`; one that makes no sense is left out and logged. */
struct keywords *
keywords_new(const struct rc *rc);
void
keywords_free(struct keywords *k);
/* Look whether labels have come since. */
void
keywords_refresh(struct keywords *k);
/* The letter that stands for a label: by the table where it names the label ($Important is \\Important, RFC 8457), or
 * else, when is_any, one that is given out now. '\0' when it has none: one that is no tag, or there are too many. */
char
keywords_label(struct keywords *k, const char *label, bool is_any, GError **error);
/* What `keyword` is among labels. Borrowed. */
const char *
keyword_label(const struct keyword *k);
/* The i-th, in order of letters; NULL past the end. Borrowed. */
const struct keyword *
keywords_nth(const struct keywords *k, size_t i);
/* That of a letter; NULL. NULL for k too. */
const struct keyword *
keywords_of_letter(const struct keywords *k, char letter);

#endif
