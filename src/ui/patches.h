/* SPDX-License-Identifier: GPL-3.0-or-later */
/* patches.h - patch series in mail: which messages are patches, in which order, and `git am`. */
#ifndef PENFOLD_UI_PATCHES_H
#define PENFOLD_UI_PATCHES_H

#include "ui/app.h"

/* "[PATCH v2 3/7] x: y": version 2, number 3 of 7. False for what is no patch: answers, cover letters
 * (0/7), other mail. A patch on its own is 1 of 1. */
bool
patches_parse(const char *subject, unsigned *version_out, unsigned *number_out, unsigned *total_out);

/* Apply the patches of these threads (owned strings; consumed) by `git am`, the newest version of each
 * series, in its order; dir NULL: the folder is asked for. What git says becomes a page. */
void
patches_apply(struct app *app, GPtrArray *threads, const char *dir);

/* The action of the list (the selected thread, or all marked) and of an open message (its thread). */
void
act_apply_patches(struct app *app, const char *arg);

#endif
