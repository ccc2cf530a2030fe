/* SPDX-License-Identifier: GPL-3.0-or-later */
/* detail.h - the page behind a verdict: every signature, record and reason. */
#ifndef PENFOLD_UI_DETAIL_H
#define PENFOLD_UI_DETAIL_H

#include "ui/app.h"
#include "ui/thread.h"

void
detail_open(struct app *app, const struct message *m);

#endif
