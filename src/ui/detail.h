/* SPDX-License-Identifier: GPL-3.0-or-later */
/* detail.h - the page behind a verdict: every signature, record and reason. */
#ifndef PENFOLD_UI_DETAIL_H
#define PENFOLD_UI_DETAIL_H

#include "ui/app.h"
#include "ui/letter.h"

/* account: whose trust counts, NULL for none. */
void
detail_open(struct app *app, struct letter *letter, const char *account);

#endif
