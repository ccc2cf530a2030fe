/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draft_files.h - the files that a forward carries along, below drafts/files in the state folder: they
 * live as long as their draft. */
#ifndef PENFOLD_UI_DRAFT_FILES_H
#define PENFOLD_UI_DRAFT_FILES_H

#include "ui/app.h"

#include <jansson.h>

/* A new folder for a draft's files; owned, NULL when it cannot be made. */
char *
draft_files_new_dir(const struct app *app);
/* The draft is gone for ever: its files go, too. Files that lie elsewhere are the user's, and stay. */
void
draft_files_remove(const struct app *app, const json_t *draft);
/* Remove all that is older than an hour. For when no draft and no letter in the queue is left that
 * could need it. */
void
draft_files_sweep(const struct app *app);

#endif
