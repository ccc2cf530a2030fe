/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manual_text.h - text to mdoc(7), and the pages on the screen; private to manual*.c. */
#ifndef PENFOLD_CMD_MANUAL_TEXT_H
#define PENFOLD_CMD_MANUAL_TEXT_H

#include <glib.h>

/* Paragraphs parted by an empty line; one sentence a line, as mdoc wants it. `words` in backquotes are literals. */
void
manual_paragraphs(GString *out, const char *text);
/* ".MACRO "ARGUMENT"", quoted. */
void
manual_macro(GString *out, const char *macro, const char *argument);
/* Up to the end of the section NAME. */
void
manual_head(GString *out, const char *name, const char *section, const char *summary);

/* penfold-keys(7), penfold-search(7), penfold-tutorial(7). The caller frees them. */
GString *
manual_keys(void);
GString *
manual_search(void);
GString *
manual_tutorial(void);

#endif
