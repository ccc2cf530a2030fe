/* SPDX-License-Identifier: GPL-3.0-or-later */
/* help.h - the keys as they are now, made from the tables that the keys are read by. */
#ifndef PENFOLD_UI_HELP_H
#define PENFOLD_UI_HELP_H

#include "ui/app.h"

/* For the view on top. */
void
help_open(struct app *app);

#endif
