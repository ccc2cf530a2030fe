/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settings.h - the rc file while the screen runs: edited, checked and taken in; and other programs by hand. */
#ifndef PENFOLD_UI_SETTINGS_H
#define PENFOLD_UI_SETTINGS_H

#include "ui/app.h"

/* Read the rc file anew: when it is right the screen begins again with it, where it was; when it is not, what is
 * wrong is said and nothing changes. */
void
act_settings_reload(struct app *app, const char *arg);
/* The rc file in the user's editor; then as above. */
void
act_settings_edit(struct app *app, const char *arg);
/* Set one setting in the rc file ("ui.theme light"; "theme light" is one of [ui]), then as above; without a value, or
 * with none at all, what it is set to is said. */
void
act_settings_set(struct app *app, const char *arg);
/* What could stand there, for completion: names, then values. Owned strings. */
GPtrArray *
settings_items(const struct app *app, const char *text);
/* A shell of the user's own on the whole terminal; or a command (arg), whose output becomes a page. */
void
act_settings_shell(struct app *app, const char *arg);

/* When a reload was wanted: this program again in place of itself. Returns only when nothing was, or with an error. */
bool
settings_again(struct app *app, GError **error);

#endif
