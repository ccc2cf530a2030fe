/* SPDX-License-Identifier: GPL-3.0-or-later */
/* picture.h - one picture in a rectangle of the screen, made by penfold-picture. */
#ifndef PENFOLD_UI_PICTURE_H
#define PENFOLD_UI_PICTURE_H

#include "ui/app.h"

struct picture;

/* Empty. */
struct picture *
picture_new(struct app *app);
/* The same for a picture that is drawn in characters whatever the terminal can. */
struct picture *
picture_new_in_cells(struct app *app);
void
picture_free(struct picture *p);

/* Ask for the picture behind fd (borrowed) in at most that many cells; the same size again asks nothing.
 * The screen is redrawn when it is there. */
void
picture_ask(struct picture *p, int fd, int cols, int rows);
/* The same, but no larger than its own pixels make it. */
void
picture_ask_natural(struct picture *p, int fd, int cols, int rows);
/* Forget it. */
void
picture_reset(struct picture *p);

bool
picture_is_there(const struct picture *p);
/* What went wrong, NULL. Borrowed. */
const char *
picture_problem(const struct picture *p);
/* "4000 x 3000 image/jpeg"; owned. */
char *
picture_describe(const struct picture *p);
/* Cells taken; 0 while it is not there. */
int
picture_cols(const struct picture *p);
int
picture_rows(const struct picture *p);
/* Draw with its upper left corner there; what would leave the area is left out. */
void
picture_draw(const struct picture *p, struct area area);
/* Is it in characters, so that a part of it can be drawn? Then rows of it, from `first` on. */
bool
picture_has_cells(const struct picture *p);
void
picture_draw_rows(const struct picture *p, struct area area, int first);

#endif
