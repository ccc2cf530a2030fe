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

/* The thread that the same would read: of list_actions_read_neighbour() for 1 and -1, of the other for 0; NULL for
 * none that is near. Owned. */
char *
list_actions_neighbour(struct app *app, int step);

#endif
