/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format.h - dates, sizes, counts and times as people read them, in few columns. Pure; results are
 * owned by the caller. */
#ifndef PENFOLD_UI_FORMAT_H
#define PENFOLD_UI_FORMAT_H

#include <glib.h>
#include <stdbool.h>

/* At most 6 columns, in local time: "10:42" today and for twelve hours, "Fri" within six days, "12 Mar" this year and
 * the last eleven months, else "2024-03" cut to "03/24". t and now in Unix seconds. */
char *
format_date_short(gint64 t, gint64 now);
/* Of a time to come, at most 8 columns: "in 8 s", "at 14:30" of the next 24 hours, "30 Nov", "12/27" of a later year; "now"
 * when it is past. */
char *
format_coming(gint64 t, gint64 now);
/* "Fri 21 Nov 2026 10:42 +0100" in local time. */
char *
format_date_long(gint64 t);
/* Unix seconds of an RFC 3339 string, or of a JSON-style number in text; -1 when it is none. */
gint64
format_parse_date(const char *text);
/* At most 5 columns: "812", "4.1k", "12k", "3.4M", "25M", "1.2G". */
char *
format_size(guint64 bytes);
/* Thousands parted by thin groups: "9 310". */
char *
format_count(guint64 n);
/* "12 s", "4 min", "2 h", "3 d". */
char *
format_duration(gint64 seconds);

#endif
