/* SPDX-License-Identifier: GPL-3.0-or-later */
/* certificate.h - `:certificate`: a server's certificate that nobody vouches for, taken by its fingerprint on the user's
 * word. */
#ifndef PENFOLD_UI_CERTIFICATE_H
#define PENFOLD_UI_CERTIFICATE_H

#include "ui/app.h"

/* Ask the account's servers (NULL or "": the first account) what they show, and the user about each certificate that is
 * not trusted. */
void
certificate_start(struct app *app, const char *account);

#endif
