/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mbox.c - see mbox.h. */
#include "base/mbox.h"

#include "base/when.h"

#include <string.h>

char *
mbox_from_line(const char *address, gint64 date)
{
	char *plain = g_strdup(address != NULL && *address != '\0' ? address : "MAILER-DAEMON");
	GDateTime *utc = g_date_time_new_from_unix_utc(date);

	if (utc == NULL)
		utc = g_date_time_new_from_unix_utc(0);
	for (char *p = plain; *p != '\0'; p++)
		if ((guchar)*p <= ' ' || *p == 127)
			*p = '-';
	char *line = g_strdup_printf("From %s %s %s %2d %02d:%02d:%02d %04d\n", plain,
	    when_day(utc), when_month(utc), g_date_time_get_day_of_month(utc), g_date_time_get_hour(utc),
	    g_date_time_get_minute(utc), g_date_time_get_second(utc), g_date_time_get_year(utc));
	g_date_time_unref(utc);
	g_free(plain);
	return line;
}

bool
mbox_is_stuffed(const char *line)
{
	return strncmp(line + strspn(line, ">"), "From ", 5) == 0;
}

void
mbox_put_line(FILE *out, const char *line, size_t len)
{
	if (mbox_is_stuffed(line))
		(void)fputc('>', out);
	(void)fwrite(line, 1, len, out);
}

void
mbox_put_end(FILE *out, bool has_end)
{
	(void)fputs(has_end ? "\n" : "\n\n", out);
}
