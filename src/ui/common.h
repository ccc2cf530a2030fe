/* SPDX-License-Identifier: GPL-3.0-or-later */
/* common.h - the actions that every view has, and small readings of the helpers' JSON. */
#ifndef PENFOLD_UI_COMMON_H
#define PENFOLD_UI_COMMON_H

#include "ui/action.h"
#include "ui/app.h"

extern const struct action_set common_actions;

/* The first mailbox of a JSON address list ([{name, address}], one such object, or a string). Both
 * owned, "" when absent. */
void
common_address(const json_t *value, char **name_out, char **address_out);
/* There is none, and what makes one. */
void
common_say_no_account(struct app *app);
/* The account of this name, else the first; NULL when there is none, which is said. */
const struct rc_account *
common_account(struct app *app, const char *name);
/* All of them as "Name <address>, ..."; owned. */
char *
common_addresses(const json_t *value);
/* Own mailboxes of every account, a new JSON array. */
json_t *
common_own_addresses(const struct app *app);

/* Leave Penfold; asks first when a letter is being sent, or one in an editor would lose what is not written. */
void
common_quit(struct app *app);

#endif
