/* SPDX-License-Identifier: GPL-3.0-or-later */
/* address_book.h - people that the user keeps himself: mutt's alias files, folders of vCards. */
#ifndef PENFOLD_STORE_ADDRESS_BOOK_H
#define PENFOLD_STORE_ADDRESS_BOOK_H

#include "base/rc.h"

/* Append to out what matches the prefix (utf8, any case): an alias by its key or a word of its people, a
 * card by a word of its name or its address; an alias for several people is one text with commas. At most
 * limit; files that cannot be read are passed over. Owned strings. */
void
address_book_find(const struct rc *rc, const char *prefix, GPtrArray *out, guint limit);

/* One line of an alias file ("alias [-group G] KEY ADDRESSES # comment"): true when it is one; key and
 * people are owned. */
bool
address_book_alias(const char *line, char **key_out, char **people_out);

/* The people of the alias with this key (any case); owned, NULL when there is none. */
char *
address_book_people(const struct rc *rc, const char *key);

#endif
