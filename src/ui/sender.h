/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sender.h - who sent this: what is known of the sender, and the verdict on the letter in full. */
#ifndef PENFOLD_UI_SENDER_H
#define PENFOLD_UI_SENDER_H

#include "ui/letter.h"
#include "ui/thread.h"

/* Open the panel on a message. It shows the verdict that was kept and asks the DNS nothing; a message without
 * one is judged now. letter keeps a reference of its own. */
void
sender_open(struct app *app, struct letter *letter, const struct message *m);

extern const struct action_set sender_actions; /* for the help */

#endif
