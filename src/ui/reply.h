/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reply.h - answers and forwards: the renderer writes the draft, its files are laid aside here. */
#ifndef PENFOLD_UI_REPLY_H
#define PENFOLD_UI_REPLY_H

#include "ui/app.h"
#include "ui/thread.h"

/* mode: "reply", "all", "list", "forward", "forward-attached". Opens the editor when the draft is
 * there. */
void
reply_start(struct app *app, const struct message *m, const char *mode);

#endif
