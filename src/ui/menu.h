/* SPDX-License-Identifier: GPL-3.0-or-later */
/* menu.h - the completions of a question, above its line. */
#ifndef PENFOLD_UI_MENU_H
#define PENFOLD_UI_MENU_H

#include "ui/app.h"

/* Draw them from column x on, as many as have room, the selected one (-1: none) among them. are_actions: they are
 * names of actions, and what each does and its keys stand beside them. */
void
menu_draw(struct app *app, const GPtrArray *items, int selected, int x, bool are_actions);

#endif
