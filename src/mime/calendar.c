/* SPDX-License-Identifier: GPL-3.0-or-later */
/* calendar.c - the events of an iCalendar object. Components nest, but only whose child a line is
 * matters: a depth is counted, nothing recurses. */
#include "mime/calendar.h"

#include "base/limits.h"
#include "mime/content_line.h"

#include <string.h>

struct reading {
	struct calendar *calendar;
	struct calendar_event *event; /* that is open, or NULL */
	unsigned depth;	/* of components inside the event (alarms) */
};

static void
person_clear(void *p)
{
	struct calendar_person *person = p;
	g_free(person->address);
	g_free(person->name);
	g_free(person->status);
}

static void
event_free(void *p)
{
	struct calendar_event *e = p;
	char *texts[] = { e->uid, e->summary, e->location, e->description, e->status, e->url,
		e->rrule, e->start, e->end, e->duration, e->start_zone, e->end_zone, e->raw_uid,
		e->raw_start, e->raw_end, e->raw_recurrence, e->raw_organizer, e->raw_sequence };
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	person_clear(&e->organizer);
	g_array_unref(e->people);
	g_free(e);
}

static void
set_text(char **slot, const struct content_line *line)
{
	g_free(*slot);
	*slot = content_line_text(line->value);
}

static void
set_raw(char **slot, const char *text)
{
	g_free(*slot);
	*slot = g_strdup(text);
}

static void
read_person(struct calendar_person *p, const struct content_line *line)
{
	const char *status = content_line_param(line, "PARTSTAT");
	const char *name = content_line_param(line, "CN");
	bool is_mail = g_ascii_strncasecmp(line->value, "mailto:", 7) == 0;
	person_clear(p);
	p->address = g_strdup(is_mail ? line->value + 7 : line->value);
	p->name = name && *name ? g_strdup(name) : NULL;
	p->status = status ? g_ascii_strdown(status, -1) : NULL;
}

static void
read_attendee(struct calendar_event *e, const struct content_line *line)
{
	struct calendar_person p = { NULL, NULL, NULL };
	if (e->people->len >= LIMIT_CALENDAR_PEOPLE)
		return;
	read_person(&p, line);
	g_array_append_val(e->people, p);
}

static bool
read_text(struct calendar_event *e, const struct content_line *line)
{
	const struct {
		const char *name;
		char **slot;
	} texts[] = { { "UID", &e->uid }, { "SUMMARY", &e->summary },
		{ "LOCATION", &e->location }, { "DESCRIPTION", &e->description },
		{ "STATUS", &e->status }, { "URL", &e->url } };
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		if (strcmp(texts[i].name, line->name) == 0) {
			set_text(texts[i].slot, line);
			return true;
		}
	}
	return false;
}

static void
read_property(struct calendar_event *e, const struct content_line *line)
{
	const char *name = line->name;
	if (strcmp(name, "UID") == 0)
		set_raw(&e->raw_uid, line->raw);
	if (read_text(e, line))
		return;
	if (strcmp(name, "DTSTART") == 0) {
		set_raw(&e->start, line->value);
		set_raw(&e->start_zone, content_line_param(line, "TZID"));
		set_raw(&e->raw_start, line->raw);
	} else if (strcmp(name, "DTEND") == 0 || strcmp(name, "DUE") == 0) {
		set_raw(&e->end, line->value);
		set_raw(&e->end_zone, content_line_param(line, "TZID"));
		set_raw(&e->raw_end, line->raw);
	} else if (strcmp(name, "DURATION") == 0) {
		set_raw(&e->duration, line->value);
	} else if (strcmp(name, "RRULE") == 0) {
		set_raw(&e->rrule, line->value);
	} else if (strcmp(name, "RECURRENCE-ID") == 0) {
		set_raw(&e->raw_recurrence, line->raw);
	} else if (strcmp(name, "SEQUENCE") == 0) {
		set_raw(&e->raw_sequence, line->raw);
	} else if (strcmp(name, "ORGANIZER") == 0) {
		set_raw(&e->raw_organizer, line->raw);
		read_person(&e->organizer, line);
	} else if (strcmp(name, "ATTENDEE") == 0) {
		read_attendee(e, line);
	}
}

static void
begin_event(struct reading *r, bool is_task)
{
	struct calendar_event *e = g_new0(struct calendar_event, 1);
	e->people = g_array_new(FALSE, FALSE, sizeof(struct calendar_person));
	g_array_set_clear_func(e->people, person_clear);
	e->is_task = is_task;
	g_ptr_array_add(r->calendar->events, e);
	r->event = e;
	r->depth = 0;
}

static bool
read_line(const struct content_line *line, void *user)
{
	struct reading *r = user;
	bool is_begin = strcmp(line->name, "BEGIN") == 0;
	bool is_end = strcmp(line->name, "END") == 0;
	bool is_task = g_ascii_strcasecmp(line->value, "VTODO") == 0;
	if (!r->event && is_begin &&
	    (is_task || g_ascii_strcasecmp(line->value, "VEVENT") == 0)) {
		if (r->calendar->events->len >= LIMIT_CALENDAR_EVENTS) {
			r->calendar->is_cut = true;
			return false;
		}
		begin_event(r, is_task);
	} else if (!r->event) {
		if (strcmp(line->name, "METHOD") == 0 && !r->calendar->method)
			r->calendar->method = g_ascii_strup(line->value, -1);
	} else if (is_begin) {
		r->depth++;
	} else if (is_end && r->depth == 0) {
		r->event = NULL;
	} else if (is_end) {
		r->depth--;
	} else if (r->depth == 0) {
		read_property(r->event, line);
	}
	return true;
}

struct calendar *
calendar_parse(const char *utf8, size_t len)
{
	struct calendar *c = g_new0(struct calendar, 1);
	struct reading r = { c, NULL, 0 };
	c->events = g_ptr_array_new_with_free_func(event_free);
	if (!content_line_each(utf8, len, read_line, &r))
		c->is_cut = true;
	return c;
}

void
calendar_free(struct calendar *c)
{
	if (!c)
		return;
	g_ptr_array_unref(c->events);
	g_free(c->method);
	g_free(c);
}

const struct calendar_event *
calendar_request(const struct calendar *c)
{
	const struct calendar_event *e = c->events->len > 0 ? c->events->pdata[0] : NULL;
	bool may = e && e->uid && e->organizer.address && strchr(e->organizer.address, '@') &&
	    g_strcmp0(c->method, "REQUEST") == 0;
	return may ? e : NULL;
}
