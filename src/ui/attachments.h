/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attachments.h - the parts of a message: looked at, opened, saved. */
#ifndef PENFOLD_UI_ATTACHMENTS_H
#define PENFOLD_UI_ATTACHMENTS_H

#include "ui/app.h"
#include "ui/letter.h"

#include "ui/thread.h"

#include <jansson.h>

/* parts: of the renderer's head, where it is known already (borrowed), else NULL. */
void
attachments_open(struct app *app, struct letter *letter, const json_t *parts);

/* From a message within another, which lies on its list of parts, to the next (step 1) or the one before (-1): that
 * takes its place. False when there is none. */
bool
attachments_step(struct app *app, int step);
/* What a part is called: its file name, else the subject and author of a message. Owned, NULL for neither. */
char *
attachments_name(const json_t *part);

/* Save a part ({id or part, filename, type}, borrowed) to a file; path NULL: asked for. */
void
attachments_save(struct app *app, struct letter *letter, const json_t *part, const char *path);
/* Save all that are attached, of a list with or without "role", in a folder that is made where it is
 * missing; a name that is taken gets a number. dir NULL: asked for. */
void
attachments_save_all(struct app *app, struct letter *letter, const json_t *parts, const char *dir);

/* The same for every letter of a thread, one after another. */
void
attachments_save_thread(struct app *app, const struct thread *t, const char *dir);

/* Pipe the part of this id (part: as above) to a command; NULL: asked for. */
void
attachments_pipe(struct app *app, struct letter *letter, const char *id, const json_t *part, const char *command);

extern const struct action_set attachment_actions; /* for the help */

#endif
