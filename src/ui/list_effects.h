/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_effects.h - what was just done to threads, laid over the rows of every list of every tab. */
#ifndef PENFOLD_UI_LIST_EFFECTS_H
#define PENFOLD_UI_LIST_EFFECTS_H

#include "ui/app.h"
#include "ui/place.h"

struct rows;
struct rows_deed;

/* threads are strings, and a reference is kept until all of them are done: do not change the array any more. By
 * ROWS_GONE they leave the place deed->from, and with it all that shows no more of them. */
void
list_effects_lay(struct app *app, GPtrArray *threads, const struct rows_deed *deed);
/* A new list, before it shows anything: what was done and is not in the index yet, it has to know as well. */
void
list_effects_adopt(struct app *app, struct rows *r);
/* Undone or failed. */
void
list_effects_lift(struct app *app, GPtrArray *threads, const struct rows_deed *deed);
/* The store has done it. */
void
list_effects_confirm(struct app *app, GPtrArray *threads);
/* Drop what is not done yet, before the lists go. */
void
list_effects_stop(struct app *app);

#endif
