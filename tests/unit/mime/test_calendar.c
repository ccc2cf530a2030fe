/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invitations (RFC 5545), the answer to one (RFC 5546 3.2.3), cards (RFC 6350). */
#include "mime/calendar.h"
#include "mime/card.h"

#include "base/limits.h"
#include "mime/content_line.h"

#include <string.h>

#include "lines.h"

static const char request[] =
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n"
    "BEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    "BEGIN:VEVENT\r\nUID:1\\,a@cal.example\r\nSEQUENCE:2\r\n"
    "DTSTART;TZID=Europe/Berlin:20261201T100000\r\nDTEND;TZID=Europe/Berlin:20261201T113000\r\n"
    "SUMMARY:Budget\\, spring\r\n term\r\nLOCATION:Room 5\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n"
    "ORGANIZER;CN=\"Bo; the boss\":mailto:bo@b.example\r\n"
    "ATTENDEE;CN=Ann;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:MAILTO:ann@test.example\r\n"
    "DESCRIPTION:One\\nTwo\r\nBEGIN:VALARM\r\nDESCRIPTION:wake up\r\nEND:VALARM\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n";

static void
test_lines(void)
{
	struct calendar *c = calendar_parse(request, strlen(request));
	GString *out = g_string_new(NULL);
	struct layout l;
	layout_init(&l, 76, 1 << 20, lines_add, out);
	calendar_lines(c, &l);
	g_assert_cmpstr(out->str, ==,
	    "heading|Invitation Budget, springterm\n"
	    "text|When       Tue 2026-12-01 10:00 to 11:30 Europe/Berlin\n"
	    "text|Repeats    FREQ=WEEKLY;COUNT=3\n"
	    "text|Where      Room 5\n"
	    "text|Organizer  Bo; the boss <bo@b.example>\n"
	    "text|Attendees  Ann <ann@test.example>: needs-action\n"
	    "text|\ntext|           One\ntext|           Two\n");
	g_string_free(out, TRUE);
	calendar_free(c);
}

static void
test_when(void)
{
	static const struct {
		const char *lines, *expect;
	} cases[] = {
		{ "DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227",
		    "Thu 2026-12-24 to Sat 2026-12-26" },
		{ "DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261225", "Thu 2026-12-24" },
		{ "DTSTART:20261224T100000Z\nDURATION:PT1H", "Thu 2026-12-24 10:00 to 11:00 +0000" },
		{ "DTSTART:20261224T233000\nDURATION:P1DT1H30M", "Thu 2026-12-24 23:30 to Sat 2026-12-26 01:00" },
		{ "DTSTART;VALUE=DATE:20261224\nDURATION:P1W", "Thu 2026-12-24 to Wed 2026-12-30" },
		{ "DTSTART:20261224T100000Z\nDURATION:1H", "Thu 2026-12-24 10:00, for 1H +0000" },
		{ "DTSTART:20261224T100000Z\nDURATION:P5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W5000W",
		    "Thu 2026-12-24 10:00 to Thu 2122-10-22 10:00 +0000" },
		{ "DTSTART;VALUE=DATE:00010101\nDTEND;VALUE=DATE:00010101", "Mon 1-01-01" },
		{ "DTSTART:20261224T230000\nDTEND:20261225T010000",
		    "Thu 2026-12-24 23:00 to Fri 2026-12-25 01:00" },
		{ "DTSTART:20269999T100000", "20269999T100000" },
		{ "DTSTART:soon", "soon" },
		{ "SUMMARY:x", "" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *text = g_strdup_printf("BEGIN:VEVENT\n%s\nEND:VEVENT\n", cases[i].lines);
		struct calendar *c = calendar_parse(text, strlen(text));
		g_assert_cmpuint(c->events->len, ==, 1);
		char *when = calendar_when(c->events->pdata[0]);
		g_assert_cmpstr(when, ==, cases[i].expect);
		g_assert_null(calendar_request(c));
		g_free(when);
		calendar_free(c);
		g_free(text);
	}
}

static void
test_reply(void)
{
	struct calendar *c = calendar_parse(request, strlen(request));
	const struct calendar_event *e = calendar_request(c);
	g_assert_nonnull(e);
	char *reply = calendar_reply(e, CALENDAR_TENTATIVE, "ann@test.example", "Ann \"T\"", 1764237600);
	g_assert_cmpstr(reply, ==,
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Penfold//Penfold//EN\r\nMETHOD:REPLY\r\n"
	    "BEGIN:VEVENT\r\nUID:1\\,a@cal.example\r\nDTSTAMP:20251127T100000Z\r\nSEQUENCE:2\r\n"
	    "ORGANIZER;CN=\"Bo; the boss\":mailto:bo@b.example\r\n"
	    "ATTENDEE;PARTSTAT=TENTATIVE;CN=\"Ann  T \":mailto:ann@test.example\r\n"
	    "DTSTART;TZID=Europe/Berlin:20261201T100000\r\n"
	    "DTEND;TZID=Europe/Berlin:20261201T113000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
	g_free(reply);
	calendar_free(c);
}

static bool
count(const struct content_line *line, void *user)
{
	(void)line;
	(*(unsigned *)user)++;
	return true;
}

static void
test_limits(void)
{
	GString *text = g_string_new(NULL);
	for (unsigned i = 0; i <= LIMIT_CALENDAR_EVENTS; i++)
		g_string_append(text, "BEGIN:VEVENT\nEND:VEVENT\n");
	struct calendar *c = calendar_parse(text->str, text->len);
	g_assert_cmpuint(c->events->len, ==, LIMIT_CALENDAR_EVENTS);
	g_assert_true(c->is_cut);
	calendar_free(c);
	g_string_truncate(text, 0);
	for (unsigned i = 0; i < LIMIT_CONTENT_LINES; i++)
		g_string_append(text, "A:b\n");
	unsigned n = 0;
	g_assert_true(content_line_each(text->str, text->len, count, &n));
	g_assert_cmpuint(n, ==, LIMIT_CONTENT_LINES);
	g_string_append(text, "A:b\n");
	g_assert_false(content_line_each(text->str, text->len, count, &n));
	g_string_assign(text, "A:");
	while (text->len < LIMIT_CONTENT_LINE)
		g_string_append_c(text, 'x');
	n = 0;
	g_assert_true(content_line_each(text->str, text->len, count, &n));
	g_assert_cmpuint(n, ==, 1);
	g_string_append_c(text, 'x');
	g_string_append(text, "\nB:c\n");
	n = 0;
	(void)content_line_each(text->str, text->len, count, &n); /* cut at the limit, or stopped */
	g_assert_cmpuint(n, <=, 2);
	g_string_free(text, TRUE);
}

static bool
add_address(const char *name, const char *address, void *user)
{
	g_string_append_printf(user, "%s <%s>\n", name, address);
	return true;
}

static void
test_card(void)
{
	static const char cards[] =
	    "BEGIN:VCARD\nVERSION:3.0\nitem1.EMAIL;TYPE=work:bo@b.example\nFN:Bo\\, Jr\n"
	    "ORG:Mill;Flour\nTEL;HOME:123\nNOTE:see https://b.example/x\nEND:VCARD\n"
	    "BEGIN:VCARD\nVERSION:2.1\nFN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:J=C3=B6rg 100%\n"
	    "EMAIL:j@c.example\nEMAIL:k@c.example\nEND:VCARD\n";
	GString *out = g_string_new(NULL);
	struct layout l;
	layout_init(&l, 76, 1 << 20, lines_add, out);
	card_lines(cards, strlen(cards), &l);
	g_assert_cmpstr(out->str, ==,
	    "text|Mail       bo@b.example (work)\nheading|Name       Bo, Jr\n"
	    "text|Company    Mill, Flour\ntext|Telephone  123 (HOME)\n"
	    "text|Note       see https://b.example/x\ntext|\n"
	    "heading|Name       J\303\266rg 100 \ntext|Mail       j@c.example\n"
	    "text|Mail       k@c.example\n");
	g_string_truncate(out, 0);
	card_addresses(cards, strlen(cards), add_address, out);
	g_assert_cmpstr(out->str, ==,
	    "Bo, Jr <bo@b.example>\nJ\303\266rg 100  <j@c.example>\nJ\303\266rg 100  <k@c.example>\n");
	g_string_free(out, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_setenv("TZ", "UTC", TRUE);
	g_test_add_func("/calendar/lines", test_lines);
	g_test_add_func("/calendar/when", test_when);
	g_test_add_func("/calendar/reply", test_reply);
	g_test_add_func("/calendar/limits", test_limits);
	g_test_add_func("/calendar/card", test_card);
	return g_test_run();
}
