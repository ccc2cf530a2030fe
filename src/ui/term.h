/* SPDX-License-Identifier: GPL-3.0-or-later */
/* term.h - the terminal itself: curses on and off, keys in, and the promise that it is restored on
 * every way out. The process owns one terminal, so these functions keep the room's only state. */
#ifndef PENFOLD_UI_TERM_H
#define PENFOLD_UI_TERM_H

#include <glib.h>
#include <stdbool.h>

/* A key: a Unicode character, or one of enum term_special, either with TERM_ALT. Control keys are the
 * characters 1 to 31. Cursor and function keys may have TERM_SHIFT and TERM_CTRL, where the terminal tells. */
typedef guint32 term_key;

#define TERM_ALT   0x40000000u
/* With one of enum term_special only: a control character is one by itself. */
#define TERM_SHIFT 0x20000000u
#define TERM_CTRL  0x10000000u
/* The key without these. */
#define TERM_BARE  0x0FFFFFFFu

enum term_special {
	TERM_KEY_NONE = 0,
	TERM_KEY_FIRST = 0x200000,
	TERM_KEY_UP = TERM_KEY_FIRST,
	TERM_KEY_DOWN,
	TERM_KEY_LEFT,
	TERM_KEY_RIGHT,
	TERM_KEY_HOME,
	TERM_KEY_END,
	TERM_KEY_PAGE_UP,
	TERM_KEY_PAGE_DOWN,
	TERM_KEY_INSERT,
	TERM_KEY_DELETE,
	TERM_KEY_BACKSPACE,
	TERM_KEY_BACKTAB,
	TERM_KEY_MOUSE,	      /* see struct term_event */
	TERM_KEY_PASTE_BEGIN, /* what follows was pasted, not typed */
	TERM_KEY_PASTE_END,
	TERM_KEY_BACKGROUND, /* the terminal's answer, see is_light */
	TERM_KEY_F1 = TERM_KEY_FIRST + 0x100, /* F2 is one more, up to F12 */
};

struct term_event {
	term_key key;
	term_key typed; /* TERM_KEY_BACKSPACE: the character that came, 8 or 127; 0 when it was a sequence */
	int y, x;  /* TERM_KEY_MOUSE: the cell */
	int wheel; /* TERM_KEY_MOUSE: -1 up, 1 down, 0 a click of the first button */
	bool twice; /* a double click */
	bool is_light; /* TERM_KEY_BACKGROUND */
};

/* Is it known, and does it put its cursor where it is told to? The one of an editor's shell does not. The description is
 * loaded then (cur_term). term_can.c. */
bool
term_can_draw(GError **error);
/* Start curses. Standard error goes to log_path from here on, so that no library's complaint lands
 * between the letters. PF_ERROR_UNAVAILABLE when standard input or output is no terminal or the
 * terminal is unknown. */
bool
term_start(const char *log_path, bool want_mouse, GError **error);
/* Restore everything. May be called at any time, any number of times. */
void
term_stop(void);

/* Bytes of our own making for the terminal beside the picture: a bell, a notification (OSC 9). Not while
 * another program has it. */
void
term_report(const char *bytes);

/* Ask for the background's colour; an event tells the answer, if the terminal has one. */
void
term_ask_background(void);

/* What changed in curses' window reaches the terminal, in one piece. */
void
term_show(void);

/* The cursor's shape, as in DECSCUSR; 0 for the terminal's own, which it has again at the end. */
void
term_cursor_shape(int shape);

/* Hand the terminal to another program and take it back. */
void
term_suspend(void);
void
term_resume(void);
bool
term_is_suspended(void);
/* Stop the program as ^Z in a cooked terminal would; returns when it is continued. */
void
term_stop_job(void);

/* Put text on the terminal's clipboard (OSC 52). Only because the user pressed a key for it: text is
 * what he sees, one line of printable characters, at most TERM_MAX_COPY bytes; all else is left out. */
#define TERM_MAX_COPY 4096
void
term_copy(const char *text);

/* The next event, without waiting. False when there is none. */
bool
term_next(struct term_event *out);
/* The window's size may have changed: ask it and adapt. */
void
term_resize(void);
int
term_rows(void);
int
term_cols(void);
/* The size of a cell in pixels; 0 where the terminal does not say. */
void
term_cell_size(int *width_out, int *height_out);

#endif
