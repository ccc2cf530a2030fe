/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page.h - a page of lines to read: details, raw text, help. */
#ifndef PENFOLD_UI_PAGE_H
#define PENFOLD_UI_PAGE_H

#include "ui/app.h"
#include "ui/ask.h"
#include "ui/lines.h"

extern const struct action_set page_actions;

/* Columns of its text. */
int
page_text_cols(void);
/* Open a page and give its lines to fill (owned by the page, gone when it closes). note, if not NULL,
 * stands at the end of the last line while there are no lines. */
struct lines *
page_open(struct app *app, const char *title, const char *note);
/* Open a page that a helper fills: events and the final answer with `lines`. ask is filled by start,
 * which sends the request and gives fn and user on. */
typedef void (*page_start)(struct app *app, struct ask *ask, int cols, supervisor_reply_fn fn,
    void *user, void *start_user);
void
page_open_asked(struct app *app, const char *title, page_start start, void *start_user,
    GDestroyNotify free_user);

#endif
