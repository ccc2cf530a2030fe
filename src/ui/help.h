/* SPDX-License-Identifier: GPL-3.0-or-later */
/* help.h - the keys as they are now, made from the tables that the keys are read by. */
#ifndef PENFOLD_UI_HELP_H
#define PENFOLD_UI_HELP_H

#include "ui/app.h"

/* For the view on top. */
void
help_open(struct app *app);

/* The i-th of the views' sets of actions, and behind them what every view can do; NULL past the end. */
const struct action_set *
help_set(size_t i);

/* What is wrong in [keys.*] and in the keys of macros: one sentence each, owned. No screen is needed. */
GPtrArray *
help_key_complaints(const struct rc *rc);

#endif
