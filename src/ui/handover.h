/* SPDX-License-Identifier: GPL-3.0-or-later */
/* handover.h - the terminal lent to another program, an editor or a pinentry, and taken back. */
#ifndef PENFOLD_UI_HANDOVER_H
#define PENFOLD_UI_HANDOVER_H

#include "ui/app.h"

struct handover {
	bool is_given;
};

/* No key is read and nothing drawn from here on, until all who were given it have given it back. */
void
handover_give(struct handover *h, struct app *app);
/* The last one: draw all of the screen anew. Nothing happens when it was not given. */
void
handover_take(struct handover *h, struct app *app);

#endif
