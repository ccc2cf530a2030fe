/* SPDX-License-Identifier: GPL-3.0-or-later */
/* when.c - words to a day and a time of day, then to a moment. */
#include "base/when.h"

#include "base/error.h"
#include "base/later.h"
#include "base/words.h"

#include <stdio.h>
#include <string.h>

#define MORNING_H 8 /* a day without a time */

/* What was understood so far. */
struct reading {
	GDateTime *now;
	int year, month, day; /* of the day; 0: not named */
	int hour, minute;     /* -1: not named */
	gint64 after_s;	      /* "+2h"; -1: not named */
};

/* --- pieces --- */

/* A number of 1 to max_digits digits at *p. */
static bool
take_number(const char **p, size_t max_digits, int *out)
{
	size_t n = strspn(*p, "0123456789");

	if (n == 0 || n > max_digits)
		return false;
	*out = (int)g_ascii_strtoll(*p, NULL, 10);
	*p += n;
	return true;
}

/* "9:30", "09:30:00", "9am", "9:30pm" */
static bool
take_clock(struct reading *r, const char *word)
{
	int hour, minute = 0, second = 0;
	const char *p = word;
	bool has_minutes, is_pm, is_am;

	if (!take_number(&p, 2, &hour))
		return false;
	has_minutes = *p == ':';
	if (has_minutes && (p++, !take_number(&p, 2, &minute)))
		return false;
	if (has_minutes && *p == ':' && (p++, !take_number(&p, 2, &second)))
		return false;
	is_pm = strcmp(p, "pm") == 0;
	is_am = strcmp(p, "am") == 0;
	if ((!is_pm && !is_am && (*p != '\0' || !has_minutes)) || hour > 23 ||
	    minute > 59 || ((is_pm || is_am) && (hour < 1 || hour > 12)))
		return false;
	if (is_pm || is_am)
		hour = hour % 12 + (is_pm ? 12 : 0);
	r->hour = hour;
	r->minute = minute;
	return true;
}

static void
set_day(struct reading *r, int days_from_now)
{
	GDateTime *day = g_date_time_add_days(r->now, days_from_now);

	g_date_time_get_ymd(day, &r->year, &r->month, &r->day);
	g_date_time_unref(day);
}

/* "today", "tomorrow", "monday", "mon": a weekday is the next one, never today. */
static bool
take_day_word(struct reading *r, const char *word)
{
	static const char *const days[] = {
	    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
	int today = g_date_time_get_day_of_week(r->now) - 1, i;

	if (strcmp(word, "today") == 0 || strcmp(word, "tomorrow") == 0) {
		set_day(r, word[2] == 'm');
		return true;
	}
	for (i = 0; i < 7; i++) {
		if (strlen(word) >= 3 && g_str_has_prefix(days[i], word)) {
			set_day(r, (i - today + 6) % 7 + 1);
			return true;
		}
	}
	return false;
}

/* "2026-12-24", "24.12.", "24.12.2026" */
static bool
take_date(struct reading *r, const char *word)
{
	const char *p = word;
	int a, b, c = 0;

	if (!take_number(&p, 4, &a) || (*p != '-' && *p != '.'))
		return false;
	if (*p == '-') {
		p++;
		if (!take_number(&p, 2, &b) || *p++ != '-' || !take_number(&p, 2, &c) ||
		    *p != '\0')
			return false;
		r->year = a;
		r->month = b;
		r->day = c;
		return true;
	}
	p++;
	if (!take_number(&p, 2, &b) || *p++ != '.' ||
	    (*p != '\0' && !take_number(&p, 4, &c)) || *p != '\0')
		return false;
	r->day = a;
	r->month = b;
	r->year = c > 0 ? c : g_date_time_get_year(r->now);
	return true;
}

/* "2h", "90", with the unit in the same word or the next. */
static bool
take_span(struct reading *r, const char *word, const char *unit)
{
	static const struct {
		const char *name;
		int seconds;
	} units[] = {{"s", 1}, {"sec", 1}, {"second", 1}, {"m", 60}, {"min", 60},
	    {"minute", 60}, {"h", 3600}, {"hour", 3600}, {"d", 86400}, {"day", 86400},
	    {"w", 604800}, {"week", 604800}};
	const char *p = word;
	char *single;
	int n;
	size_t i;

	if (!take_number(&p, 6, &n))
		return false;
	if (*p == '\0')
		p = unit != NULL ? unit : "";
	single = g_strdup(p);
	if (strlen(single) > 1 && g_str_has_suffix(single, "s"))
		single[strlen(single) - 1] = '\0';
	for (i = 0; i < G_N_ELEMENTS(units); i++) {
		if (strcmp(single, units[i].name) == 0)
			r->after_s = (gint64)n * units[i].seconds;
	}
	g_free(single);
	return r->after_s >= 0;
}

/* --- the whole --- */

static bool
take_words(struct reading *r, char **words)
{
	size_t i;

	if (words[0] == NULL)
		return false;
	if (strcmp(words[0], "in") == 0)
		return words[1] != NULL && take_span(r, words[1], words[2]) &&
		       (words[2] == NULL || words[3] == NULL);
	if (words[0][0] == '+')
		return take_span(r, words[0] + 1, words[1]);
	for (i = 0; words[i] != NULL; i++) {
		bool good = strcmp(words[i], "at") == 0 ||
			    (r->day == 0 &&
				(take_day_word(r, words[i]) || take_date(r, words[i]))) ||
			    (r->hour < 0 && take_clock(r, words[i]));

		if (!good)
			return false;
	}
	return true;
}

/* The moment; -1 when there is no such day. */
static gint64
moment(struct reading *r)
{
	gint64 now = g_date_time_to_unix(r->now), then;
	bool has_day = r->day != 0;
	GDateTime *t;

	if (r->after_s >= 0)
		return now + r->after_s;
	if (!has_day)
		set_day(r, 0);
	t = g_date_time_new(g_date_time_get_timezone(r->now), r->year, r->month, r->day,
	    r->hour >= 0 ? r->hour : MORNING_H, r->minute, 0);
	if (t == NULL)
		return -1;
	then = g_date_time_to_unix(t);
	if (!has_day && then <= now) {
		GDateTime *next = g_date_time_add_days(t, 1);

		then = g_date_time_to_unix(next);
		g_date_time_unref(next);
	}
	g_date_time_unref(t);
	return then;
}

static gint64
parse_exact(const char *text, GTimeZone *zone)
{
	GDateTime *t = NULL;
	gint64 out = -1;

	if (text[0] == '@' && strspn(text + 1, "0123456789") == strlen(text + 1))
		return g_ascii_strtoll(text + 1, NULL, 10);
	if (strchr(text, 'T') != NULL)
		t = g_date_time_new_from_iso8601(text, zone);
	if (t != NULL)
		out = g_date_time_to_unix(t);
	g_clear_pointer(&t, g_date_time_unref);
	return out;
}

/* Words without empty ones. */
static char **
split(const char *text)
{
	char *lower = g_ascii_strdown(text, -1);
	char **words = words_split(lower, " \t,");

	g_free(lower);
	return words;
}

gint64
when_read(const char *text, GDateTime *now)
{
	struct reading r = {.now = now, .hour = -1, .after_s = -1};
	char **words = split(text);
	gint64 out = parse_exact(text, g_date_time_get_timezone(now));

	if (out < 0 && take_words(&r, words))
		out = moment(&r);
	g_strfreev(words);
	return out;
}

bool
when_parse(const char *text, GDateTime *now, gint64 *out, GError **error)
{
	gint64 now_s = g_date_time_to_unix(now);

	*out = when_read(text, now);
	if (*out < 0)
		*out = later_read(text, now_s);
	if (*out >= now_s && *out - now_s <= LATER_FAR_S)
		return true;
	g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
	    *out < 0 ? "\"%s\" is no time; write 18:30, tomorrow 9:00, monday, "
		       "2026-12-24 18:00 "
		       "or +2h"
		     : "\"%s\" is in the past, or more than ten years away",
	    text);
	return false;
}

json_t *
when_json(gint64 seconds)
{
	GDateTime *when = seconds <= 0 ? NULL : g_date_time_new_from_unix_utc(seconds);
	char *text = when == NULL ? NULL : g_date_time_format_iso8601(when);
	json_t *value = text == NULL ? json_null() : json_string(text);

	g_free(text);
	g_clear_pointer(&when, g_date_time_unref);
	return value;
}

gint64
when_unix(const char *text)
{
	GTimeZone *utc = g_time_zone_new_utc();
	GDateTime *when = text != NULL ? g_date_time_new_from_iso8601(text, utc) : NULL;
	gint64 seconds = when != NULL ? g_date_time_to_unix(when) : -1;

	g_clear_pointer(&when, g_date_time_unref);
	g_time_zone_unref(utc);
	return seconds;
}

/* --- for other programs --- */

static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

const char *
when_month(GDateTime *t)
{
	return months[g_date_time_get_month(t) - 1];
}

const char *
when_day(GDateTime *t)
{
	static const char days[7][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

	return days[g_date_time_get_day_of_week(t) - 1];
}

int
when_month_of(const char *text)
{
	for (int i = 0; i < 12; i++)
		if (g_ascii_strncasecmp(text, months[i], 3) == 0)
			return i + 1;
	return 0;
}

char *
when_date_field(gint64 seconds)
{
	GDateTime *t = g_date_time_new_from_unix_utc(seconds);
	char *text = NULL;

	if (t != NULL)
		text = g_strdup_printf("%s, %02d %s %04d %02d:%02d:%02d +0000", when_day(t),
		    g_date_time_get_day_of_month(t), when_month(t), g_date_time_get_year(t),
		    g_date_time_get_hour(t), g_date_time_get_minute(t), g_date_time_get_second(t));
	g_clear_pointer(&t, g_date_time_unref);
	return text;
}
