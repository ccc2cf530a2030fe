/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_style.h - the little CSS that matters to a reader: what keeps text from being
 * seen, and which numbers stand at the right of their column. */
#ifndef PENFOLD_MIME_HTML_STYLE_H
#define PENFOLD_MIME_HTML_STYLE_H

#include <stdbool.h>

enum html_seen { HTML_AS_OUTSIDE, HTML_SEEN, HTML_UNSEEN };

/* What is kept of declarations: a word for each thing that they may set. */
enum html_trait {
	HTML_DISPLAY,
	HTML_OPACITY,
	HTML_MSO_HIDE,
	HTML_OFF_PAGE,	 /* far to the left of it */
	HTML_VISIBILITY, /* what is within may be seen again */
	HTML_FONT_SIZE,	 /* likewise: 0 in a layout's cells, whose text has a size of its
			    own */
	HTML_OVERFLOW,
	HTML_NO_ROOM, /* a height or width of 0; hides what does not overflow */
	HTML_RIGHT,   /* HTML_SEEN: set to the right */
	HTML_TRAITS,
};

struct html_style {
	enum html_seen traits[HTML_TRAITS];
	bool is_important[HTML_TRAITS];
	unsigned ink, ground; /* html_colour.h */
};

/* Declarations over what the style has, as the cascade has it: the last wins, but for an
 * !important one. Returns whether there was one that matters. text may be NULL. */
bool html_style_declare(struct html_style *style, const char *text);
/* Another style's over it, by the same rule. */
void html_style_over(struct html_style *style, const struct html_style *other);
/* Is the element hidden with all that is in it? */
bool html_style_hides(const struct html_style *style);

#endif
