/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_letters.h - the keys of the list that take messages as they are: of the selected thread, or after `;` of all
 * marked ones, oldest first. */
#ifndef PENFOLD_UI_LIST_LETTERS_H
#define PENFOLD_UI_LIST_LETTERS_H

#include "ui/app.h"

/* The marked messages of a thread's page, when `;` was pressed there; false when it was not. */
enum list_letters_what { LIST_LETTERS_PIPE, LIST_LETTERS_PRINT, LIST_LETTERS_SAVE };
bool
list_letters_of_marked(struct app *app, enum list_letters_what what, const char *arg);

/* Functions of the action table below; arg as in struct action. */
void
act_list_pipe(struct app *app, const char *arg);
void
act_list_print(struct app *app, const char *arg);
void
act_list_save(struct app *app, const char *arg);

/* clang-format off */
#define LIST_LETTERS_ACTIONS \
	{"pipe",	"|",	NULL,	   "COMMAND", "pipe the thread's messages to a command", act_list_pipe}, \
	{"print",	"p",	NULL,	   NULL,     "print the thread's messages",	act_list_print}, \
	{"save-message", "w",	NULL,	   "FILE",   "save the thread as a file, an mbox", act_list_save},
/* clang-format on */

#endif
