/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reply_invitation.c - the answer to an invitation. */
#include "mime/reply_invitation.h"

#include "base/error.h"
#include "base/jsonl.h"
#include "mime/body.h"
#include "mime/reply_people.h"

#include <string.h>

/* The mailbox of ours that was invited, borrowed; the one the message was written to when none is. */
static const char *
invited(const struct calendar_event *e, const struct reply_opts *opts, const char *fallback)
{
	for (const char *const *p = opts->own; p && *p; p++) {
		GPtrArray *list = header_addresses(*p, NULL);
		const struct header_address *own = list->len > 0 ? list->pdata[0] : NULL;
		bool found = false;
		for (guint i = 0; own && i < e->people->len && !found; i++)
			found = g_ascii_strcasecmp(own->address,
				    g_array_index(e->people, struct calendar_person, i).address) == 0;
		g_ptr_array_unref(list);
		if (found)
			return *p;
	}
	return fallback;
}

static char *
without_breaks(char *text)
{
	for (char *p = text; *p; p++)
		if ((guchar)*p < ' ' || *p == 127)
			*p = ' ';
	return text;
}

static json_t *
draft_of(const struct calendar_event *e, enum calendar_answer answer, const char *from)
{
	GPtrArray *list = header_addresses(from, NULL);
	const struct header_address *me = list->len > 0 ? list->pdata[0] : NULL;
	char *text = calendar_reply(e, answer, me ? me->address : from, me ? me->name : NULL,
	    g_get_real_time() / G_USEC_PER_SEC);
	char *to = reply_people_mailbox(e->organizer.name, e->organizer.address);
	char *subject = g_strdup_printf("%s: %s", calendar_answer_word(answer),
	    e->summary ? e->summary : "");
	char *when = calendar_when(e);
	char *body = g_strdup_printf("%s: %s\n%s\n", calendar_answer_word(answer),
	    e->summary ? e->summary : "", when);
	json_t *draft = json_pack("{s:o, s:[o], s:[], s:o, s:o, s:{s:s, s:o}}", "from",
	    jsonl_text(from, -1), "to", jsonl_text(without_breaks(to), -1), "cc", "subject",
	    jsonl_text(without_breaks(subject), -1), "body", jsonl_text(body, -1), "calendar",
	    "method", "REPLY", "text", jsonl_text(text, -1));
	g_free(body);
	g_free(when);
	g_free(subject);
	g_free(to);
	g_free(text);
	g_ptr_array_unref(list);
	return draft;
}

json_t *
reply_invitation(const struct source *s, const struct reply_opts *opts, GError **error)
{
	bool is_body;
	struct calendar *c = s->message ? body_calendar(s->message, &is_body) : NULL;
	const struct calendar_event *e = c ? calendar_request(c) : NULL;
	struct reply_people people;
	json_t *draft = NULL;
	reply_people_init(&people, s->header, opts);
	const char *from = e ? invited(e, opts, people.from) : NULL;
	if (from)
		draft = draft_of(e, (enum calendar_answer)(opts->mode - REPLY_ACCEPT), from);
	else
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND,
		    "there is no invitation to answer in the message");
	reply_people_fini(&people);
	calendar_free(c);
	return draft;
}
