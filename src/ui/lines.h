/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lines.h - a scrolled run of styled lines: bodies, source text, detail and help pages. */
#ifndef PENFOLD_UI_LINES_H
#define PENFOLD_UI_LINES_H

#include "ui/draw.h"

#include <jansson.h>

struct lines;

/* Empty. */
struct lines *
lines_new(void);
void
lines_free(struct lines *l);

/* fill */

void
lines_clear(struct lines *l);
/* Outside text; a line break in it makes further lines. */
void
lines_add(struct lines *l, enum style style, const char *text);
/* Two styles in one line: a label and what it says. */
void
lines_add_pair(struct lines *l, enum style first, const char *label, enum style second,
    const char *text);
/* As lines_add_pair(), broken into lines of at most cols columns, at blanks where there are any; the
 * further ones begin below the text. */
void
lines_add_wrapped(struct lines *l, enum style first, const char *label, enum style second,
    const char *text, int cols);
/* As lines_add_pair() with a dim word at the right end. */
void
lines_add_row(struct lines *l, enum style first, const char *label, enum style second,
    const char *text, const char *tail);
/* [{t, s, n?, i?}] as penfold-render and penfold-auth give it: t is a line, or n of them parted by LF; anything else
 * in the array is skipped. */
void
lines_add_json(struct lines *l, const json_t *array);
/* How many lines that adds. */
guint
lines_in_json(const json_t *array);
/* The same without the first lines. New reference. */
json_t *
lines_json_from(const json_t *array, guint skip);

/* images */

/* The number of the image that belongs below this row and has no place yet; 0 for none. */
unsigned
lines_image(struct lines *l, guint row);
/* Draws rows of a picture, from its row `first` on, into an area of so many rows. */
typedef void (*lines_picture_fn)(void *user, struct area shown, int first);
/* Make room of so many rows below the line of an image. Until lines_clear(). */
void
lines_place(struct lines *l, unsigned image, int rows, lines_picture_fn draw, void *user);
/* One row of words in its place. */
void
lines_place_note(struct lines *l, unsigned image, const char *text);

/* What the lines name by its own words, the terminal may open (hyperlink.h): links as penfold-render gives them
 * (borrowed). Until lines_clear(). */
void
lines_set_links(struct lines *l, json_t *links);

/* look */

guint
lines_count(struct lines *l);
guint
lines_top(const struct lines *l);
/* Scroll so that line `top` is the first of an area with this many rows. */
void
lines_scroll_to(struct lines *l, int top, int rows);
/* By lines; false when it could not move. */
bool
lines_scroll(struct lines *l, int by, int rows);
bool
lines_is_at_end(struct lines *l, int rows);
void
lines_draw(struct lines *l, const struct canvas *c, struct area a);

/* Fold runs of quoted lines into one row each, or unfold them; the reader stays where he was. */
void
lines_fold(struct lines *l, bool want);
bool
lines_is_folded(const struct lines *l);
/* On to what follows the next quoted lines; false when nothing does. */
bool
lines_skip_quote(struct lines *l, int rows);

/* search */

/* Find text (case does not matter) from the top line on, going around; step -1 goes upwards. False
 * when it is nowhere. Folded quotes are unfolded. The hits are shown until the text is NULL. */
bool
lines_search(struct lines *l, const char *text, int step, bool from_here, int rows);
/* The row, at `from` or behind it (step -1: before it), that has what is looked for; -1 for none. */
int
lines_find(struct lines *l, int from, int step);
/* Show the hits of a text (NULL: none), without going to one; the next search for it finds the first. */
void
lines_look_for(struct lines *l, const char *text);
const char *
lines_needle(const struct lines *l);

#endif
