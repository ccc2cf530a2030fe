/* SPDX-License-Identifier: GPL-3.0-or-later */
/* placeholder.h - files that stand for large letters which are still on the server: header and structure
 * only. Such a file is known by its name, which nobody outside can choose, and, should another program
 * give it a new one, by a token of this installation in its header. It must never go up. */
#ifndef PENFOLD_BASE_PLACEHOLDER_H
#define PENFOLD_BASE_PLACEHOLDER_H

#include <glib.h>
#include <stdbool.h>

#define PLACEHOLDER_SUFFIX ".part"
#define PLACEHOLDER_FIELD  "X-Penfold-Placeholder"

/* Is it one by its name? A path or a base name; NULL is none. */
bool
placeholder_is(const char *path);
/* The token of this state folder, made when there is none yet; owned, NULL with error. */
char *
placeholder_token(const char *state_dir, GError **error);
/* Do these first bytes of a message bear the token? *size_out, which may be NULL: bytes of the letter that it
 * stands for. */
bool
placeholder_has_token(const char *head, size_t len, const char *token, guint64 *size_out);

#endif
