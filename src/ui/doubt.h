/* SPDX-License-Identifier: GPL-3.0-or-later */
/* doubt.h - letters whose sender is not who it says: what is done with them needs a second key. */
#ifndef PENFOLD_UI_DOUBT_H
#define PENFOLD_UI_DOUBT_H

#include "ui/app.h"
#include "ui/thread.h"

/* Why a message is not to be trusted, a sentence of ours about it (owned); NULL when there is no such reason,
 * or no verdict yet. verdict: the whole object, NULL when it is not at hand. */
char *
doubt_of(const struct message *m, const json_t *verdict);

/* The same for the letter that is open, also below other pages; NULL when none is. */
char *
doubt_of_open(const struct app *app);

/* Do `go` at once, or after a yes where there is a doubt (stolen; NULL: none). user is freed by free_user (may be
 * NULL) in either case. what: "Open the link", "Reply". */
void
doubt_ask(struct app *app, char *doubt, const char *what, void (*go)(struct app *app, void *user),
    void *user, GDestroyNotify free_user);

/* The frame that is drawn gets no links of the terminal's while a doubted letter is open: a click there would pass by the
 * question. */
void
doubt_drop_links(const struct app *app);

#endif
