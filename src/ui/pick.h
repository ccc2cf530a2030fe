/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pick.h - a short list with one selected row: drafts, outbox, attachments. */
#ifndef PENFOLD_UI_PICK_H
#define PENFOLD_UI_PICK_H

#include "ui/app.h"

struct pick {
	int selected, top;
	char *id; /* of the row that was selected when it was drawn last, owned; NULL: not known */
};

/* Move within n rows. */
void
pick_move(struct app *app, struct pick *p, int by, int n);
/* Select the row at line y of the screen. True when it is to be opened: it was selected, or is clicked twice. */
bool
pick_click(struct app *app, struct pick *p, const struct view *v, int y, bool twice, int n);
/* "3 of 17"; NULL for no rows. Owned. */
char *
pick_position(const struct pick *p, int n);
/* Where rows come and go by themselves: whose row is selected is noted (NULL for none) when it is drawn, and selected
 * again when the rows are others. id_of gives the id of a row, borrowed. */
void
pick_note(struct pick *p, const char *id);
void
pick_follow(struct app *app, struct pick *p, int n, const char *(*id_of)(struct app *app, int i));
/* Keep the selection inside n rows and in sight of `rows` lines. */
void
pick_fit(struct pick *p, int n, int rows);

/* The five moves of every such list, for the action table of a view whose functions are named so. */
/* clang-format off */
#define PICK_ACTIONS \
	{"down",	"j, Down",	NULL, NULL, "next",	act_down}, \
	{"up",		"k, Up",	NULL, NULL, "previous",	act_up}, \
	{"first",	"Home, =",	NULL, NULL, "first",	act_first}, \
	{"last",	"End, G",	NULL, NULL, "last",	act_last},
/* clang-format on */

#define PICK_MOVES(pick_of_top, n_of_top)                                                          \
	static void act_down(struct app *app, const char *arg)                                     \
	{                                                                                          \
		(void)arg;                                                                         \
		pick_move(app, pick_of_top(app), 1, n_of_top(app));                                \
	}                                                                                          \
	static void act_up(struct app *app, const char *arg)                                       \
	{                                                                                          \
		(void)arg;                                                                         \
		pick_move(app, pick_of_top(app), -1, n_of_top(app));                               \
	}                                                                                          \
	static void act_first(struct app *app, const char *arg)                                    \
	{                                                                                          \
		(void)arg;                                                                         \
		pick_move(app, pick_of_top(app), -G_MAXINT / 2, n_of_top(app));                    \
	}                                                                                          \
	static void act_last(struct app *app, const char *arg)                                     \
	{                                                                                          \
		(void)arg;                                                                         \
		pick_move(app, pick_of_top(app), G_MAXINT / 2, n_of_top(app));                     \
	}

#endif
