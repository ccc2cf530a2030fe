/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rfc_date.h - date-time of RFC 5322 section 3.3. */
#ifndef PENFOLD_AUTH_RFC_DATE_H
#define PENFOLD_AUTH_RFC_DATE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Unix seconds of a date-time, the obsolete zones and two-digit years included; comments
 * may follow. False when it is none. */
bool rfc_date_parse(const char *bytes, size_t len, gint64 *out);

#endif
