/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tags.h - tag lists "a=b; c=d" of DKIM signatures and keys (RFC 6376 section 3.2). */
#ifndef PENFOLD_AUTH_TAGS_H
#define PENFOLD_AUTH_TAGS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

enum { TAGS_MAX = 48 };

/* Spans into the parsed bytes. */
struct tag {
	const char *name;
	size_t name_len;
	const char *value; /* without blanks around */
	size_t value_len;
	const char *from, *to; /* all between "=" and ";", what DKIM cuts out of b= */
};

struct tags {
	struct tag items[TAGS_MAX];
	size_t n;
};

/* Parse; the spans borrow from bytes. PF_ERROR_DATA for a list that is malformed, has a
 * tag twice (section 3.2: such a list is invalid as a whole) or more than TAGS_MAX tags.
 */
bool tags_parse(const char *bytes, size_t len, struct tags *out, GError **error);

/* Borrowed; NULL when absent. Names compare case-sensitively. */
const struct tag *tags_find(const struct tags *tags, const char *name);

/* The value with all white space taken out, owned; NULL when the tag is absent. */
char *tags_packed(const struct tags *tags, const char *name);

/* An unsigned decimal number of at most max_digits digits. False for anything else. */
bool tags_number(const struct tag *tag, size_t max_digits, guint64 *out);

/* Does the colon-separated list of the tag's value hold this word (case-insensitively)?
 */
bool tags_list_has(const struct tag *tag, const char *word);

#endif
