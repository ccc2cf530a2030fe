/* SPDX-License-Identifier: GPL-3.0-or-later */
/* files_view.h - a folder to choose files from, one or several, for a letter. */
#ifndef PENFOLD_UI_FILES_VIEW_H
#define PENFOLD_UI_FILES_VIEW_H

#include "ui/compose.h"

extern const struct action_set files_actions;

/* Over the letter's page. dir NULL: where the last one was, else the current folder. False with a word to the
 * user when it cannot be read. */
bool
files_view_open(struct compose *c, const char *dir);

#endif
