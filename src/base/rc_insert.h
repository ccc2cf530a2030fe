/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc_insert.h - one line more in the user's rc file; every other byte stays as it is. */
#ifndef PENFOLD_BASE_RC_INSERT_H
#define PENFOLD_BASE_RC_INSERT_H

#include <glib.h>
#include <stdbool.h>

/* Put `key = value` at the end of [section "name"] of the file at path, which must hold that section
 * itself (an included file is the user's to change): PF_ERROR_NOT_FOUND says what to write by hand.
 * value: UTF-8 without control characters, quote, backslash and comment sign, else PF_ERROR_USAGE. Durable; the
 * file keeps its mode. */
bool
rc_insert(const char *path, const char *section, const char *name, const char *key, const char *value,
    GError **error);

/* Have [section "name"] (name NULL: [section]) of the file at path say `key = value`: in the last line there that has the
 * key, else in a new one; a section that is missing is put at the end, a file that is missing is made. All other bytes
 * stay, the line's comment too. value as for rc_insert(). What another file or -o says may still win. Durable. */
bool
rc_set(const char *path, const char *section, const char *name, const char *key, const char *value, GError **error);
/* The text with that in it, owned. */
char *
rc_set_text(const char *text, const char *section, const char *name, const char *key, const char *value);

/* The text with the line in it, owned; NULL when the section is not there. */
char *
rc_insert_text(const char *text, const char *section, const char *name, const char *line);

#endif
