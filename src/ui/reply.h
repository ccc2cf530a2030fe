/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reply.h - answers and forwards: the renderer writes the draft, its files are laid aside here. */
#ifndef PENFOLD_UI_REPLY_H
#define PENFOLD_UI_REPLY_H

#include "ui/app.h"
#include "ui/letter.h"

/* mode: "reply", "all", "list", "forward", "forward-attached", "edit" and the answers to an invitation. template: of the
 * rc, by its name; NULL for the one that is meant for such letters. */
struct reply_how {
	const char *mode, *template;
};

/* Opens the editor when the draft is
 * there. account: whose letter it is when the message names none of the own addresses; may be NULL.
 * Of the open message, when it was signed or encrypted, the opened text is quoted, and the answer to an
 * encrypted one is encrypted. */
void
reply_start(struct app *app, struct letter *letter, const char *account, struct reply_how how);

#endif
