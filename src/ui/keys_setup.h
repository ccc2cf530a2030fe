/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys_setup.h - one's own key to another device and back, from the screen: the Autocrypt setup message. */
#ifndef PENFOLD_UI_KEYS_SETUP_H
#define PENFOLD_UI_KEYS_SETUP_H

#include "ui/app.h"

/* Send the key of the first account, or of the account with this address, to oneself, after a question; a page then
 * shows the code. arg as in struct action. */
void
keys_setup_send(struct app *app, const char *arg);
/* Ask for the code of a setup message, and take its key in. fd (taken): the part. */
void
keys_setup_open(struct app *app, int fd);

#endif
