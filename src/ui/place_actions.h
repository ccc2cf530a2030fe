/* SPDX-License-Identifier: GPL-3.0-or-later */
/* place_actions.h - the keys that lead to another place, the same in every view with the folders beside it. */
#ifndef PENFOLD_UI_PLACE_ACTIONS_H
#define PENFOLD_UI_PLACE_ACTIONS_H

#include "ui/app.h"

/* Functions of the action table below; arg as in struct action. */
void
act_folder(struct app *app, const char *arg);
void
act_next_folder(struct app *app, const char *arg);
void
act_previous_folder(struct app *app, const char *arg);

/* clang-format off */
#define PLACE_ACTIONS \
	{"folder",	"c",	NULL,	"FOLDER", "go to a folder",	act_folder}, \
	{"next-folder",	"J",	NULL,	NULL,	"next folder",		act_next_folder}, \
	{"previous-folder", "K", NULL,	NULL,	"previous folder",	act_previous_folder},
/* clang-format on */

#endif
