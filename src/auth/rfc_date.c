/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rfc_date.c - dates of Received and Date fields, which decide at what time a signature
 * is judged. */
#include "auth/rfc_date.h"

#include "base/when.h"

#include <string.h>

enum { TEXT_MAX = 128 };

static const struct {
	const char *name;
	int hours;
} zones[] = {{"ut", 0}, {"utc", 0}, {"gmt", 0}, {"z", 0}, {"est", -5}, {"edt", -4},
    {"cst", -6}, {"cdt", -5}, {"mst", -7}, {"mdt", -6}, {"pst", -8}, {"pdt", -7}};

static bool
read_number(const char *word, int max, int *out)
{
	int n = 0;

	if (word == NULL || !g_ascii_isdigit(word[0]))
		return false;
	for (; g_ascii_isdigit(*word) && n <= max; word++)
		n = n * 10 + (*word - '0');
	*out = n;
	return *word == '\0' && n <= max;
}

static bool
read_month(const char *word, int *out)
{
	*out = word != NULL ? when_month_of(word) : 0;
	return *out > 0;
}

/* RFC 5322 section 4.3: 00 to 49 are 2000 to 2049, other short years 19xx. */
static bool
read_year(const char *word, int *out)
{
	if (!read_number(word, 9999, out))
		return false;
	size_t digits = strlen(word);
	if (digits == 2)
		*out += *out < 50 ? 2000 : 1900;
	else if (digits == 3)
		*out += 1900;
	return *out >= 1900;
}

static bool
read_time(const char *word, int *seconds)
{
	char **parts = g_strsplit(word == NULL ? "" : word, ":", 4);
	int h, m, s = 0;
	guint n = g_strv_length(parts);
	bool is_ok = n >= 2 && n <= 3 && read_number(parts[0], 23, &h) &&
		     read_number(parts[1], 59, &m) &&
		     (n == 2 || read_number(parts[2], 60, &s));

	g_strfreev(parts);
	if (is_ok)
		*seconds = h * 3600 + m * 60 + s;
	return is_ok;
}

/* "+0100" or a name; what is unknown counts as -0000 (section 4.3). */
static int
zone_seconds(const char *word)
{
	int n;

	if (word == NULL)
		return 0;
	if ((word[0] == '+' || word[0] == '-') && strlen(word) == 5 &&
	    read_number(word + 1, 9999, &n))
		return (word[0] == '-' ? -1 : 1) * ((n / 100) * 3600 + (n % 100) * 60);
	for (size_t i = 0; i < G_N_ELEMENTS(zones); i++)
		if (g_ascii_strcasecmp(word, zones[i].name) == 0)
			return zones[i].hours * 3600;
	return 0;
}

/* Days from 1970-01-01 in the Gregorian calendar. */
static gint64
days_of(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int era = y / 400;
	int of_era = y - era * 400;
	int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return (gint64)era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
	       719468;
}

bool
rfc_date_parse(const char *bytes, size_t len, gint64 *out)
{
	char *text = g_strndup(bytes, MIN(len, TEXT_MAX));
	char *comma = strchr(text, ',');
	char **words = g_strsplit_set(comma != NULL ? comma + 1 : text, " \t\r\n", -1);
	const char *word[5] = {NULL};
	int day = 0, month = 0, year = 0, seconds = 0;
	size_t n = 0;

	for (size_t i = 0; words[i] != NULL && n < 5; i++)
		if (words[i][0] != '\0')
			word[n++] = words[i];
	bool is_ok = read_number(word[0], 31, &day) && day > 0 &&
		     read_month(word[1], &month) && read_year(word[2], &year) &&
		     read_time(word[3], &seconds);
	if (is_ok)
		*out =
		    days_of(year, month, day) * 86400 + seconds - zone_seconds(word[4]);
	g_strfreev(words);
	g_free(text);
	return is_ok;
}
