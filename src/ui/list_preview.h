/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_preview.h - the selected thread's message beside or below the list. Looking is not reading: what is
 * only previewed stays unread. */
#ifndef PENFOLD_UI_LIST_PREVIEW_H
#define PENFOLD_UI_LIST_PREVIEW_H

#include "ui/app.h"

struct list_preview;
struct row;

struct list_preview *
list_preview_new(struct app *app);
void
list_preview_free(struct app *app, struct list_preview *p);
/* Take the preview's part from the area; what it takes, with no rows when it is off or has no room. */
struct area
list_preview_split(struct list_preview *p, struct area *area);
/* Draw the preview of this thread (NULL: nothing is selected), which is opened after a moment's rest. */
void
list_preview_draw(struct app *app, struct list_preview *p, const struct row *row, struct area a);
/* The index is new. */
void
list_preview_renew(struct app *app, struct list_preview *p);
/* Off, below, at the right, off. */
void
list_preview_toggle(struct app *app, struct list_preview *p);
void
list_preview_scroll(struct app *app, struct list_preview *p, int lines);

#endif
