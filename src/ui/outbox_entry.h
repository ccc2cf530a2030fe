/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outbox_entry.h - everything that is known of one letter in the outbox, as a page. */
#ifndef PENFOLD_UI_OUTBOX_ENTRY_H
#define PENFOLD_UI_OUTBOX_ENTRY_H

#include "ui/app.h"

/* entry: as op queue-list has it; borrowed. */
void
outbox_entry_open(struct app *app, const json_t *entry);

#endif
