/* SPDX-License-Identifier: GPL-3.0-or-later */
/* frame.h - a picture reaches the terminal in one piece: curses itself writes at each jump of the cursor, and
 * each write wakes the terminal. */
#ifndef PENFOLD_UI_FRAME_H
#define PENFOLD_UI_FRAME_H

#include <stdio.h>

struct frame {
	int curses_fd; /* what curses writes to: the terminal, or while a picture is made, the file */
	int fd;	       /* the file in memory; -1 for none */
};

/* The stream for newterm(): a descriptor of its own for the terminal on standard output. Where there is no
 * memory for pictures, curses writes to the terminal as it likes. */
FILE *
frame_open(struct frame *f);
/* What changed in curses' window. Blocks until the terminal has taken it. */
void
frame_show(struct frame *f);

#endif
