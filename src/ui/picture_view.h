/* SPDX-License-Identifier: GPL-3.0-or-later */
/* picture_view.h - a picture that came with a letter, as large as the screen. */
#ifndef PENFOLD_UI_PICTURE_VIEW_H
#define PENFOLD_UI_PICTURE_VIEW_H

#include "ui/app.h"
#include "ui/letter.h"

/* Can a part of this media type be looked at as a picture? */
bool
picture_view_takes(const char *type);

/* Show the part of the letter. */
void
picture_view_open(struct app *app, struct letter *letter, const char *part, const char *name);

extern const struct action_set picture_actions; /* for the help */

#endif
