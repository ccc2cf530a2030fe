/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draft_delete.h - a draft is thrown away: it leaves the list at once, whatever the store still names. */
#ifndef PENFOLD_UI_DRAFT_DELETE_H
#define PENFOLD_UI_DRAFT_DELETE_H

#include "ui/app.h"

/* Behind a save of it that was asked for before. What does not work is said; one that was never saved is not there. */
void
draft_delete(struct app *app, const char *draft_id);
/* With the files that it names, once it is gone. */
void
draft_delete_with_files(struct app *app, const char *draft_id);

#endif
