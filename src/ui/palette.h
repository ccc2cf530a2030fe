/* SPDX-License-Identifier: GPL-3.0-or-later */
/* palette.h - colours by number and by value on terminals that have 8, 16, 256 or all of them. */
#ifndef PENFOLD_UI_PALETTE_H
#define PENFOLD_UI_PALETTE_H

#include <glib.h>
#include <stdbool.h>

/* A colour is a number of xterm's palette of 256, -1 for the terminal's own, or PALETTE_RGB | 0xrrggbb. */
#define PALETTE_RGB 0x1000000

struct palette {
	int max;	 /* numbers that the terminal knows */
	bool is_direct;	 /* its numbers are values themselves (terminfo's xterm-direct) */
	bool may_define; /* its palette can be changed, and it has all colours (COLORTERM) */
	int wanted[256]; /* the value that a number gets; 0: it stays */
};

/* What curses and COLORTERM say; after term_start(). */
void
palette_init(struct palette *p);
/* "203", "#d75f5f", "default"; false when it is none of them, or a number that the terminal has not. */
bool
palette_parse(const struct palette *p, const char *word, int *colour_out);
/* A colour that will be used: where the palette may be changed, its nearest number gets the value. */
void
palette_want(struct palette *p, int colour);
/* Tell the terminal what was wanted. It gets its own colours back from curses at the end. */
void
palette_define(const struct palette *p);
/* The number by which curses knows the colour, or the nearest one; -1 stays -1. */
int
palette_number(const struct palette *p, int colour);

/* Pure. The value 0xrrggbb of a number of xterm's palette, and the number from 16 on that is nearest to a
 * value. */
int
palette_value(int number);
int
palette_nearest(int rgb);

#endif
