/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outbox_view.h - letters on their way out: state, next try, what each recipient's server said. */
#ifndef PENFOLD_UI_OUTBOX_VIEW_H
#define PENFOLD_UI_OUTBOX_VIEW_H

#include "ui/app.h"

/* Open the page of the outbox. */
void
outbox_view_open(struct app *app);

extern const struct action_set outbox_actions; /* for the help */

#endif
