/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scroll.h - moving and searching in lines, the same wherever lines are read. */
#ifndef PENFOLD_UI_SCROLL_H
#define PENFOLD_UI_SCROLL_H

#include "ui/app.h"
#include "ui/lines.h"

enum scroll_move {
	SCROLL_DOWN,
	SCROLL_UP,
	SCROLL_PAGE_DOWN,
	SCROLL_PAGE_UP,
	SCROLL_HALF_DOWN,
	SCROLL_HALF_UP,
	SCROLL_FIRST,
	SCROLL_LAST,
};

/* False when it could not move. */
bool
scroll_lines(struct app *app, struct lines *l, enum scroll_move how, int rows);
/* Ask what to look for (or take text) and go there; *rows of it are seen. Nothing happens if the view has closed before
 * the answer. */
void
scroll_search(struct app *app, struct lines *l, const struct view *v, const int *rows, const char *text);
void
scroll_search_again(struct app *app, struct lines *l, int step, int rows);
/* "end", "all", "37%" for the last line; owned. */
char *
scroll_position(struct lines *l, int rows);

/* For a page of lines: its keys, and the functions of them. lines_of(app), view_of(app): of the top view, which
 * is the page. */
/* clang-format off */
#define SCROLL_ACTIONS \
	{"down",	"j, Down, Enter",	NULL,	  NULL, "one line down",		act_down}, \
	{"up",		"k, Up",		NULL,	  NULL, "one line up",			act_up}, \
	{"page-down",	"Space, PageDown, C-f",	"page",	  NULL, "one page down",		act_page_down}, \
	{"page-up",	"PageUp, C-b, Backspace", NULL, NULL, "one page up",			act_page_up}, \
	{"half-down",	"C-d",			NULL,	  NULL, "half a page down",		act_half_down}, \
	{"half-up",	"C-u",			NULL,	  NULL, "half a page up",		act_half_up}, \
	{"first",	"Home, =, g",		NULL,	  NULL, "to the beginning",		act_first}, \
	{"last",	"End, G",		NULL,	  NULL, "to the end",			act_last}, \
	{"search",	"/",			"search", "TEXT", "search on this page",	act_search}, \
	{"search-next",	"n",			NULL,	  NULL, "next hit",			act_search_next}, \
	{"search-previous", "N",		NULL,	  NULL, "previous hit",			act_search_previous},
/* clang-format on */

#define SCROLL_MOVE(fn, how, lines_of, view_of)                                                    \
	static void fn(struct app *app, const char *arg)                                           \
	{                                                                                          \
		(void)arg;                                                                         \
		scroll_lines(app, lines_of(app), how, view_of(app)->area.rows);                    \
	}
#define SCROLL_AGAIN(fn, step, lines_of, view_of)                                                  \
	static void fn(struct app *app, const char *arg)                                           \
	{                                                                                          \
		(void)arg;                                                                         \
		scroll_search_again(app, lines_of(app), step, view_of(app)->area.rows);            \
	}
#define SCROLL_MOVES(lines_of, view_of)                                                            \
	SCROLL_MOVE(act_down, SCROLL_DOWN, lines_of, view_of)                                      \
	SCROLL_MOVE(act_up, SCROLL_UP, lines_of, view_of)                                          \
	SCROLL_MOVE(act_page_down, SCROLL_PAGE_DOWN, lines_of, view_of)                            \
	SCROLL_MOVE(act_page_up, SCROLL_PAGE_UP, lines_of, view_of)                                \
	SCROLL_MOVE(act_half_down, SCROLL_HALF_DOWN, lines_of, view_of)                            \
	SCROLL_MOVE(act_half_up, SCROLL_HALF_UP, lines_of, view_of)                                \
	SCROLL_MOVE(act_first, SCROLL_FIRST, lines_of, view_of)                                    \
	SCROLL_MOVE(act_last, SCROLL_LAST, lines_of, view_of)                                      \
	SCROLL_AGAIN(act_search_next, 1, lines_of, view_of)                                        \
	SCROLL_AGAIN(act_search_previous, -1, lines_of, view_of)                                   \
	static void act_search(struct app *app, const char *arg)                                   \
	{                                                                                          \
		scroll_search(app, lines_of(app), view_of(app), &view_of(app)->area.rows, arg);    \
	}

#endif
