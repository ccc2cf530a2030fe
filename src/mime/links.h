/* SPDX-License-Identifier: GPL-3.0-or-later */
/* links.h - the links of a message: numbered, with the host that they really lead to. Text parts and
 * pages of one message share a table, so that a number means one thing. */
#ifndef PENFOLD_MIME_LINKS_H
#define PENFOLD_MIME_LINKS_H

#include "mime/layout.h"

#include <jansson.h>

struct links;

/* No links yet. Never NULL. */
struct links *
links_new(void);
void
links_free(struct links *links);

/* The number of a link target, from 1, the same for the same target; 0 for what is no link to the
 * outside (other schemes than http, https, ftp and mailto; too many). */
unsigned
links_add(struct links *links, const char *href);

/* The words of link n, as the page shows them. When they name another host than the target's, the
 * list says so. */
void
links_words(struct links *links, unsigned n, const char *words);

/* Do the words say the whole target already (an address, a URL)? */
bool
links_is_plain(const struct links *links, unsigned n, const char *words);

/* What stands behind a link's words: "[3]", or, where these name another host, "[3: leads to evil.example]". utf8,
 * owned. */
char *
links_mark(const struct links *links, unsigned n);

/* Add the URLs that stand in a line of plain text (utf8). */
void
links_find(struct links *links, const char *utf8);

unsigned
links_count(const struct links *links);
/* The links behind the first `from`, one line each. */
void
links_list(const struct links *links, unsigned from, struct layout *l);
/* [{n, url, host or null, claim or null}], of bounded length. claim: the host that the words name and
 * the target has not. New reference. */
json_t *
links_json(const struct links *links);

/* Host of a URL without user, port and path, lower case, an international one in its A-label form
 * (RFC 5890 2.3.2.1), which no look-alike letter can dress up; NULL when it has none. Owned. */
char *
links_host(const char *url);

#endif
