/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drafts_view.h - letters that are not finished. */
#ifndef PENFOLD_UI_DRAFTS_VIEW_H
#define PENFOLD_UI_DRAFTS_VIEW_H

#include "ui/app.h"

/* Open the page of drafts. */
void
drafts_view_open(struct app *app);

/* The only draft is opened at once: now, or when the store has said which there are and the page is still open. False:
 * there is not one only, and no page is open that could wait. */
bool
drafts_view_recall_only(struct app *app);

extern const struct action_set drafts_actions; /* for the help */

#endif
