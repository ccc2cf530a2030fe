/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_links.h - the links of an HTML page: numbered, listed with the host that they really lead to. */
#ifndef PENFOLD_MIME_HTML_LINKS_H
#define PENFOLD_MIME_HTML_LINKS_H

#include "mime/layout.h"

struct html_links;

/* No links yet. Never NULL. */
struct html_links *
html_links_new(void);
void
html_links_free(struct html_links *links);

/* The number of a link target, from 1, the same for the same target; 0 for what is no link to the
 * outside (other schemes than http, https, ftp and mailto; too many). */
unsigned
html_links_add(struct html_links *links, const char *href);

/* The words of link n, as the page shows them. When they name another host than the target's, the
 * list says so. */
void
html_links_words(struct html_links *links, unsigned n, const char *words);

/* Do the words say the whole target already (an address, a URL)? */
bool
html_links_is_plain(const struct html_links *links, unsigned n, const char *words);

/* The list, one line each. */
void
html_links_list(const struct html_links *links, struct layout *l);

/* Host of a URL, lower case, without user, port and path; NULL when it has none. Owned. */
char *
html_links_host(const char *url);

#endif
