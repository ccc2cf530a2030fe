/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sidebar.h - accounts, folders and saved searches at the left. */
#ifndef PENFOLD_UI_SIDEBAR_H
#define PENFOLD_UI_SIDEBAR_H

#include "ui/app.h"
#include "ui/place.h"

struct sidebar;

struct sidebar *
sidebar_new(struct app *app);
void
sidebar_free(struct sidebar *s);
/* Show it or not, where the terminal is wide enough. */
void
sidebar_toggle(struct app *app);
/* Draw it at the left of the area and take its columns from it; nothing on a narrow terminal. */
void
sidebar_draw(struct app *app, struct area *area);
/* Fold the branch of the place's tree, or unfold it; all of them. */
void
sidebar_fold(struct app *app, const struct place *p);
void
sidebar_fold_all(struct app *app);
/* Was the click in it? Then it opens the place. */
bool
sidebar_click(struct app *app, int y, int x);
/* The place `step` places after the one now shown; owned. */
struct place *
sidebar_neighbour(struct app *app, int step);
/* Go to a place: the list, the drafts or the outbox. p is borrowed. */
void
sidebar_go(struct app *app, const struct place *p);
/* The list says what it shows again (p is borrowed). */
void
sidebar_set_current(struct app *app, const struct place *p);
/* The place now shown; borrowed. */
const struct place *
sidebar_current(const struct app *app);

#endif
