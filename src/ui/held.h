/* SPDX-License-Identifier: GPL-3.0-or-later */
/* held.h - much of a folder is gone on one side at once: the user is asked what is meant. */
#ifndef PENFOLD_UI_HELD_H
#define PENFOLD_UI_HELD_H

#include "ui/app.h"

struct held;

struct held *
held_new(void);
void
held_free(struct held *h);

/* Ask about this "error" event of a sync when it holds something back; once for each folder and number
 * unless the user decides. */
void
held_notice(struct app *app, const struct client_notice *notice);

#endif
