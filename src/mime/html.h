/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html.h - HTML to display lines. Nothing is fetched; scripts, styles and hidden text are left out;
 * links are numbered and listed at the end with the host they lead to. */
#ifndef PENFOLD_MIME_HTML_H
#define PENFOLD_MIME_HTML_H

#include "mime/layout.h"

/* Library initialisation; once, before the process is sealed. */
void
html_init(void);

struct html_result {
	unsigned n_remote; /* images that the page would load from the network */
	unsigned n_trackers; /* of these: too small to be seen, or hidden */
	bool given_up;	   /* far too deep or too broken: the rest was not read */
};

/* utf8: valid UTF-8, whatever charset the page names. */
void
html_render(const char *utf8, size_t len, struct layout *l, struct html_result *out);

/* The charset that a page names for itself in its first bytes (<meta charset>), owned; NULL. */
char *
html_charset(const char *bytes, size_t len);

#endif
