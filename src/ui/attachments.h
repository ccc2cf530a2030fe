/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attachments.h - the parts of a message: look at them, save them. */
#ifndef PENFOLD_UI_ATTACHMENTS_H
#define PENFOLD_UI_ATTACHMENTS_H

#include "ui/app.h"
#include "ui/letter.h"

/* Open the page of a message's parts (takes a reference of its own). */
void
attachments_open(struct app *app, struct letter *letter);

extern const struct action_set attachment_actions; /* for the help */

#endif
