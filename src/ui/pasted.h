/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pasted.h - pasted text is no command: a view gets it as a whole, or nobody does. */
#ifndef PENFOLD_UI_PASTED_H
#define PENFOLD_UI_PASTED_H

#include "ui/app.h"

void
pasted_collect(struct app *app, term_key key);
/* The paste is over. */
void
pasted_give(struct app *app);

#endif
