/* SPDX-License-Identifier: GPL-3.0-or-later */
/* maildir_name.h - one component of a folder name as a file name, and back. */
#ifndef PENFOLD_STORE_MAILDIR_NAME_H
#define PENFOLD_STORE_MAILDIR_NAME_H

#include <glib.h>
#include <stdbool.h>

/* Any bytes to a safe file name: valid UTF-8 without controls, "/" or "%", never empty, "." or
 * "..", never starting with a dot, never "cur", "new" or "tmp". Injective. Owned. */
char *
maildir_name_encode(const char *component);
/* The reverse; NULL for what maildir_name_encode() never makes. Owned. */
char *
maildir_name_decode(const char *encoded);
/* "cur", "new" or "tmp". */
bool
maildir_name_is_reserved(const char *component);

#endif
