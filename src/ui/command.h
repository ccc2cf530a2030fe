/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command.h - actions typed by name after `:`. */
#ifndef PENFOLD_UI_COMMAND_H
#define PENFOLD_UI_COMMAND_H

#include "ui/prompt.h"

/* Ask for a command and do it. */
void
command_ask(struct app *app);
/* Do "name" or "name argument" in the top view. */
void
command_run(struct app *app, const char *line);
/* Has the top view the action that the line names? */
bool
command_is_known(struct app *app, const char *line);
/* Run a macro of the rc by its name. */
void
command_macro(struct app *app, const char *name);
/* Does the line have an action's name and a blank behind it? Where its argument begins, in bytes, and what
 * that is; items_out: all it can be (owned strings), NULL when kind_out says where to ask. */
bool
command_argument(struct app *app, const char *line, size_t *start_out, enum prompt_kind *kind_out,
    GPtrArray **items_out);
/* Names of the top view's actions that begin with word; owned strings. */
GPtrArray *
command_items(struct app *app, const char *word);

#endif
