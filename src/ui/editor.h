/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor.h - the user's editor: it has the terminal while it runs, the helpers go on working. */
#ifndef PENFOLD_UI_EDITOR_H
#define PENFOLD_UI_EDITOR_H

#include "ui/app.h"

/* text is what the file holds afterwards (len bytes); NULL with error set when the editor failed or
 * the file is gone. The file at path stays until the caller unlinks it, once the text is safe
 * elsewhere. Called once. */
typedef void (*editor_fn)(struct app *app, const char *text, size_t len, const char *path,
    const GError *error, void *user);

/* Write text to a file in a private folder and edit it: `[ui] editor`, $VISUAL, $EDITOR or vi. */
void
editor_run(struct app *app, const char *text, editor_fn fn, void *user);
/* Texts that were being edited when an earlier Penfold died: fn for each. */
void
editor_recover(struct app *app, editor_fn fn, void *user);

#endif
