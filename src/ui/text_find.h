/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_find.h - is a word in a text, whatever its case: for passes over half a million rows. */
#ifndef PENFOLD_UI_TEXT_FIND_H
#define PENFOLD_UI_TEXT_FIND_H

#include <stdbool.h>

struct text_find;

/* Look for this word (UTF-8). Owned. */
struct text_find *
text_find_new(const char *word);
void
text_find_free(struct text_find *f);
/* Is it in the text? NULL is an empty text. */
bool
text_find_in(const struct text_find *f, const char *text);

#endif
