/* SPDX-License-Identifier: GPL-3.0-or-later */
/* save_file.h - files that the user saves: only ever made anew, never written over. */
#ifndef PENFOLD_UI_SAVE_FILE_H
#define PENFOLD_UI_SAVE_FILE_H

#include "ui/app.h"

/* Say why file_open_new() made none, by errno. */
void
save_file_say_not(struct app *app, const char *path);
/* A new file with the bytes of from, which is at its start. what: "3 messages", NULL for no word. How it went is said; half
 * a file does not stay. */
void
save_file_copy(struct app *app, int from, const char *path, const char *what);

#endif
