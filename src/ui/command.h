/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command.h - actions typed by name after `:`. */
#ifndef PENFOLD_UI_COMMAND_H
#define PENFOLD_UI_COMMAND_H

#include "ui/app.h"

/* Ask for a command and do it. */
void
command_ask(struct app *app);
/* Do "name" or "name argument" in the top view. */
void
command_run(struct app *app, const char *line);
/* Names of the top view's actions that begin with word; owned strings. */
GPtrArray *
command_items(struct app *app, const char *word);

#endif
