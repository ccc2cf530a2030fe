/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rendering.h - a message as the renderer's lines: made before it is asked for, and kept for a while after
 * it was shown. A few are kept, and of each no more than some pages: the rest of a long one is made when
 * it is shown. */
#ifndef PENFOLD_UI_RENDERING_H
#define PENFOLD_UI_RENDERING_H

#include "ui/ask.h"

/* Which images are asked for: those that the message has in it. */
#define RENDERING_IMAGES "own"

struct rendering;

/* The text of a letter in so many columns, by op `view` with weeded headers. fn is called with its events and
 * its one answer: what is there already comes from within this call, before the handle is returned.
 * Owned; nothing comes after rendering_close(), which
 * fn may call at the answer, not at an event. */
struct rendering *
rendering_open(struct app *app, struct letter *letter, int cols, supervisor_reply_fn fn, void *user);
/* NULL is fine. */
void
rendering_close(struct rendering *r);
/* Make it before it is asked for. What was begun in this way before, and is not done, is given up. */
void
rendering_ahead(struct app *app, struct letter *letter, int cols);
/* The request to the renderer; the caller may add to it. New reference. */
json_t *
rendering_request(int cols);
/* At the end: drop all that are kept. */
void
rendering_fini(struct app *app);

#endif
