/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drafts_view.h - letters that are not finished. */
#ifndef PENFOLD_UI_DRAFTS_VIEW_H
#define PENFOLD_UI_DRAFTS_VIEW_H

#include "ui/app.h"

/* Open the page of drafts. */
void
drafts_view_open(struct app *app);

/* Open the only draft. False: there is not one only, or it is not known yet. */
bool
drafts_view_recall_only(struct app *app);

extern const struct action_set drafts_actions; /* for the help */

#endif
