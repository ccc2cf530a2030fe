/* SPDX-License-Identifier: GPL-3.0-or-later */
/* later.c - times that people name, and the tags that put a thread off. */
#include "base/later.h"

#include "base/when.h"

#include <string.h>

#define MORNING	    8
#define EVENING	    18
#define MAX_WORDS   6
#define TAG_TIME    "%Y-%m-%dT%H:%MZ"
#define TAG_TIME_LEN 17 /* "2026-12-01T08:00Z" */

static const char *const weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
    "oct", "nov", "dec"};

/* What has been read so far. */
struct reading {
	GDateTime *now;
	GDateTime *at; /* the day, NULL for none yet */
	int hour, minute; /* -1: not said */
	bool has_clock; /* a time of day was said */
	bool is_exact; /* a time so far from now: keeps its minutes */
};

/* "mon", "monday": the number of the word that text begins with or is, -1 for none. */
static int
find_word(const char *text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(text) >= 3 && g_str_has_prefix(text, words[i]))
			return (int)i;
	return -1;
}

static bool
is_number(const char *text, int min, int max, int *out)
{
	guint64 n;
	if (!g_ascii_string_to_unsigned(text, 10, (guint64)min, (guint64)max, &n, NULL))
		return false;
	*out = (int)n;
	return true;
}

static void
set_day(struct reading *r, GDateTime *day)
{
	if (r->at != NULL)
		g_date_time_unref(r->at);
	r->at = day;
}

/* "18:00", "9.30" */
static bool
read_clock(struct reading *r, const char *word)
{
	char **parts = g_strsplit_set(word, ":.", 2);
	bool ok = !r->has_clock && parts[0] != NULL && parts[1] != NULL && strlen(parts[1]) == 2 &&
	    is_number(parts[0], 0, 23, &r->hour) && is_number(parts[1], 0, 59, &r->minute);
	g_strfreev(parts);
	if (!ok && !r->has_clock)
		r->hour = r->minute = -1;
	r->has_clock = r->has_clock || ok;
	return ok;
}

/* n of a unit from now: days and more are days, hours and minutes are exact. */
static bool
read_span(struct reading *r, int n, const char *unit)
{
	GDateTime *at = NULL;
	if (g_str_equal(unit, "m") || g_str_has_prefix(unit, "min"))
		at = g_date_time_add_minutes(r->now, n);
	else if (*unit == 'h')
		at = g_date_time_add_hours(r->now, n);
	r->is_exact = at != NULL;
	if (at == NULL && *unit == 'd')
		at = g_date_time_add_days(r->now, n);
	else if (at == NULL && *unit == 'w')
		at = g_date_time_add_weeks(r->now, n);
	else if (at == NULL && g_str_has_prefix(unit, "mon"))
		at = g_date_time_add_months(r->now, n);
	else if (at == NULL && *unit == 'y')
		at = g_date_time_add_years(r->now, n);
	if (at != NULL)
		set_day(r, at);
	return at != NULL;
}

/* "24 dec", "dec 24": this year's, or the next one's. */
static bool
read_month_day(struct reading *r, int month, int day)
{
	int year = g_date_time_get_year(r->now);
	for (int i = 0; i < 2; i++) {
		GDateTime *at = g_date_time_new_local(year + i, month + 1, day, 23, 59, 0);
		if (at != NULL && g_date_time_compare(at, r->now) > 0) {
			set_day(r, at);
			return true;
		}
		if (at != NULL)
			g_date_time_unref(at);
	}
	return false;
}

/* "2026-12-24" */
static bool
read_iso(struct reading *r, const char *word)
{
	char **parts = g_strsplit(word, "-", 3);
	int y, m, d;
	bool ok = g_strv_length(parts) == 3 && is_number(parts[0], 1970, 9998, &y) &&
	    is_number(parts[1], 1, 12, &m) && is_number(parts[2], 1, 31, &d);
	GDateTime *at = ok ? g_date_time_new_local(y, m, d, 0, 0, 0) : NULL;
	g_strfreev(parts);
	if (at != NULL)
		set_day(r, at);
	return at != NULL;
}

static bool
read_weekday(struct reading *r, int weekday)
{
	int ahead = (weekday + 1 - g_date_time_get_day_of_week(r->now) + 7) % 7;
	set_day(r, g_date_time_add_days(r->now, ahead == 0 ? 7 : ahead));
	return true;
}

/* Words that stand alone. */
static bool
read_name(struct reading *r, const char *word)
{
	static const struct {
		const char *word;
		int days, hour;
	} names[] = {{"today", 0, EVENING}, {"tonight", 0, EVENING}, {"evening", 0, EVENING},
	    {"tomorrow", 1, -1}, {"tom", 1, -1}};
	int weekday = find_word(word, weekdays, G_N_ELEMENTS(weekdays));
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (!g_str_equal(word, names[i].word))
			continue;
		set_day(r, g_date_time_add_days(r->now, names[i].days));
		if (r->hour < 0 && names[i].hour >= 0) {
			r->hour = names[i].hour;
			r->minute = 0;
		}
		return true;
	}
	if (g_str_equal(word, "weekend"))
		return read_weekday(r, 5);
	return weekday >= 0 && read_weekday(r, weekday);
}

/* "3d": a number with its unit in one word. */
static bool
read_joined_span(struct reading *r, const char *word)
{
	size_t n_digits = strspn(word, "0123456789");
	int n;
	if (n_digits == 0 || word[n_digits] == '\0')
		return false;
	char *digits = g_strndup(word, n_digits);
	bool ok = is_number(digits, 1, 9999, &n) && read_span(r, n, word + n_digits);
	g_free(digits);
	return ok;
}

/* One word or two; how many were read, 0 when they mean nothing. */
static size_t
read_words(struct reading *r, char **words)
{
	const char *w = words[0], *next = words[1] != NULL ? words[1] : "";
	int n, month;
	if (g_str_equal(w, "in") || g_str_equal(w, "at") || g_str_equal(w, "on") ||
	    g_str_equal(w, "until") || g_str_equal(w, "by"))
		return 1;
	if (g_str_equal(w, "next") && g_str_equal(next, "week"))
		return read_weekday(r, 0) ? 2 : 0;
	if (g_str_equal(w, "next") && (g_str_equal(next, "month") || g_str_equal(next, "year")))
		return read_span(r, 1, next) ? 2 : 0;
	if (g_str_equal(w, "next"))
		return 1;
	if (is_number(w, 1, 31, &n) &&
	    (month = find_word(next, months, G_N_ELEMENTS(months))) >= 0)
		return read_month_day(r, month, n) ? 2 : 0;
	if ((month = find_word(w, months, G_N_ELEMENTS(months))) >= 0 && is_number(next, 1, 31, &n))
		return read_month_day(r, month, n) ? 2 : 0;
	if (is_number(w, 1, 9999, &n) && *next != '\0')
		return read_span(r, n, next) ? 2 : 0;
	return read_clock(r, w) || read_iso(r, w) || read_joined_span(r, w) || read_name(r, w) ? 1 : 0;
}

/* The time that all the words together name, NULL for none. */
static GDateTime *
put_together(const struct reading *r)
{
	GDateTime *day = r->at != NULL ? r->at : r->hour >= 0 ? r->now : NULL;
	if (day == NULL)
		return NULL;
	if (r->is_exact && r->hour < 0)
		return g_date_time_ref(day);
	GDateTime *at = g_date_time_new_local(g_date_time_get_year(day), g_date_time_get_month(day),
	    g_date_time_get_day_of_month(day), r->hour >= 0 ? r->hour : MORNING, MAX(r->minute, 0), 0);
	/* a bare time of day that is over means tomorrow's */
	if (at != NULL && r->at == NULL && g_date_time_compare(at, r->now) <= 0) {
		GDateTime *tomorrow = g_date_time_add_days(at, 1);
		g_date_time_unref(at);
		return tomorrow;
	}
	return at;
}

gint64
later_read(const char *text, gint64 now)
{
	struct reading r = {.now = g_date_time_new_from_unix_local(now), .hour = -1, .minute = -1};
	char *lower = g_ascii_strdown(text, -1);
	char **words = g_strsplit_set(g_strstrip(lower), " \t,", MAX_WORDS);
	bool ok = r.now != NULL && words[0] != NULL;
	for (size_t i = 0, n; ok && words[i] != NULL; i += n) {
		n = *words[i] == '\0' ? 1 : read_words(&r, words + i);
		ok = n > 0;
	}
	GDateTime *at = ok ? put_together(&r) : NULL;
	gint64 when = at != NULL ? g_date_time_to_unix(at) : -1;
	g_clear_pointer(&at, g_date_time_unref);
	g_clear_pointer(&r.at, g_date_time_unref);
	g_clear_pointer(&r.now, g_date_time_unref);
	g_strfreev(words);
	g_free(lower);
	return when;
}

bool
later_parse(const char *text, gint64 now, gint64 *when_out, GError **error)
{
	GDateTime *local = g_date_time_new_from_unix_local(now);
	*when_out = later_read(text, now);
	if (*when_out < 0 && local != NULL)
		*when_out = when_read(text, local);
	g_clear_pointer(&local, g_date_time_unref);
	if (*when_out > now && *when_out - now <= LATER_FAR_S)
		return true;
	g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
	    *when_out < 0	? "\"%s\" names no time: write 18:00, tomorrow, fri 9:30, 3d, next "
				  "week, 24 dec or 2026-12-24"
		: *when_out > now ? "\"%s\" is more than ten years away"
				  : "\"%s\" is over already",
	    text);
	return false;
}

char *
later_words(gint64 when)
{
	GDateTime *at = g_date_time_new_from_unix_local(when);
	char *text = at != NULL ? g_date_time_format(at, "%a %-e %b %H:%M") : NULL;
	if (at != NULL)
		g_date_time_unref(at);
	return text != NULL ? text : g_strdup("");
}

/* tags */

char *
later_tag(const char *prefix, gint64 when)
{
	GDateTime *at = g_date_time_new_from_unix_utc(when);
	char *time = at != NULL ? g_date_time_format(at, TAG_TIME) : g_strdup("");
	char *tag = g_strconcat(prefix, time, NULL);
	if (at != NULL)
		g_date_time_unref(at);
	g_free(time);
	return tag;
}

gint64
later_tag_time(const char *tag, const char *prefix)
{
	if (!g_str_has_prefix(tag, prefix))
		return -1;
	GTimeZone *utc = g_time_zone_new_utc();
	char *time = g_strndup(tag + strlen(prefix), TAG_TIME_LEN - 1);
	/* GLib wants seconds */
	char *whole = g_strconcat(time, ":00Z", NULL);
	GDateTime *at = strlen(tag) == strlen(prefix) + TAG_TIME_LEN
	    ? g_date_time_new_from_iso8601(whole, utc)
	    : NULL;
	gint64 when = at != NULL ? g_date_time_to_unix(at) : -1;
	if (at != NULL)
		g_date_time_unref(at);
	g_free(whole);
	g_free(time);
	g_time_zone_unref(utc);
	return when;
}

gint64
later_of_tags(const char *tags, const char *prefix)
{
	gint64 latest = -1;
	for (const char *p = tags; (p = strstr(p, prefix)) != NULL; p++) {
		if (p != tags && p[-1] != ' ')
			continue;
		char *tag = g_strndup(p, strcspn(p, " "));
		latest = MAX(latest, later_tag_time(tag, prefix));
		g_free(tag);
	}
	return latest;
}

bool
later_sleeps(const char *tags, gint64 now)
{
	return strstr(tags, LATER_SNOOZE) != NULL && later_of_tags(tags, LATER_SNOOZE) > now;
}
