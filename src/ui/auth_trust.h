/* SPDX-License-Identifier: GPL-3.0-or-later */
/* auth_trust.h - `:auth-trust`: whose Authentication-Results are believed, on the user's word. */
#ifndef PENFOLD_UI_AUTH_TRUST_H
#define PENFOLD_UI_AUTH_TRUST_H

#include "ui/app.h"

/* Look at the mail of an account (NULL: the first) and ask whether to trust what it suggests; says so when it
 * suggests nothing. The answer becomes a line of the rc file. */
void
auth_trust_start(struct app *app, const char *account);

#endif
