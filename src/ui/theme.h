/* SPDX-License-Identifier: GPL-3.0-or-later */
/* theme.h - the styles of the screen and what they look like here. */
#ifndef PENFOLD_UI_THEME_H
#define PENFOLD_UI_THEME_H

#include "base/rc.h"

/* What a piece of text is. Colour carries meaning or is left out. */
enum style {
	STYLE_NORMAL,
	STYLE_DIM,   /* secondary: dates, counts, sizes */
	STYLE_FAINT, /* lines, empty space's markers */
	STYLE_STRONG,
	STYLE_BAR,	/* the first and the last line */
	STYLE_BAR_DIM,
	STYLE_BAR_STRONG,
	STYLE_BAR_KEY,
	STYLE_BAR_BUSY,
	STYLE_BAR_WARN, /* what does not go on by itself, or not now */
	STYLE_ERROR,
	STYLE_UNREAD,	   /* sender and subject of an unread row */
	STYLE_UNREAD_MARK,
	STYLE_FLAG,
	STYLE_TAG,
	STYLE_MARKED,	   /* a row chosen with t */
	STYLE_MATCH,	   /* a search hit */
	STYLE_GOOD,	   /* verdicts */
	STYLE_GOOD_DIM,
	STYLE_INFO,
	STYLE_WARN,
	STYLE_BAD,
	STYLE_SUSPECT,
	STYLE_MUTED,
	STYLE_HEADER,	   /* names of header fields */
	STYLE_TEXT,	   /* bodies */
	STYLE_QUOTE1,
	STYLE_QUOTE2,
	STYLE_QUOTE3,
	STYLE_SIGNATURE,
	STYLE_LINK,
	STYLE_HEADING,
	STYLE_CODE,
	STYLE_DIFF_ADD,
	STYLE_DIFF_DEL,
	STYLE_DIFF_HUNK,
	STYLE_NOTE,
	STYLE_PART,
	STYLE_SEAL,
	STYLE_UNSEALED,
	STYLE_IMAGE,	   /* what stands for an image */
	STYLE_COUNT,
};

/* The style that a word of penfold-render ("quote1") or penfold-auth ("bad") stands for; STYLE_TEXT for
 * others. */
enum style
theme_body_style(const char *word);

struct theme;

/* Chooses by `[ui] theme`, NO_COLOR, COLORFGBG and the terminal's colours; after term_start(). */
struct theme *
theme_new(const struct rc *rc);
void
theme_free(struct theme *t);
/* Complaints about the [theme] section, one sentence each; owned by the theme. */
const GPtrArray *
theme_complaints(const struct theme *t);

/* Does the terminal's background decide? Then tell what it is, as soon as the terminal has said so; true
 * when that changes the look. */
bool
theme_is_auto(const struct theme *t);
bool
theme_set_light(struct theme *t, bool is_light);
/* Is it made for a light background? */
bool
theme_is_light(const struct theme *t);
/* Tell the terminal the colours that are not in its palette; at each repaint from scratch. */
void
theme_define(const struct theme *t);

/* How many colours pictures may use: 256, 16, 8, or 0. */
int
theme_colours(const struct theme *t);
/* Make two numbers of the palette, -1 the terminal's own, the current colours of curses. */
void
theme_apply_colours(const struct theme *t, int fg, int bg);
/* Make this style the current one of curses. is_selected: as it looks in the selected row. */
void
theme_apply(const struct theme *t, enum style style, bool is_selected);

#endif
