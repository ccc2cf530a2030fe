/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draw.h - text onto the screen. Everything drawn passes ui_text(), and so safe_text(). */
#ifndef PENFOLD_UI_DRAW_H
#define PENFOLD_UI_DRAW_H

#include "ui/hyperlink.h"
#include "ui/theme.h"

struct area {
	int y, x, rows, cols;
};

/* The signs of the screen, in a form this terminal can show. */
struct signs {
	const char *unread, *flag, *attachment, *marked, *replied, *vertical, *horizontal;
	const char *branch, *last_branch, *pipe, *ellipsis, *down, *up, *dot, *folded, *unfolded;
};

struct canvas {
	struct theme *theme;
	bool is_ascii; /* our own signs: by `[ui] ascii`, or because the locale is not UTF-8 */
	bool is_linear; /* `[ui] linear`: words in place of signs and columns, the cursor at what is selected */
	bool is_utf8;  /* of the locale: what the terminal can be sent */
	const struct signs *signs;
	int cursor_shape; /* of this picture, as in DECSCUSR; 0 for the terminal's own */
	int here_y, here_x; /* see ui_here(); here_y -1: nowhere */
	struct hyperlinks *hyperlinks;
};

/* A piece of text with its style. */
struct piece {
	enum style style;
	const char *text;
};

/* After term_start(). */
void
canvas_init(struct canvas *c, const struct rc *rc);
void
canvas_fini(struct canvas *c);
/* Start a new picture of the whole screen. */
void
canvas_begin(const struct canvas *c);
/* Put everything since canvas_begin() on the terminal. force: from scratch, with the colours. */
void
canvas_end(const struct canvas *c, bool force);

/* Draw outside text in at most cols columns of the line, cut with an ellipsis. Returns the columns
 * used. Lines and columns beyond the screen are ignored. */
int
ui_text(const struct canvas *c, int y, int x, int cols, enum style style, bool is_selected,
    const char *text);
/* Outside text in colours of the palette, for pictures. Returns the columns used. */
int
ui_coloured(const struct canvas *c, int y, int x, int cols, int fg, int bg, const char *text);
/* How another program's text looks besides its colours. */
enum ui_attr { UI_BOLD = 1, UI_UNDERLINE = 2, UI_ITALIC = 4, UI_REVERSE = 8 };
/* Outside text as another program wants it: colours as for ui_coloured(), attrs of enum ui_attr. */
int
ui_styled(const struct canvas *c, int y, int x, int cols, int fg, int bg, unsigned attrs, const char *text);
/* As ui_text(), filled with blanks to exactly cols columns. */
void
ui_pad(const struct canvas *c, int y, int x, int cols, enum style style, bool is_selected,
    const char *text);
/* As ui_pad(), right-aligned. */
void
ui_right(const struct canvas *c, int y, int x, int cols, enum style style, bool is_selected,
    const char *text);
/* In fewer columns a view leaves out what can be missed. */
#define NARROW_COLS 60
/* Pieces one after another; returns the columns used. */
int
ui_pieces(const struct canvas *c, int y, int x, int cols, bool is_selected,
    const struct piece *pieces, size_t n);
/* The right end of a domain or an address in at most cols columns, the part that says whose it is; display text,
 * owned. */
char *
ui_domain(const struct canvas *c, const char *domain, int cols);
/* Outside text whose end must be seen: broken at blanks into at most `most` rows of the screen, from column x on,
 * the last of them row `bottom`; the rows are cleared in the style `ground` first. The last one is cut where the
 * text is longer still. Returns the column behind its end. */
int
ui_paragraph(const struct canvas *c, int bottom, int x, int most, enum style ground, enum style style,
    const char *text);
/* What a page says that has nothing else to show: a sentence, from row `from` of its area on, broken at blanks so that its
 * end is seen. The rows that it took. */
int
ui_say(const struct canvas *c, struct area a, int from, enum style style, const char *text);
/* cols blanks. */
void
ui_fill(const struct canvas *c, int y, int x, int cols, enum style style, bool is_selected);
/* A line of the same sign. */
void
ui_rule(const struct canvas *c, int y, int x, int cols, enum style style);
/* What is selected stands here: in the linear mode the cursor goes there, so that a screen reader or a
 * braille line does. */
void
ui_here(struct canvas *c, int y, int x);
/* What is typed appears here: the cursor goes there in every mode. */
void
ui_typed_here(struct canvas *c, int y, int x);
/* Show the cursor there, or hide it with a negative y. */
void
ui_cursor(int y, int x);

#endif
