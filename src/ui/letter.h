/* SPDX-License-Identifier: GPL-3.0-or-later */
/* letter.h - a message's file, held open: reading a message renames its file (Maildir flags are part
 * of the name), and what is being looked at must not get lost by that. */
#ifndef PENFOLD_UI_LETTER_H
#define PENFOLD_UI_LETTER_H

#include <glib.h>
#include <stdbool.h>

struct letter;

/* One reference. NULL with PF_ERROR_NOT_FOUND or PF_ERROR_IO. */
struct letter *
letter_open(const char *path, GError **error);
/* Around an open descriptor, which it closes at the end: what was opened of the message at path, or a
 * message within another (path NULL). */
struct letter *
letter_of_fd(int fd, const char *path);
struct letter *
letter_ref(struct letter *l);
void
letter_unref(struct letter *l);
/* The descriptor, at offset 0; borrowed. */
int
letter_fd(const struct letter *l);
/* Are they the same file with the same bytes, whatever its name is now? */
bool
letter_is_same(const struct letter *a, const struct letter *b);
/* Is it in memory alone: what was opened of an encrypted message, or a message within another? */
bool
letter_is_unlisted(const struct letter *l);
/* The name under which it was opened, borrowed; NULL for none. */
const char *
letter_path(const struct letter *l);

#endif
