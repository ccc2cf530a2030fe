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

/* "10:00" */
static bool
has_time(const char *line)
{
	for (const char *colon = strchr(line, ':'); colon != NULL; colon = strchr(colon + 1, ':'))
		if (colon > line && g_ascii_isdigit(colon[-1]) && g_ascii_isdigit(colon[1]) && g_ascii_isdigit(colon[2]))
			return true;
	return false;
}

bool
mbox_is_dated(const char *line)
{
	static const char *const months[] = {" Jan ", " Feb ", " Mar ", " Apr ", " May ", " Jun ", " Jul ", " Aug ", " Sep ",
	    " Oct ", " Nov ", " Dec "};

	if (strncmp(line, "From ", 5) != 0 || !has_time(line))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(months); i++)
		if (strstr(line, months[i]) != NULL)
			return true;
	return false;
}

bool
mbox_is_field(const char *line)
{
	size_t n;

	line += strncmp(line, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	for (n = 0; line[n] > ' ' && line[n] < 127 && line[n] != ':'; n++)
		;
	return n > 0 && line[n + strspn(line + n, " \t")] == ':';
}

/* What is between `name` and the line's end; NULL when the line is no such field. Owned. */
static char *
field_value(const char *line, size_t len, const char *name)
{
	size_t n = strlen(name);

	if (len <= n || g_ascii_strncasecmp(line, name, n) != 0)
		return NULL;
	return g_strstrip(g_strndup(line + n, len - n));
}

/* Letters of a Status field as flags. */
static void
add_status(GString *flags, const char *value)
{
	static const struct {
		char theirs, ours;
	} letters[] = {{'R', 'S'}, {'A', 'R'}, {'F', 'F'}, {'D', 'T'}, {'T', 'D'}};

	for (size_t i = 0; i < G_N_ELEMENTS(letters); i++)
		if (strchr(value, letters[i].theirs) != NULL && strchr(flags->str, letters[i].ours) == NULL)
			g_string_append_c(flags, letters[i].ours);
}

/* Bits of X-Mozilla-Status; true: it was removed, and its folder not yet made smaller. */
static bool
add_bits(GString *flags, const char *value)
{
	static const struct {
		unsigned bit;
		char flag;
	} bits[] = {{0x1, 'S'}, {0x2, 'R'}, {0x4, 'F'}, {0x1000, 'P'}};
	guint64 n = g_ascii_strtoull(value, NULL, 16);

	for (size_t i = 0; i < G_N_ELEMENTS(bits); i++)
		if ((n & bits[i].bit) != 0 && strchr(flags->str, bits[i].flag) == NULL)
			g_string_append_c(flags, bits[i].flag);
	return (n & 0x8) != 0;
}

char *
mbox_flags(const char *message, size_t len, bool *is_removed_out)
{
	GString *flags = g_string_new(NULL);
	const char *end = message + len, *next;
	bool has_any = false;

	*is_removed_out = false;
	for (const char *line = message; line < end && *line != '\n' && *line != '\r'; line = next + 1) {
		char *status, *mozilla;

		next = memchr(line, '\n', (size_t)(end - line));
		next = next != NULL ? next : end;
		status = field_value(line, (size_t)(next - line), "Status:");
		if (status == NULL)
			status = field_value(line, (size_t)(next - line), "X-Status:");
		mozilla = field_value(line, (size_t)(next - line), "X-Mozilla-Status:");
		has_any = has_any || status != NULL || mozilla != NULL;
		if (status != NULL)
			add_status(flags, status);
		if (mozilla != NULL)
			*is_removed_out = add_bits(flags, mozilla) || *is_removed_out;
		g_free(mozilla);
		g_free(status);
	}
	return g_string_free(flags, !has_any);
}
