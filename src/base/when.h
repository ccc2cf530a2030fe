/* SPDX-License-Identifier: GPL-3.0-or-later */
/* when.h - a time as people write it, for letters that leave later. */
#ifndef PENFOLD_BASE_WHEN_H
#define PENFOLD_BASE_WHEN_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* Read text (UTF-8) as a time in the zone of now (borrowed):
 *   18:30, 9am                                       the next time that the clock says so
 *   tomorrow, tomorrow 9:00, monday, fri 17:30       the next such day, at 8:00 without a time
 *   2026-12-24, 2026-12-24 18:00, 24.12., 24.12.2026 18:00
 *   +2h, in 90 minutes, in 3 days
 *   2026-12-24T18:00:00+01:00 (RFC 3339), @1790000000 (seconds since 1970)
 * and all that later_parse() reads. *out: Unix seconds, at or after now and within LATER_FAR_S. PF_ERROR_USAGE for
 * anything else. */
bool when_parse(const char *text, GDateTime *now, gint64 *out, GError **error);

/* What of this later_parse() does not read by itself: Unix seconds, -1 when it is no time. */
gint64 when_read(const char *text, GDateTime *now);

/* Unix seconds as RFC 3339 in UTC; JSON null for 0, for "never" below, and for what is no time. New
 * reference. */
json_t *
when_json(gint64 seconds);

/* The other way round, of RFC 3339; without a zone it is UTC's. -1 for NULL, and for what is none. */
gint64
when_unix(const char *text);

/* "Jan" and "Mon", in English whatever the user's language is: for what programs read. Static. */
const char *
when_month(GDateTime *t);
const char *
when_day(GDateTime *t);
/* 1 to 12 for a text that begins with such a month, in any case; 0 for others. */
int
when_month_of(const char *text);

/* Unix seconds as the Date of a message has them (RFC 5322 3.3), in UTC: English, whatever the user's language is.
 * Owned; NULL outside of the years 1 to 9999. */
char *
when_date_field(gint64 seconds);

#endif
