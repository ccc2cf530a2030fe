/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tabs.h - several stacks of views side by side: those of mail, each with a list at its bottom, of which
 * there is always one, and those of letters that are written. app->views is the stack of the tab in front. */
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
/* A tab in front of all, with this view alone in it; stolen, unless it is false: there are too many tabs. */
bool
tabs_open_view(struct app *app, struct view *v);
/* Close the one in front and go back to the one before; false when it is the last with a list. */
bool
tabs_close(struct app *app);
/* Why a view of the tab in front must not be closed now (borrowed), NULL when all may. */
const char *
tabs_holds(struct app *app);
/* The list of the tab in front, or, over a letter, of the tab of mail that was in front last. NULL only
 * before the first. */
struct view *
tabs_list(const struct app *app);
/* From mail to the letter that was in front last, from a letter to the mail; false when there is no letter. */
bool
tabs_swap(struct app *app);
/* A tab of mail in front. */
void
tabs_show_mail(struct app *app);
/* The view on top of the mail that is not in front, and a word about it; false when there is none. */
bool
tabs_push_behind(struct app *app, struct view *v);
/* Bring the tab with this view to the front. */
void
tabs_show_view(struct app *app, const struct view *v);
/* Bring tab i (from 0) to the front, if there is one. */
void
tabs_show(struct app *app, guint i);
/* Every view of every tab, the lowest of each first. A new array; the views are borrowed. */
GPtrArray *
tabs_views(const struct app *app);
/* Take the view out of whatever tab it is in; false when it is in none. A tab that has no view left is
 * closed. */
bool
tabs_take(struct app *app, struct view *v);
/* All tabs in one line, the one in front marked; returns the columns used. */
int
tabs_draw(struct app *app, int y, int x, int cols);
/* A click into that line: the tab there comes to the front. */
void
tabs_click(struct app *app, int x);

#endif
