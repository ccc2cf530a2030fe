/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_colour.h - colours of text and of what is behind it, as far as one must know whether the one is seen on
 * the other. */
#ifndef PENFOLD_MIME_HTML_COLOUR_H
#define PENFOLD_MIME_HTML_COLOUR_H

#include <stdbool.h>

/* Red, green and blue, a byte each, with HTML_COLOUR_SET; else one of these. */
#define HTML_COLOUR_SET	    (1u << 24)
#define HTML_COLOUR_CLEAR   (1u << 25) /* not painted */
#define HTML_COLOUR_UNKNOWN (1u << 26) /* a picture, or what we do not read */
#define HTML_COLOUR_OUTSIDE 0u	       /* as what is around it has it */

#define HTML_COLOUR_BLACK HTML_COLOUR_SET
#define HTML_COLOUR_WHITE (HTML_COLOUR_SET | 0xffffffu)
#define HTML_COLOUR_LINK  (HTML_COLOUR_SET | 0x0000eeu)

/* A value of `color`, or of an attribute. Lower case, no blanks around it. */
unsigned
html_colour(const char *value);
/* A value of `background`: the colour among its words; UNKNOWN where a picture lies over it. */
unsigned
html_colour_of_ground(const char *value);
/* Can nobody see a text of this colour on that one? */
bool
html_colour_vanishes(unsigned ink, unsigned ground);

#endif
