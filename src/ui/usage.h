/* SPDX-License-Identifier: GPL-3.0-or-later */
/* usage.h - the page about the store: what lies where, what came when, and how fast it was fetched. */
#ifndef PENFOLD_UI_USAGE_H
#define PENFOLD_UI_USAGE_H

#include "ui/app.h"

/* Open it on top; the store is asked for its figures. */
void
usage_open(struct app *app);

#endif
