/* SPDX-License-Identifier: GPL-3.0-or-later */
/* news.h - what happens to mail by itself, told to the user where he looks, and to his programs: new mail,
 * letters that left or failed, start and end. */
#ifndef PENFOLD_UI_NEWS_H
#define PENFOLD_UI_NEWS_H

#include "ui/app.h"

struct news;

struct news *
news_new(struct app *app);
void
news_free(struct news *n);
/* Take a notice of the client's. */
void
news_notice(struct app *app, const struct client_notice *notice);
/* The index is new: what came to the inbox, whoever brought it, is news. */
void
news_rows_changed(struct app *app);
/* Run the hook for "start" or "exit". */
void
news_hook(struct app *app, const char *key);

#endif
