/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spawn.h - what to say when GLib could not start a program. */
#ifndef PENFOLD_BASE_SPAWN_H
#define PENFOLD_BASE_SPAWN_H

#include <glib.h>

/* Why g_spawn*() started nothing, as the end of a sentence: "there is no such program". dir: where it was to run, NULL
 * for here. Owned. */
char *
spawn_words(const GError *why, const char *dir);

/* *error is of g_spawn*(): it becomes one of ours, with the program's name. NULL is fine. */
void
spawn_error(GError **error, const char *program, const char *dir);

#endif
