/* SPDX-License-Identifier: GPL-3.0-or-later */
/* print.h - messages as text, given to the rc's print-command. */
#ifndef PENFOLD_UI_PRINT_H
#define PENFOLD_UI_PRINT_H

#include "ui/app.h"
#include "ui/letter.h"

/* One that is open; a reference of its own is taken. */
void
print_letter(struct app *app, struct letter *letter);
/* Several, each on a page of its own (form feed), in their order. letters: struct gathered; taken over. Encrypted
 * ones are opened, as for reading. */
void
print_gathered(struct app *app, GPtrArray *letters);

#endif
