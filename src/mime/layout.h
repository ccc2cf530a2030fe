/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layout.h - display lines on their way to the screen: wrapping by columns, styles, a bound on the
 * whole. */
#ifndef PENFOLD_MIME_LAYOUT_H
#define PENFOLD_MIME_LAYOUT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

enum line_style {
	LINE_TEXT,
	LINE_QUOTE1,
	LINE_QUOTE2,
	LINE_QUOTE3,
	LINE_SIGNATURE,
	LINE_LINK,
	LINE_HEADING,
	LINE_CODE,
	LINE_DIFF_ADD,
	LINE_DIFF_DEL,
	LINE_DIFF_HUNK,
	LINE_NOTE, /* said by Penfold, not by the mail */
	LINE_PART, /* a divider between parts, by Penfold */
	LINE_SEAL, /* a divider before what is signed, by Penfold */
	LINE_UNSEALED, /* the same, before what is not */
	LINE_IMAGE, /* an image belongs below this line, which is what stands for it */
};

/* The word for a style in JSON: "quote1". Static. */
const char *
layout_style_name(enum line_style style);
/* The style of text quoted depth times: quote1 to quote3 in turn; text for 0. */
enum line_style
layout_quote_style(unsigned depth);

/* Takes one line of display text (see base/safe_text.h) without line end; false stops. */
typedef bool (*layout_fn)(const char *display, enum line_style style, void *user);

struct links;
struct images;

/* Which images get a line of their own. */
enum layout_images { LAYOUT_IMAGES_NONE, LAYOUT_IMAGES_OWN, LAYOUT_IMAGES_ALL };

struct layout {
	struct links *links; /* where the links that are met are noted; may be NULL */
	struct images *images; /* and the images; NULL: none has a line */
	enum layout_images shows_images; /* those within the message, or remote ones too */
	unsigned image; /* its number, while the line of an image is given out */
	bool is_page; /* for a reader: with invitations and attached messages, not the text alone */
	int width; /* columns; 0: lines are not wrapped */
	layout_fn fn;
	void *user;
	size_t bytes; /* given out so far */
	size_t limit; /* past it one note is given, and no more lines */
	bool stopped;
};

/* Lines go to fn, in order, until it or the limit (bytes) stops them. */
void
layout_init(struct layout *l, int width, size_t limit, layout_fn fn, void *user);

/* One line as it is. */
void
layout_line(struct layout *l, const char *display, enum line_style style);
/* A paragraph, wrapped at blanks, or inside a word that is wider than the line. The first line
 * begins with prefix, the others with hang (display text; hang NULL: the same). */
void
layout_wrap(struct layout *l, const char *prefix, const char *hang, const char *display,
    enum line_style style);
/* A line where blanks matter: cut at the width, not at blanks. */
void
layout_cut(struct layout *l, const char *prefix, const char *display, enum line_style style);
/* The line that stands for image n. */
void
layout_image(struct layout *l, const char *prefix, const char *display, unsigned n);
/* A note of Penfold's. */
void
layout_note(struct layout *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
