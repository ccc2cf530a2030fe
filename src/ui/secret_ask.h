/* SPDX-License-Identifier: GPL-3.0-or-later */
/* secret_ask.h - the question for a password that no setting, command or keyring has. */
#ifndef PENFOLD_UI_SECRET_ASK_H
#define PENFOLD_UI_SECRET_ASK_H

#include "ui/app.h"

/* Ask when this notice says that an account has no password, or not the right one. A question that was
 * declined is not asked again before the next start. */
void
secret_ask_notice(struct app *app, const struct client_notice *notice);

/* Ask now what could not be asked while another question or an editor was open. */
void
secret_ask_waiting(struct app *app);

#endif
