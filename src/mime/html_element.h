/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_element.h - what is known of each HTML element. */
#ifndef PENFOLD_MIME_HTML_ELEMENT_H
#define PENFOLD_MIME_HTML_ELEMENT_H

enum html_kind {
	HTML_INLINE,
	HTML_BLOCK,
	HTML_PARAGRAPH,
	HTML_HEADING,
	HTML_HIDDEN, /* not meant to be read */
	HTML_BR,
	HTML_HR,
	HTML_UL,
	HTML_OL,
	HTML_LI,
	HTML_DD,
	HTML_QUOTE,
	HTML_PRE,
	HTML_TABLE,
	HTML_TR,
	HTML_TD,
	HTML_TH,
	HTML_A,
	HTML_AREA,
	HTML_DELETED,
	HTML_RAISED,
	HTML_QUOTED,
	HTML_IMG,
};

struct html_element {
	const char *name; /* lower case */
	enum html_kind kind;
};

/* NULL for an element that is not in the table; it counts as inline. Static. */
const struct html_element *
html_element_find(const char *name);

#endif
