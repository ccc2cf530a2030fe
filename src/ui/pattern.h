/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pattern.h - mutt's patterns ("~f bob !~N") as notmuch queries. */
#ifndef PENFOLD_UI_PATTERN_H
#define PENFOLD_UI_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

/* The query that a text means: a notmuch query as it stands, with every ~x of mutt's in it replaced by what
 * notmuch calls it; what notmuch has no word for is left as it is. Owned. */
char *
pattern_to_query(const char *text);

/* The i-th letter behind ~ and the query that it means, "%s" for its word; false past the end. ~d and ~r are not
 * among them. */
bool
pattern_nth(size_t i, char *letter_out, const char **query_out);

#endif
