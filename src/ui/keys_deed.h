/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys_deed.h - what is done from the page of keys: listed, taken in, trusted, fetched, written out. */
#ifndef PENFOLD_UI_KEYS_DEED_H
#define PENFOLD_UI_KEYS_DEED_H

#include "ui/keys_view_private.h"

/* Ask for the keys anew. */
void
keys_deed_list(struct keys_view *k);

/* Functions of the action table; arg as in struct action. */
void
keys_deed_take(struct app *app, const char *arg);
void
keys_deed_trust(struct app *app, const char *arg);
void
keys_deed_fetch(struct app *app, const char *arg);
void
keys_deed_import(struct app *app, const char *arg);
void
keys_deed_export(struct app *app, const char *arg);
void
keys_deed_own(struct app *app, const char *arg);

#endif
