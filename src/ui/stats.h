/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stats.h - what was sent and how it went, as charts. */
#ifndef PENFOLD_UI_STATS_H
#define PENFOLD_UI_STATS_H

#include "ui/app.h"

/* Open the page; its figures are asked for then. */
void
stats_open(struct app *app);

#endif
