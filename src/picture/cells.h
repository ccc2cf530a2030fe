/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cells.h - pixels in the means of a terminal. */
#ifndef PENFOLD_PICTURE_CELLS_H
#define PENFOLD_PICTURE_CELLS_H

#include "picture/raster.h"

#include <jansson.h>
#include <stdbool.h>

enum cells_mode {
	CELLS_SYMBOLS, /* characters of two colours */
	CELLS_SIXEL,   /* DEC's graphics */
	CELLS_KITTY,   /* kitty's protocol, one transmission */
};

struct cells_wish {
	enum cells_mode mode;
	int cols, rows;	 /* the room there is; the picture keeps its proportions within */
	int colors;	 /* of the terminal: 256, 16, 8, or 0 for none; symbols only */
	int cell_width, cell_height; /* pixels of a cell; 0: not known */
	bool is_natural; /* no larger than its own pixels make it */
	bool is_ascii;	 /* symbols: nothing but ASCII */
};

/* {cols, rows} taken, and of symbols "cells": a list for each row of runs [text, fg, bg], colours as
 * numbers of the 256-colour palette, -1 the terminal's own; else "data", the escape sequences. New
 * reference. */
json_t *
cells_draw(const struct raster *raster, const struct cells_wish *wish);

#endif
