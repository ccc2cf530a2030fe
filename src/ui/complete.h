/* SPDX-License-Identifier: GPL-3.0-or-later */
/* complete.h - what could stand where the cursor is. */
#ifndef PENFOLD_UI_COMPLETE_H
#define PENFOLD_UI_COMPLETE_H

#include "ui/prompt.h"

/* Items (owned strings) that replace the word; called at once or later, never after
 * complete_cancel(). */
typedef void (*complete_fn)(struct app *app, GPtrArray *items, void *user);

struct complete;

/* Where the word that ends at the cursor begins, in bytes of text up to the cursor. */
size_t
complete_word_start(enum prompt_kind kind, const char *text, size_t cursor);
/* Ask for completions of a word. NULL when they were given at once or there is nothing to ask. */
struct complete *
complete_start(struct app *app, enum prompt_kind kind, const char *word, complete_fn fn, void *user);
/* No answer is wanted any more. NULL is fine. */
void
complete_cancel(struct complete *c);

#endif
