/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pattern.h - mutt's patterns ("~f bob !~N") as notmuch queries. */
#ifndef PENFOLD_UI_PATTERN_H
#define PENFOLD_UI_PATTERN_H

/* The query that a text means: a notmuch query as it stands, with every ~x of mutt's in it replaced by what
 * notmuch calls it; what notmuch has no word for is left as it is. Owned. */
char *
pattern_to_query(const char *text);

#endif
