/* SPDX-License-Identifier: GPL-3.0-or-later */
/* opener.h - parts and links given to other programs: by mailcap, or by the desktop's opener. */
#ifndef PENFOLD_UI_OPENER_H
#define PENFOLD_UI_OPENER_H

#include "ui/app.h"
#include "ui/letter.h"

/* Open a part: it is decoded into a file of its own under a safe name, for its owner to read alone, and
 * shown by the first mailcap entry that fits, else by `[ui] opener`. Of a dangerous one the user is
 * asked first. filename and type may be NULL. */
void
opener_part(struct app *app, struct letter *letter, const char *part, const char *filename,
    const char *type);

/* Open a link: http, https and ftp by `[ui] opener`, mailto as a new letter; all else is refused.
 * claim: the host that its words name when it leads elsewhere (the user is asked first), or NULL. */
void
opener_url(struct app *app, const char *url, const char *claim);

/* Ask for a command and give it the bytes of a descriptor (owned by the question, closed after it) on
 * standard input; what it prints becomes a page. arg: the command, NULL to ask. */
void
opener_pipe(struct app *app, int fd, const char *what, const char *arg);

/* Remove the files of parts that were opened long ago. */
void
opener_sweep(const struct app *app);

#endif
