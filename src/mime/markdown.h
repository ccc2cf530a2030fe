/* SPDX-License-Identifier: GPL-3.0-or-later */
/* markdown.h - a text in Markdown as a page for the mail programs that show pages. */
#ifndef PENFOLD_MIME_MARKDOWN_H
#define PENFOLD_MIME_MARKDOWN_H

#include <glib.h>
#include <jansson.h>

struct markdown_page {
	char *html;	     /* a whole page, UTF-8 */
	json_t *attachments; /* those given; images that the text names have the "content_id" by which the
			      * page shows them */
};

/* CommonMark. HTML within the text is left out; an image that names an attachment, by its path or its name, is
 * shown from it. attachments: of the draft, may be NULL. */
void
markdown_page_init(struct markdown_page *page, const char *text, const json_t *attachments);
void
markdown_page_clear(struct markdown_page *page);

#endif
