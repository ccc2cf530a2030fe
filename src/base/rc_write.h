/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc_write.h - adding to the rc file. What stands there already is never changed, moved or
 * laid out anew: new sections go to the end. */
#ifndef PENFOLD_BASE_RC_WRITE_H
#define PENFOLD_BASE_RC_WRITE_H

#include <glib.h>
#include <stdbool.h>

/* A value as it must stand in the file: quoted where it would be read otherwise. Owned. */
char *
rc_write_value(const char *text);

/* Append text (whole lines) to the file, durably and at once; the file and its folder are made when
 * missing (0600, 0700). A file that is a symbolic link stays one. is_secret: the text holds a password,
 * and nobody else may read the file from now on. */
bool
rc_write_append(const char *path, const char *text, bool is_secret, GError **error);

#endif
