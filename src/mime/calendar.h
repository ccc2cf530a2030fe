/* SPDX-License-Identifier: GPL-3.0-or-later */
/* calendar.h - invitations: the events of an iCalendar object (RFC 5545) as a person reads them, and the
 * answer to one (RFC 5546 3.2.3). */
#ifndef PENFOLD_MIME_CALENDAR_H
#define PENFOLD_MIME_CALENDAR_H

#include "mime/layout.h"

#include <jansson.h>

struct calendar_person {
	char *address; /* addr-spec, or the URI when it is no mailto: */
	char *name;    /* or NULL */
	char *status;  /* PARTSTAT, lower case, or NULL */
};

struct calendar_event {
	char *uid, *summary, *location, *description, *status, *url, *rrule; /* text, or NULL */
	char *start, *end, *duration;	 /* as they stand: "20261201T100000" */
	char *start_zone, *end_zone;	 /* TZID, or NULL */
	/* lines that an answer repeats as they stood (RFC 5546 3.2.3), or NULL */
	char *raw_uid, *raw_start, *raw_end, *raw_recurrence, *raw_organizer, *raw_sequence;
	struct calendar_person organizer;
	GArray *people; /* struct calendar_person */
	bool is_task;	/* VTODO */
};

struct calendar {
	char *method;	    /* upper case, or NULL */
	GPtrArray *events;  /* struct calendar_event */
	bool is_cut;	    /* past a limit: there is more */
};

/* utf8: the text of the part. Never NULL. */
struct calendar *
calendar_parse(const char *utf8, size_t len);
void
calendar_free(struct calendar *c);

/* When an event is, in words, its zone named; UTC is given in local time. Owned. */
char *
calendar_when(const struct calendar_event *e);
/* All events as lines. */
void
calendar_lines(const struct calendar *c, struct layout *l);
/* {method, uid, summary, when, organizer, may_answer}; NULL when there is no event. New reference. */
json_t *
calendar_json(const struct calendar *c);

enum calendar_answer { CALENDAR_ACCEPT, CALENDAR_TENTATIVE, CALENDAR_DECLINE };

/* Who may be answered with what: the first event of a REQUEST with an organizer. */
const struct calendar_event *
calendar_request(const struct calendar *c);
/* METHOD:REPLY for an event, CRLF line ends. address: the attendee who answers. stamp: Unix seconds.
 * Owned. */
char *
calendar_reply(const struct calendar_event *e, enum calendar_answer answer, const char *address,
    const char *name, gint64 stamp);
/* "Accepted", "Tentative", "Declined". Static. */
const char *
calendar_answer_word(enum calendar_answer answer);

#endif
