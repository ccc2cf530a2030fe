/* SPDX-License-Identifier: GPL-3.0-or-later */
/* frame.h - a picture reaches the terminal in one piece: curses itself writes at each jump of the cursor, and
 * each write wakes the terminal. */
#ifndef PENFOLD_UI_FRAME_H
#define PENFOLD_UI_FRAME_H

#include <stdio.h>

/* The stream for newterm(): a descriptor of its own for the terminal on standard output. Where there is no
 * memory for pictures, standard output, and curses writes as it likes. */
FILE *
frame_open(void);
/* What changed in curses' window. Blocks until the terminal has taken it. */
void
frame_show(void);

#endif
