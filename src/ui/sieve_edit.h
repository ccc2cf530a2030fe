/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sieve_edit.h - a filter script fetched, edited, and kept when the server takes it. */
#ifndef PENFOLD_UI_SIEVE_EDIT_H
#define PENFOLD_UI_SIEVE_EDIT_H

#include "ui/app.h"

/* The script of this name, which need not be there yet, in the user's editor; what it became is sent. A server that
 * does not take it is asked about: its words, and whether to edit again. What was typed is lost in no case.
 * on_kept is called with the account when the server has it. */
void
sieve_edit(struct app *app, const char *account, const char *name, void (*on_kept)(struct app *app, const char *account));

#endif
