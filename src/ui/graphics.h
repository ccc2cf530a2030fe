/* SPDX-License-Identifier: GPL-3.0-or-later */
/* graphics.h - pictures in pixels, where the terminal has such means: laid over the cells that curses
 * left blank for them. */
#ifndef PENFOLD_UI_GRAPHICS_H
#define PENFOLD_UI_GRAPHICS_H

#include "base/rc.h"

enum graphics_mode { GRAPHICS_NONE, GRAPHICS_SYMBOLS, GRAPHICS_SIXEL, GRAPHICS_KITTY };

struct graphics;

/* By `[ui] pictures`, else by what the terminal says of itself in the environment. */
struct graphics *
graphics_new(const struct rc *rc);
void
graphics_free(struct graphics *g);
enum graphics_mode
graphics_mode(const struct graphics *g);
/* "symbols" and so on, as penfold-picture takes it. Static. */
const char *
graphics_mode_name(enum graphics_mode mode);

/* Is this what a picture may send to the terminal: kitty's transmissions of pixels that are in them, or one sixel
 * image, and no other escape sequence or control character? It comes from a helper that read a stranger's bytes. */
bool
graphics_is_clean(enum graphics_mode mode, const char *data);

/* One frame: begin, place what is seen (data is borrowed until the end), and end it when curses has painted.
 * force: the terminal was wiped. Returns true when curses must paint once more from scratch, because a
 * picture that was there is not any more. */
void
graphics_begin(struct graphics *g);
void
graphics_place(struct graphics *g, int y, int x, const char *data);
bool
graphics_needs_wipe(const struct graphics *g);
void
graphics_end(struct graphics *g, bool force);

#endif
