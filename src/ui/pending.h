/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pending.h - what deeds on their way make of the folders' unread counts, until the index says the same. */
#ifndef PENFOLD_UI_PENDING_H
#define PENFOLD_UI_PENDING_H

#include "ui/app.h"

struct pending;

struct pending *
pending_new(struct app *app);
void
pending_free(struct pending *p);
/* Deeds came or went, or the index is another. Counted at once as far as a few thousand threads go, the rest in idle
 * time. */
void
pending_changed(struct pending *p);
/* How many more messages of the folder with this number are unread than the index says; negative for fewer. */
gint64
pending_unread(const struct pending *p, guint32 folder);

#endif
