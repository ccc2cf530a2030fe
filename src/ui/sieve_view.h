/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sieve_view.h - the filter scripts that an account's server keeps and runs (RFC 5228), by ManageSieve. */
#ifndef PENFOLD_UI_SIEVE_VIEW_H
#define PENFOLD_UI_SIEVE_VIEW_H

#include "ui/app.h"

extern const struct action_set sieve_actions; /* for the help */

/* The page of an account's scripts; arg: its name, NULL for the account of the list or the first one. */
void
act_sieve(struct app *app, const char *arg);

#endif
