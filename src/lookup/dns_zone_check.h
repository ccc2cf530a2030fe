/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns_zone_check.h - is a zone in a file what it should be? A record that was passed over in silence would make an
 * answer of "no such record". */
#ifndef PENFOLD_LOOKUP_DNS_ZONE_CHECK_H
#define PENFOLD_LOOKUP_DNS_ZONE_CHECK_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* Hold an object against the form that dns_zone.h describes. text: the JSON that it was read from, of the file at path.
 * PF_ERROR_CONFIG names file, line, name and type of the first record that is none. */
bool dns_zone_check(const json_t *object, const char *text, size_t len, const char *path, GError **error);

#endif
