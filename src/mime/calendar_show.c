/* SPDX-License-Identifier: GPL-3.0-or-later */
/* calendar_show.c - events in words, and the answer to one. */
#include "mime/calendar.h"

#include "base/jsonl.h"
#include "base/safe_text.h"
#include "mime/links.h"

#include <stdio.h>
#include <string.h>

#define MAX_PEOPLE_SHOWN 40u
#define FOLD_BYTES 75u /* RFC 5545 3.1 */
#define MAX_MINUTES (5000 * 7 * 24 * 60) /* of a duration: a century */

/* "20261201", "20261201T100000", the same with Z. */
struct stamp {
	int year, month, day, hour, minute;
	bool has_time, is_utc;
};

static bool
read_stamp(const char *text, struct stamp *s)
{
	memset(s, 0, sizeof(*s));
	if (!text || sscanf(text, "%4d%2d%2d", &s->year, &s->month, &s->day) != 3 ||
	    strspn(text, "0123456789") != 8)
		return false;
	s->has_time = text[8] == 'T' && sscanf(text + 9, "%2d%2d", &s->hour, &s->minute) == 2;
	s->is_utc = s->has_time && strlen(text) > 9 && text[strlen(text) - 1] == 'Z';
	return g_date_valid_dmy((GDateDay)s->day, (GDateMonth)s->month, (GDateYear)s->year);
}

static GDateTime *
date_of(const struct stamp *s)
{
	GDateTime *utc = g_date_time_new_utc(s->year, s->month, s->day, s->hour, s->minute, 0);
	if (!utc || !s->is_utc)
		return utc;
	GDateTime *local = g_date_time_to_local(utc);
	g_date_time_unref(utc);
	return local;
}

/* The name of the zone a stamp is in, or "" for a floating time. Owned. */
static char *
zone_words(const struct stamp *s, const char *tzid, GDateTime *date)
{
	if (!s->has_time)
		return g_strdup("");
	if (s->is_utc)
		return g_date_time_format(date, " %z");
	return tzid ? g_strdup_printf(" %s", tzid) : g_strdup("");
}

/* "PT1H30M", "P1W", "P2DT6H" (RFC 5545 3.3.6), in minutes; false for what is none, or goes back. */
static bool
read_duration(const char *text, int *minutes_out)
{
	static const struct {
		char unit;
		bool is_time;
		int minutes;
	} units[] = { { 'W', false, 7 * 24 * 60 }, { 'D', false, 24 * 60 }, { 'H', true, 60 }, { 'M', true, 1 },
		{ 'S', true, 0 } };
	bool is_time = false, found = false;
	if (!text || *text++ != 'P')
		return false;
	for (*minutes_out = 0; *text; text++) {
		if (*text == 'T' && !is_time) {
			is_time = true;
			continue;
		}
		char *end;
		guint64 n = g_ascii_isdigit(*text) ? g_ascii_strtoull(text, &end, 10) : 100000;
		if (n >= 100000)
			return false;
		size_t i = 0;
		while (i < G_N_ELEMENTS(units) && (units[i].unit != *end || units[i].is_time != is_time))
			i++;
		if (i == G_N_ELEMENTS(units))
			return false;
		*minutes_out = MIN(*minutes_out + MIN((int)n, 5000) * units[i].minutes, MAX_MINUTES);
		found = true;
		text = end;
	}
	return found;
}

static GDateTime *
last_of(const struct calendar_event *e, const struct stamp *start, GDateTime *first, struct stamp *end_out)
{
	int minutes;
	if (read_stamp(e->end, end_out))
		return date_of(end_out);
	*end_out = *start;
	return read_duration(e->duration, &minutes) ? g_date_time_add_minutes(first, minutes) : NULL;
}

static char *
end_words(const struct calendar_event *e, const struct stamp *start, GDateTime *first)
{
	struct stamp end;
	GDateTime *last = last_of(e, start, first, &end);
	char *out = NULL;
	if (!last)
		return e->duration ? g_strdup_printf(", for %s", e->duration) : g_strdup("");
	if (!end.has_time) { /* the end is the day after (RFC 5545 3.6.1) */
		GDateTime *before = g_date_time_add_days(last, -1);
		g_date_time_unref(last);
		last = before;
	}
	if (!last) /* the day before the first of all */
		return g_strdup("");
	bool same_day = g_date_time_get_year(first) == g_date_time_get_year(last) &&
	    g_date_time_get_day_of_year(first) == g_date_time_get_day_of_year(last);
	if (!end.has_time)
		out = same_day ? g_strdup("") : g_date_time_format(last, " to %a %Y-%m-%d");
	else
		out = g_date_time_format(last, same_day ? " to %H:%M" : " to %a %Y-%m-%d %H:%M");
	g_date_time_unref(last);
	return out;
}

char *
calendar_when(const struct calendar_event *e)
{
	struct stamp s;
	GDateTime *first = read_stamp(e->start, &s) ? date_of(&s) : NULL;
	if (!first)
		return g_strdup(e->start ? e->start : "");
	char *begin = g_date_time_format(first, s.has_time ? "%a %Y-%m-%d %H:%M" : "%a %Y-%m-%d");
	char *end = end_words(e, &s, first);
	char *zone = zone_words(&s, e->start_zone, first);
	char *out = g_strconcat(begin, end, zone, NULL);
	g_free(zone);
	g_free(end);
	g_free(begin);
	g_date_time_unref(first);
	return out;
}

static void
row(struct layout *l, const char *label, const char *text, enum line_style style)
{
	if (!text || !*text)
		return;
	char *display = safe_line(text);
	char *prefix = g_strdup_printf("%-11s", label);
	if (l->links)
		links_find(l->links, display);
	layout_wrap(l, prefix, "           ", display, style);
	g_free(prefix);
	g_free(display);
}

static char *
person_words(const struct calendar_person *p)
{
	char *who = p->name ? g_strdup_printf("%s <%s>", p->name, p->address)
			    : g_strdup(p->address ? p->address : "");
	char *out = p->status ? g_strdup_printf("%s: %s", who, p->status) : g_strdup(who);
	g_free(who);
	return out;
}

static void
people_lines(const struct calendar_event *e, struct layout *l)
{
	for (guint i = 0; i < MIN(e->people->len, MAX_PEOPLE_SHOWN); i++) {
		char *words = person_words(&g_array_index(e->people, struct calendar_person, i));
		row(l, i == 0 ? "Attendees" : "", words, LINE_TEXT);
		g_free(words);
	}
	if (e->people->len > MAX_PEOPLE_SHOWN)
		layout_note(l, "and %u more", e->people->len - MAX_PEOPLE_SHOWN);
}

static void
description_lines(const struct calendar_event *e, struct layout *l)
{
	char **lines = g_strsplit(e->description ? e->description : "", "\n", -1);
	if (lines[0])
		layout_line(l, "", LINE_TEXT);
	for (size_t i = 0; lines[i] && !l->stopped; i++)
		row(l, "", *lines[i] ? lines[i] : " ", LINE_TEXT);
	g_strfreev(lines);
}

static const char *
method_words(const struct calendar *c, const struct calendar_event *e)
{
	static const struct {
		const char *method, *words;
	} known[] = { { "REQUEST", "Invitation" }, { "REPLY", "Answer" }, { "CANCEL", "Cancelled" },
		{ "COUNTER", "Proposal" }, { "DECLINECOUNTER", "Refused" } };
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
		if (g_strcmp0(c->method, known[i].method) == 0)
			return known[i].words;
	return e->is_task ? "Task" : "Event";
}

void
calendar_lines(const struct calendar *c, struct layout *l)
{
	for (guint i = 0; i < c->events->len && !l->stopped; i++) {
		const struct calendar_event *e = c->events->pdata[i];
		char *when = calendar_when(e);
		char *who = person_words(&e->organizer);
		if (i > 0)
			layout_line(l, "", LINE_TEXT);
		row(l, method_words(c, e), e->summary ? e->summary : "(no title)", LINE_HEADING);
		row(l, "When", when, LINE_TEXT);
		row(l, "Repeats", e->rrule, LINE_TEXT);
		row(l, "Where", e->location, LINE_TEXT);
		row(l, "Status", e->status, LINE_TEXT);
		row(l, "Organizer", who, LINE_TEXT);
		people_lines(e, l);
		row(l, "Page", e->url, LINE_LINK);
		description_lines(e, l);
		g_free(who);
		g_free(when);
	}
	if (c->events->len == 0)
		layout_note(l, "there is no event in this calendar");
	if (c->is_cut)
		layout_note(l, "the calendar is longer; the rest is not shown");
}

json_t *
calendar_json(const struct calendar *c)
{
	const struct calendar_event *e = c->events->len > 0 ? c->events->pdata[0] : NULL;
	if (!e)
		return NULL;
	char *when = calendar_when(e);
	json_t *out = json_pack("{s:o, s:o, s:o, s:o, s:o, s:b}", "method",
	    jsonl_text(c->method, -1), "uid", jsonl_text(e->uid, -1), "summary",
	    jsonl_text(e->summary, -1), "when", jsonl_text(when, -1), "organizer",
	    jsonl_text(e->organizer.address, -1), "may_answer", calendar_request(c) != NULL);
	g_free(when);
	return out;
}

/* the answer */

const char *
calendar_answer_word(enum calendar_answer answer)
{
	static const char *const words[] = { "Accepted", "Tentative", "Declined" };
	return words[answer];
}

/* A line of ours, folded between characters (RFC 5545 3.1). */
static void
put_line(GString *out, const char *line)
{
	size_t used = 0;
	for (const char *p = line; *p;) {
		size_t n = (size_t)(g_utf8_next_char(p) - p);
		if (used + n > FOLD_BYTES) {
			g_string_append(out, "\r\n ");
			used = 1;
		}
		if ((guchar)*p >= ' ')
			g_string_append_len(out, p, (gssize)n);
		used += n;
		p += n;
	}
	g_string_append(out, "\r\n");
}

static void
put_if(GString *out, const char *line)
{
	if (line)
		put_line(out, line);
}

static char *
stamp_line(gint64 stamp)
{
	GDateTime *now = g_date_time_new_from_unix_utc(stamp);
	char *line = g_date_time_format(now, "DTSTAMP:%Y%m%dT%H%M%SZ");
	g_date_time_unref(now);
	return line;
}

char *
calendar_reply(const struct calendar_event *e, enum calendar_answer answer, const char *address,
    const char *name, gint64 stamp)
{
	static const char *const status[] = { "ACCEPTED", "TENTATIVE", "DECLINED" };
	GString *out = g_string_new("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
				    "PRODID:-//Penfold//Penfold//EN\r\nMETHOD:REPLY\r\n");
	char *plain = g_strdelimit(g_strdup(name ? name : ""), "\"\r\n", ' ');
	char *attendee = *plain
	    ? g_strdup_printf("ATTENDEE;PARTSTAT=%s;CN=\"%s\":mailto:%s", status[answer], plain,
		  address)
	    : g_strdup_printf("ATTENDEE;PARTSTAT=%s:mailto:%s", status[answer], address);
	char *dtstamp = stamp_line(stamp);
	g_string_append(out, e->is_task ? "BEGIN:VTODO\r\n" : "BEGIN:VEVENT\r\n");
	put_line(out, e->raw_uid);
	put_line(out, dtstamp);
	put_if(out, e->raw_sequence);
	put_if(out, e->raw_organizer);
	put_line(out, attendee);
	put_if(out, e->raw_recurrence);
	put_if(out, e->raw_start);
	put_if(out, e->raw_end);
	g_string_append(out, e->is_task ? "END:VTODO\r\n" : "END:VEVENT\r\n");
	g_string_append(out, "END:VCALENDAR\r\n");
	g_free(dtstamp);
	g_free(attendee);
	g_free(plain);
	return g_string_free(out, FALSE);
}
