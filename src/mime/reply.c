/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reply.c - the draft of an answer: people, subject, thread, quoted text. */
#include "mime/reply.h"

#include "base/error.h"
#include "base/jsonl.h"
#include "mime/reply_invitation.h"
#include "mime/reply_people.h"
#include "mime/show.h"

#include <string.h>

#define MAX_QUOTED (1u << 20)	/* bytes of text that are quoted */
#define MAX_REFERENCES 20u	/* ids kept: the first and the newest */
#define MAX_REFERENCES_BYTES 3000u
#define QUOTE_COLUMNS 2 /* of "> " */
#define KEPT_COLUMNS  76 /* lines up to here stand as they stood: mail is written so (RFC 5322 2.1.1) */

bool
reply_mode_find(const char *name, enum reply_mode *mode_out)
{
	static const char *const names[] = {
		[REPLY_SENDER] = "reply",
		[REPLY_ALL] = "all",
		[REPLY_LIST] = "list",
		[REPLY_FORWARD] = "forward",
		[REPLY_FORWARD_ATTACHED] = "forward-attached",
		[REPLY_EDIT] = "edit",
		[REPLY_ACCEPT] = "accept",
		[REPLY_TENTATIVE] = "tentative",
		[REPLY_DECLINE] = "decline",
	};
	for (size_t i = 0; name && i < G_N_ELEMENTS(names); i++) {
		if (strcmp(names[i], name) == 0) {
			*mode_out = (enum reply_mode)i;
			return true;
		}
	}
	return false;
}

static json_t *
list_json(const GPtrArray *list)
{
	json_t *out = json_array();
	for (size_t i = 0; i < list->len; i++)
		json_array_append_new(out, jsonl_text(list->pdata[i], -1));
	return out;
}

/* Controls of any kind would be refused in a draft's header. Takes and gives an owned string. */
static char *
without_controls(char *text)
{
	for (char *p = text; *p; p++)
		if ((guchar)*p < ' ' || *p == 127)
			*p = ' ';
	return text;
}

static char *
clean_text(const struct source *s, const char *field)
{
	const char *charset = s->message ? mail_charset(s->message) : NULL;
	return without_controls(header_text(header_last(s->header, field), charset));
}

/* Message id of the original, owned, NULL when it has none that can be referred to. */
static char *
original_id(const struct source *s)
{
	GPtrArray *ids = header_ids(header_last(s->header, "Message-ID"));
	char *out = ids->len > 0 ? g_strdup(ids->pdata[0]) : NULL;
	g_ptr_array_unref(ids);
	return out;
}

/* RFC 5322 3.6.4: the parent's References, or its In-Reply-To when that is a single id, and then the
 * parent itself. Long chains lose their middle. */
static char *
references(const struct source *s, const char *id)
{
	GPtrArray *ids = header_ids(header_last(s->header, "References"));
	if (ids->len == 0) {
		g_ptr_array_unref(ids);
		ids = header_ids(header_last(s->header, "In-Reply-To"));
		if (ids->len > 1)
			g_ptr_array_set_size(ids, 0);
	}
	g_ptr_array_add(ids, g_strdup(id));
	if (ids->len > MAX_REFERENCES)
		g_ptr_array_remove_range(ids, 1, ids->len - MAX_REFERENCES);
	size_t bytes = 0;
	for (size_t i = ids->len; i-- > 0;) {
		bytes += strlen(ids->pdata[i]) + strlen("<> ");
		if (bytes > MAX_REFERENCES_BYTES && i + 1 < ids->len)
			g_ptr_array_remove_index(ids, (guint)i);
	}
	GString *out = g_string_new(NULL);
	for (size_t i = 0; i < ids->len; i++)
		g_string_append_printf(out, "%s<%s>", i > 0 ? " " : "", (char *)ids->pdata[i]);
	g_ptr_array_unref(ids);
	return without_controls(g_string_free(out, FALSE));
}

static void
add_thread(json_t *draft, const struct source *s)
{
	char *id = original_id(s);
	if (id) {
		char *in_reply_to = g_strdup_printf("<%s>", id);
		char *chain = references(s, id);
		json_object_set_new(draft, "in_reply_to", jsonl_text(in_reply_to, -1));
		json_object_set_new(draft, "references", jsonl_text(chain, -1));
		json_object_set_new(draft, "answers", jsonl_text(id, -1));
		g_free(chain);
		g_free(in_reply_to);
	}
	g_free(id);
}

/* "2026-11-21 10:42 +0100": digits need no translation. */
static char *
date_words(const struct source *s)
{
	char *iso = header_date(header_last(s->header, "Date"));
	GDateTime *date = iso ? g_date_time_new_from_iso8601(iso, NULL) : NULL;
	char *out = date ? g_date_time_format(date, "%Y-%m-%d %H:%M %z") : NULL;
	if (date)
		g_date_time_unref(date);
	g_free(iso);
	return out;
}

static char *
author_words(const struct source *s)
{
	GPtrArray *from = header_addresses(header_last(s->header, "From"), NULL);
	const struct header_address *a = from->len > 0 ? from->pdata[0] : NULL;
	char *out = without_controls(
	    g_strdup(!a ? "somebody" : (a->name ? a->name : a->address)));
	g_ptr_array_unref(from);
	return out;
}

/* Owned. */
static char *
attribution(const struct source *s)
{
	char *date = date_words(s);
	char *author = author_words(s);
	char *out = date ? g_strdup_printf("On %s, %s wrote:", date, author) : g_strdup_printf("%s wrote:", author);
	g_free(author);
	g_free(date);
	return out;
}

/* Each line of what was shown behind "> "; quotes within quotes stand close (RFC 3676 4.5). */
static void
append_quoted(GString *out, char *text)
{
	char *line = text;
	while (*line) {
		char *nl = strchr(line, '\n');
		if (nl)
			*nl = '\0';
		g_string_append_c(out, '>');
		if (*line && *line != '>')
			g_string_append_c(out, ' ');
		g_string_append(out, line);
		while (out->len > 0 && out->str[out->len - 1] == ' ')
			g_string_truncate(out, out->len - 1);
		g_string_append_c(out, '\n');
		line = nl ? nl + 1 : line + strlen(line);
	}
}

static char *
quoted_body(const struct source *s, int width)
{
	GString *out = g_string_new(NULL);
	char *text = show_text(s, width > 0 ? MAX(width - QUOTE_COLUMNS, KEPT_COLUMNS) : 0, MAX_QUOTED);
	char *above = attribution(s);
	g_string_append_printf(out, "%s\n", above);
	g_free(above);
	append_quoted(out, g_strchomp(text));
	g_string_append_c(out, '\n');
	g_free(text);
	return g_string_free(out, FALSE);
}

static char *
forwarded_body(const struct source *s)
{
	static const char *const fields[] = { "From", "To", "Cc", "Date", "Subject" };
	GString *out = g_string_new("\n---------- Forwarded message ----------\n");
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		char *text = clean_text(s, fields[i]);
		if (*text)
			g_string_append_printf(out, "%s: %s\n", fields[i], text);
		g_free(text);
	}
	char *text = show_text(s, 0, MAX_QUOTED);
	g_string_append_c(out, '\n');
	g_string_append(out, text);
	g_free(text);
	return g_string_free(out, FALSE);
}

static json_t *
forward_parts(const struct source *s)
{
	json_t *out = json_array();
	for (size_t i = 0; s->message && i < mail_n_parts(s->message); i++) {
		const struct mail_part *p = mail_part(s->message, i);
		if (p->role == MAIL_ATTACHMENT)
			json_array_append_new(out, jsonl_text(p->id, -1));
	}
	return out;
}

static void
add_forward(json_t *draft, const struct source *s, bool attached)
{
	char *id = original_id(s);
	if (id)
		json_object_set_new(draft, "forwards", jsonl_text(id, -1));
	g_free(id);
	if (attached) {
		json_object_set_new(draft, "forward_original",
		    json_pack("{s:s, s:s}", "filename", "message.eml", "type", "message/rfc822"));
		json_object_set_new(draft, "forward_parts", json_array());
		json_object_set_new(draft, "body", json_string(""));
		return;
	}
	char *body = forwarded_body(s);
	json_object_set_new(draft, "forward_parts", forward_parts(s));
	json_object_set_new(draft, "body", jsonl_text(body, -1));
	g_free(body);
}

static void
add_answer(json_t *draft, const struct source *s, int width)
{
	char *body = quoted_body(s, width);
	json_object_set_new(draft, "body", jsonl_text(body, -1));
	add_thread(draft, s);
	g_free(body);
}

static json_t *
mailboxes(const struct source *s, const char *field)
{
	json_t *out = json_array();
	GPtrArray *list = header_addresses(header_last(s->header, field), NULL);
	for (size_t i = 0; i < list->len; i++) {
		const struct header_address *a = list->pdata[i];
		char *one = reply_people_mailbox(a->name, a->address);
		json_array_append_new(out, jsonl_text(without_controls(one), -1));
		g_free(one);
	}
	g_ptr_array_unref(list);
	return out;
}

/* "Jane" of "Jane Doe" and of "Doe, Jane". Owned. */
static char *
first_name(const char *name)
{
	const char *comma = strchr(name, ',');
	const char *start = comma && comma[1 + strspn(comma + 1, " ")] ? comma + 1 : name;
	start += strspn(start, " ");
	return g_strndup(start, strcspn(start, " ,"));
}

static void
set_stolen(json_t *obj, const char *key, char *text)
{
	if (text && *text)
		json_object_set_new(obj, key, jsonl_text(text, -1));
	g_free(text);
}

static char *
joined_mailboxes(const struct source *s, const char *field)
{
	GString *out = g_string_new(NULL);
	json_t *list = mailboxes(s, field), *item;
	size_t i;
	json_array_foreach(list, i, item)
		g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", json_string_value(item));
	json_decref(list);
	return g_string_free(out, FALSE);
}

json_t *
reply_original(const struct source *s)
{
	json_t *out = json_object();
	GPtrArray *from = header_addresses(header_last(s->header, "From"), NULL);
	const struct header_address *author = from->len > 0 ? from->pdata[0] : NULL;
	char *name = author_words(s), *id = original_id(s);
	set_stolen(out, "first-name", first_name(name));
	set_stolen(out, "name", name);
	set_stolen(out, "address", author ? without_controls(g_strdup(author->address)) : NULL);
	set_stolen(out, "to", joined_mailboxes(s, "To"));
	set_stolen(out, "cc", joined_mailboxes(s, "Cc"));
	set_stolen(out, "subject", clean_text(s, "Subject"));
	set_stolen(out, "date", header_date(header_last(s->header, "Date")));
	set_stolen(out, "id", id ? without_controls(id) : NULL);
	set_stolen(out, "attribution", attribution(s));
	g_ptr_array_unref(from);
	return out;
}

/* The people, the subject, the words and the files of the original, in a letter of our own. */
static json_t *
edit_draft(const struct source *s, const struct reply_opts *opts)
{
	struct reply_people people;
	json_t *draft = json_object();
	reply_people_init(&people, s->header, opts);
	char *subject = clean_text(s, "Subject");
	char *text = show_text(s, 0, MAX_QUOTED);
	json_object_set_new(draft, "from", jsonl_text(people.from, -1));
	json_object_set_new(draft, "to", mailboxes(s, "To"));
	json_object_set_new(draft, "cc", mailboxes(s, "Cc"));
	json_object_set_new(draft, "bcc", mailboxes(s, "Bcc"));
	json_object_set_new(draft, "subject", jsonl_text(subject, -1));
	json_object_set_new(draft, "body", jsonl_text(text, -1));
	json_object_set_new(draft, "forward_parts", forward_parts(s));
	g_free(text);
	g_free(subject);
	reply_people_fini(&people);
	return draft;
}

json_t *
reply_draft(const struct source *s, const struct reply_opts *opts, GError **error)
{
	bool forward = opts->mode == REPLY_FORWARD || opts->mode == REPLY_FORWARD_ATTACHED;
	struct reply_people people;
	if (opts->mode >= REPLY_ACCEPT)
		return reply_invitation(s, opts, error);
	if (opts->mode == REPLY_EDIT)
		return edit_draft(s, opts);
	reply_people_init(&people, s->header, opts);
	if (!forward && people.to->len + people.cc->len == 0) {
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND,
		    opts->mode == REPLY_LIST ? "the message names no mailing list to answer to"
					     : "the message names nobody to answer to");
		reply_people_fini(&people);
		return NULL;
	}
	json_t *draft = json_object();
	char *old = clean_text(s, "Subject");
	char *subject = forward ? reply_forward_subject(old) : reply_subject(old);
	json_object_set_new(draft, "from", jsonl_text(people.from, -1));
	json_object_set_new(draft, "to", list_json(people.to));
	json_object_set_new(draft, "cc", list_json(people.cc));
	json_object_set_new(draft, "subject", jsonl_text(subject, -1));
	if (forward)
		add_forward(draft, s, opts->mode == REPLY_FORWARD_ATTACHED);
	else
		add_answer(draft, s, opts->width);
	g_free(subject);
	g_free(old);
	reply_people_fini(&people);
	return draft;
}
