/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tabs.h - several stacks of views side by side, each with a list at its bottom. app->views is the stack
 * of the tab in front. */
#ifndef PENFOLD_UI_TABS_H
#define PENFOLD_UI_TABS_H

#include "ui/app.h"

struct place;

/* The first tab, with an empty stack. */
void
tabs_init(struct app *app);
/* Close every view and every tab. */
void
tabs_fini(struct app *app);
guint
tabs_count(const struct app *app);
guint
tabs_current(const struct app *app);
/* A tab in front of all, with a list of this place (borrowed) in it. */
void
tabs_open(struct app *app, const struct place *p);
/* Close the one in front; false when it is the only one. */
bool
tabs_close(struct app *app);
/* Bring tab i (from 0) to the front, if there is one. */
void
tabs_show(struct app *app, guint i);
/* Every view of every tab, the lowest of each first. A new array; the views are borrowed. */
GPtrArray *
tabs_views(const struct app *app);
/* Take the view out of whatever tab it is in; false when it is in none. */
bool
tabs_take(struct app *app, struct view *v);
/* All tabs in one line, the one in front marked; returns the columns used. */
int
tabs_draw(struct app *app, int y, int x, int cols);
/* A click into that line: the tab there comes to the front. */
void
tabs_click(struct app *app, int x);

#endif
