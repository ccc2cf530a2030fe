/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_actions.h - ways from an open message on through the list. */
#ifndef PENFOLD_UI_LIST_ACTIONS_H
#define PENFOLD_UI_LIST_ACTIONS_H

#include "ui/app.h"

/* Close the open message and read the next unread thread, or say that there is none. */
void
list_actions_read_next_unread(struct app *app);
/* Close it and read the thread after (1) or before (-1) it in the list. */
void
list_actions_read_neighbour(struct app *app, int step);

#endif
