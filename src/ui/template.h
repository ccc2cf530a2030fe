/* SPDX-License-Identifier: GPL-3.0-or-later */
/* template.h - the user's own beginnings of letters: [template "NAME"] of the rc, laid over a draft. */
#ifndef PENFOLD_UI_TEMPLATE_H
#define PENFOLD_UI_TEMPLATE_H

#include "ui/app.h"

/* What begins, and so which templates are meant by themselves. */
enum template_kind { TEMPLATE_NEW, TEMPLATE_REPLY, TEMPLATE_FORWARD };

/* Fill in the template of this name (NULL: the one for letters of this kind, if there is one) over a draft that has
 * From and account: its people are added, its other fields and its text take the place of what is there. original: of
 * the renderer, of the letter that is answered or sent on; NULL for none. Without a template an answer gets the
 * account's attribution. What is wrong with the template is told, and the draft is as before; then, and when no
 * template has that name, it is false. */
bool
template_apply(struct app *app, json_t *draft, const char *name, enum template_kind kind, const json_t *original);

/* What is wrong in the rc's templates and attributions, a line each; owned strings. */
GPtrArray *
template_complaints(const struct rc *rc);

#endif
