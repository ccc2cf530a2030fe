/* SPDX-License-Identifier: GPL-3.0-or-later */
/* background.h - what the terminal answers when it is asked for its background colour: OSC 11 ; rgb:R/G/B,
 * each of one to four hexadecimal digits, then BEL or ESC \ (xterm's ctlseqs). It comes among the keys. */
#ifndef PENFOLD_UI_BACKGROUND_H
#define PENFOLD_UI_BACKGROUND_H

#include <glib.h>
#include <stdbool.h>

#define BACKGROUND_ASK "\033]11;?\007"
#define BACKGROUND_MAX 32

/* Zeroed: nothing read yet. */
struct background {
	char text[BACKGROUND_MAX];
	size_t len;
	bool is_light; /* once it is read */
};

enum background_state {
	BACKGROUND_MORE, /* the character belongs to an answer that goes on */
	BACKGROUND_READ,
	BACKGROUND_NONE, /* this is no answer: the character is a key */
};

/* One character after ESC ]. */
enum background_state
background_feed(struct background *b, gunichar c);

#endif
