/* SPDX-License-Identifier: GPL-3.0-or-later */
/* part_type.h - the grammar of Content-Type and Content-Disposition (RFC 2045 5.1,
 * RFC 2183), for part_scan.c. */
#ifndef PENFOLD_MIME_PART_TYPE_H
#define PENFOLD_MIME_PART_TYPE_H

#include <glib.h>
#include <stdbool.h>

/* A parameter as it stands; value without its quotes. */
typedef void (*part_parameter_fn)(const char *name, const char *value, void *user);

/* "token/token *(;name=value)" or, without a slash wanted, "token *(...)". word_out (owned,
 * lower case) and each parameter that could be read; false where the syntax ends. */
bool part_type_read(const char *value, bool has_slash, char **word_out,
    part_parameter_fn parameter, void *user);

#endif
