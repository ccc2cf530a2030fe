/* SPDX-License-Identifier: GPL-3.0-or-later */
/* typeahead.h - keys that are faster than what they are meant for. A page that opened may not have its message or its
 * parts yet, a list not what is looked for in it: what is pressed for them meanwhile is kept, in order, and done when they
 * are there. Going back, other pages and all that needs nothing of it work at once; a way back that is pressed after a look
 * at the screen, not in the same breath, also forgets what is kept. */
#ifndef PENFOLD_UI_TYPEAHEAD_H
#define PENFOLD_UI_TYPEAHEAD_H

#include "ui/app.h"

struct typeahead;

struct typeahead *
typeahead_new(void);
void
typeahead_free(struct typeahead *t);

/* Keep this event of the terminal's if others are kept before it. True when it was. */
bool
typeahead_takes_event(struct app *app, const struct term_event *event);
/* Keep this action if what the top view is about is not there yet. True when it was. */
bool
typeahead_takes(struct app *app, const struct action *action, const char *arg, guint count);
/* This action runs now; NULL: it has run. */
void
typeahead_runs(struct app *app, const struct action *action, const char *arg, guint count);
/* Called by an action that finds that it is too early: it is run again once is_ready says so. False when it was not run
 * by a key or is the one that could not wait: then it has to say so itself. */
bool
typeahead_again(struct app *app, bool (*is_ready)(const struct app *app));
/* A page was asked for by a key, and opens when its mail is there: what is typed until typeahead_opened() is meant for
 * it, and for nothing on the page before. is_editor: what opened, if it did, is one. */
void
typeahead_opens(struct app *app);
void
typeahead_opened(struct app *app, bool is_editor);
/* What the next keys were meant for is not there, and will not come: what is kept, and what has been typed already, hits
 * nothing else. */
void
typeahead_fails(struct app *app);
/* All that has been typed so far is taken. */
void
typeahead_is_read(struct app *app);
/* Do what is kept, as far as it may be done now. */
void
typeahead_go_on(struct app *app);

#endif
