/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resend.h - sending a message on as it is. */
#ifndef PENFOLD_UI_RESEND_H
#define PENFOLD_UI_RESEND_H

#include "ui/app.h"
#include "ui/letter.h"

/* Ask to whom (to NULL), then queue the message with Resent fields; it waits `[queue] undo-delay` as
 * every letter does. account: that resends, NULL for the first. */
void
resend_ask(struct app *app, struct letter *letter, const char *account, const char *to);

#endif
