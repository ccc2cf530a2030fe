/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format.c - numbers for people. */
#include "ui/format.h"

#include "base/when.h"

#include <string.h>
#include <time.h>

#define DAY (24 * 60 * 60)

/* The local day and hour of a time, as if they were UTC's; NULL far outside the calendar. A local
 * GDateTime would read the zone's file anew for each row; the C library keeps it. */
static GDateTime *
local_clock(gint64 t)
{
	time_t seconds = (time_t)t;
	struct tm tm;
	if (localtime_r(&seconds, &tm) == NULL)
		return NULL;
	return g_date_time_new_utc(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
	    tm.tm_min, MIN(tm.tm_sec, 59)); /* 60: a leap second */
}

char *
format_date_short(gint64 t, gint64 now)
{
	GDateTime *then = local_clock(t);
	GDateTime *today = local_clock(now);
	char *text = NULL;
	if (then != NULL && today != NULL) {
		bool is_today = g_date_time_get_year(then) == g_date_time_get_year(today) &&
		    g_date_time_get_day_of_year(then) == g_date_time_get_day_of_year(today);
		/* just after midnight, last evening's mail still shows its hour */
		if (is_today || (t <= now && now - t < DAY / 2))
			text = g_date_time_format(then, "%H:%M");
		else if (t < now && now - t < 6 * DAY)
			text = g_date_time_format(then, "%a");
		else if (t < now + DAY && now - t < 330 * (gint64)DAY)
			text = g_date_time_format(then, "%-e %b");
		else
			text = g_date_time_format(then, "%m/%y");
	}
	g_clear_pointer(&then, g_date_time_unref);
	g_clear_pointer(&today, g_date_time_unref);
	return text != NULL ? g_strstrip(text) : g_strdup("");
}

char *
format_coming(gint64 t, gint64 now)
{
	if (t < now)
		return g_strdup("now");
	if (t - now < 100) {
		char *left = format_duration(t - now);
		char *text = g_strdup_printf("in %s", left);
		g_free(left);
		return text;
	}
	GDateTime *then = local_clock(t);
	const char *form = t - now < DAY ? "at %H:%M" : t - now < 330 * (gint64)DAY ? "%-e %b" : "%m/%y";
	char *text = then != NULL ? g_date_time_format(then, form) : NULL;
	g_clear_pointer(&then, g_date_time_unref);
	return text != NULL ? text : g_strdup("");
}

char *
format_date_long(gint64 t)
{
	GDateTime *then = g_date_time_new_from_unix_local(t);
	if (then == NULL)
		return g_strdup("");
	char *text = g_date_time_format(then, "%a %-e %b %Y %H:%M %z");
	g_date_time_unref(then);
	return text != NULL ? text : g_strdup("");
}

gint64
format_parse_date(const char *text)
{
	if (text == NULL)
		return -1;
	gint64 seconds;
	if (g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, &seconds, NULL))
		return seconds;
	return when_unix(text);
}

char *
format_size(guint64 bytes)
{
	static const char units[] = "kMGTPE";
	if (bytes < 1000)
		return g_strdup_printf("%u", (unsigned)bytes);
	double value = (double)bytes / 1024;
	size_t unit = 0;
	while (value >= 999.5 && unit + 1 < strlen(units)) {
		value /= 1024;
		unit++;
	}
	if (value < 9.95)
		return g_strdup_printf("%.1f%c", value, units[unit]);
	return g_strdup_printf("%.0f%c", value, units[unit]);
}

char *
format_count(guint64 n)
{
	char *digits = g_strdup_printf("%" G_GUINT64_FORMAT, n);
	size_t len = strlen(digits);
	GString *out = g_string_new(NULL);
	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0 && len > 4)
			g_string_append_c(out, ' ');
		g_string_append_c(out, digits[i]);
	}
	g_free(digits);
	return g_string_free(out, FALSE);
}

char *
format_duration(gint64 seconds)
{
	seconds = MAX(seconds, 0);
	if (seconds < 100)
		return g_strdup_printf("%d s", (int)seconds);
	if (seconds < 100 * 60)
		return g_strdup_printf("%d min", (int)(seconds / 60));
	if (seconds < 48 * 3600)
		return g_strdup_printf("%d h", (int)(seconds / 3600));
	return g_strdup_printf("%d d", (int)MIN(seconds / DAY, 99999));
}
