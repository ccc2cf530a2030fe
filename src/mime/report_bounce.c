/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_bounce.c - bounces that follow no RFC: old MTAs, gateways, reports with broken
 * MIME. A letter counts as one when a machine sent it (null return path, MAILER-DAEMON,
 * Auto-Submitted, X-Failed-Recipients) and its text names an address next to a 4xx or 5xx
 * code or to words of refusal. What is found so is marked "guessed". */
#include "mime/report_private.h"

#include "base/jsonl.h"
#include "base/limits.h"

#include <string.h>

#define MAX_TEXT  (256u << 10) /* bytes of the letter's text that are searched */
#define MAX_LINES 6	       /* from an address to its reason */
#define MAX_LINE  1000

/* --- is it from a machine? --- */

static bool
local_part_is_daemon(const struct header *h)
{
	static const char *const names[] = {
	    "mailer-daemon@", "postmaster@", "mail-daemon@", "mailerdaemon@", "mdaemon@"};
	const char *raw = header_last(h, "From");
	char *from = raw != NULL ? g_ascii_strdown(raw, -1) : g_strdup("");
	bool found = false;
	size_t i;

	for (i = 0; !found && i < G_N_ELEMENTS(names); i++)
		found = strstr(from, names[i]) != NULL;
	g_free(from);
	return found;
}

static bool
is_from_machine(const struct header *h)
{
	const char *path = header_last(h, "Return-Path");
	const char *submitted = header_last(h, "Auto-Submitted");

	return (path != NULL && strcmp(path, "<>") == 0) || local_part_is_daemon(h) ||
	       header_last(h, "X-Failed-Recipients") != NULL ||
	       (submitted != NULL &&
		   g_ascii_strncasecmp(submitted, "auto-generated", 14) == 0);
}

/* --- words --- */

/* "550", "5.1.1" or "#5.1.0" in a line: code into code_out (12 bytes), class returned, 0
 * for none. */
static int
find_code(const char *line, char *code_out)
{
	const char *p;
	int found = 0;

	for (p = line; *p != '\0'; p++) {
		size_t n;

		if ((*p != '4' && *p != '5') ||
		    (p > line &&
			(g_ascii_isalnum(p[-1]) || p[-1] == '.' || p[-1] == '-')))
			continue;
		n = strspn(p, "0123456789.");
		if (n >= 5 && n <= 11 && p[1] == '.' && strchr(p + 2, '.') != NULL &&
		    !g_ascii_isalnum(p[n])) {
			g_strlcpy(code_out, p, MIN(n + 1, 12));
			return *p - '0';
		}
		if (n == 3 && found == 0 && p[1] <= '7' && !g_ascii_isalnum(p[3]))
			found = *p - '0';
	}
	return found;
}

static bool
has_words_of_refusal(const char *line)
{
	static const char *const words[] = {"user unknown", "unknown user",
	    "no such user", "mailbox full", "mailbox unavailable", "does not exist",
	    "not found", "over quota", "quota exceeded", "undeliverable", "not delivered",
	    "could not be delivered", "couldn't be delivered", "delivery failed",
	    "host unknown", "timed out", "address rejected", "recipient rejected",
	    "no mailbox", "couldn't find any host", "not listed in", "mailbox is full",
	    "account is disabled", "permanent error", "permanent failure"};
	char *lower = g_ascii_strdown(line, -1);
	bool found = false;
	size_t i;

	for (i = 0; !found && i < G_N_ELEMENTS(words); i++)
		found = strstr(lower, words[i]) != NULL;
	g_free(lower);
	return found;
}

static bool
is_address_char(char c)
{
	return g_ascii_isalnum(c) || (unsigned char)c >= 0x80 ||
	       strchr("!#$%&'*+/=?^_`{|}~.-", c) != NULL;
}

/* The first addr-spec in a line, owned; NULL when there is none. */
static char *
find_address(const char *line)
{
	const char *at;

	for (at = strchr(line, '@'); at != NULL; at = strchr(at + 1, '@')) {
		const char *start = at, *end = at + 1;

		while (start > line && is_address_char(start[-1]))
			start--;
		while (*end != '\0' && (g_ascii_isalnum(*end) || *end == '.' ||
					   *end == '-' || (unsigned char)*end >= 0x80))
			end++;
		while (end > at + 1 && (end[-1] == '.' || end[-1] == '-'))
			end--;
		if (start < at && end > at + 3 &&
		    memchr(at, '.', (size_t)(end - at)) != NULL)
			return g_strndup(start, (gsize)(end - start));
	}
	return NULL;
}

/* --- the search --- */

struct search {
	char **lines;
	const char
	    *own; /* whom the bounce was sent to, and who sent it: no failed recipients */
	json_t *list;
	bool is_delay;
};

static bool
is_listed(const json_t *list, const char *address)
{
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		const char *known = jsonl_string(json_array_get(list, i), "address");

		if (known != NULL && g_ascii_strcasecmp(known, address) == 0)
			return true;
	}
	return false;
}

static void
add(struct search *s, const char *address, int class, const char *code,
    const char *reason)
{
	const char *action = class == 4 && s->is_delay ? "delayed" : "failed";
	char *diagnostic = reason != NULL ? g_strstrip(g_strdup(reason)) : NULL;

	if (!is_listed(s->list, address) &&
	    json_array_size(s->list) < LIMIT_REPORT_RECIPIENTS)
		json_array_append_new(s->list,
		    json_pack("{s:o, s:n, s:s, s:o, s:o, s:n}", "address",
			jsonl_text(address, -1), "original_address", "action", action,
			"status", jsonl_text(*code != '\0' ? code : NULL, -1),
			"diagnostic", jsonl_text(diagnostic, -1), "remote_mta"));
	g_free(diagnostic);
}

/* The reason for an address stands in its line or in the few that follow, up to another
 * address. */
static void
look_at(struct search *s, size_t i, const char *address)
{
	size_t k;

	for (k = i; k < i + MAX_LINES && s->lines[k] != NULL; k++) {
		char code[12] = "";
		int class = find_code(s->lines[k], code);
		char *other = k > i ? find_address(s->lines[k]) : NULL;
		bool is_another =
		    other != NULL && g_ascii_strcasecmp(other, address) != 0;

		g_free(other);
		if (class > 0 || has_words_of_refusal(s->lines[k])) {
			add(s, address, class, code, s->lines[k]);
			return;
		}
		if (is_another)
			return;
	}
}

static void
search_lines(struct search *s)
{
	size_t i;

	for (i = 0; s->lines[i] != NULL; i++) {
		char *address =
		    strlen(s->lines[i]) <= MAX_LINE ? find_address(s->lines[i]) : NULL;

		if (g_ascii_strncasecmp(s->lines[i], "Received:", 9) == 0 ||
		    g_ascii_strncasecmp(s->lines[i], "Message-ID:", 11) == 0) {
			g_free(address);
			return; /* the returned letter begins here */
		}
		if (address != NULL && strstr(s->own, address) == NULL)
			look_at(s, i, address);
		g_free(address);
	}
}

static void
search_failed_header(struct search *s, const struct header *h)
{
	const char *raw = header_last(h, "X-Failed-Recipients");
	GPtrArray *list = header_addresses(raw, NULL);
	guint i;

	for (i = 0; i < MIN(list->len, LIMIT_REPORT_RECIPIENTS); i++) {
		const struct header_address *a = list->pdata[i];
		size_t k;

		if (*a->address == '\0')
			continue;
		for (k = 0; s->lines[k] != NULL; k++) {
			if (strstr(s->lines[k], a->address) != NULL)
				look_at(s, k, a->address);
		}
		add(s, a->address, 0, "", NULL);
	}
	g_ptr_array_unref(list);
}

/* --- the text --- */

static GString *
text_of(const struct source *s)
{
	GString *all = g_string_new(NULL);
	size_t i, n = s->message != NULL ? mail_n_parts(s->message) : 0;

	for (i = 0; i < n && all->len < MAX_TEXT; i++) {
		const struct mail_part *part = mail_part(s->message, i);
		bool is_cut;
		GString *text;

		if (part->role == MAIL_WITHIN || part->role == MAIL_CONTAINER ||
		    part->is_message ||
		    (strcmp(part->type, "text/plain") != 0 &&
			!g_str_has_prefix(part->type, "multipart/")))
			continue;
		text = content_text(
		    &part->content, part->charset, MAX_TEXT - all->len, &is_cut);
		g_string_append(
		    all, text->str); /* up to a NUL: the search is for lines */
		g_string_append_c(all, '\n');
		g_string_free(text, TRUE);
	}
	if (all->len < 40 && s->message == NULL)
		g_string_append_len(all, s->bytes, (gssize)MIN(s->len, MAX_TEXT));
	return all;
}

/* A report whose MIME is broken still has its fields. */
static json_t *
fields_in_text(const GString *text)
{
	const char *start = strstr(text->str, "\nReporting-MTA:");

	if (start == NULL)
		start = strstr(text->str, "\nFinal-Recipient:");
	return start != NULL ? report_dsn(start + 1, strlen(start + 1)) : NULL;
}

static char *
own_addresses(const struct header *h)
{
	const char *to = header_last(h, "To"), *from = header_last(h, "From");

	return g_strdup_printf("%s %s", to != NULL ? to : "", from != NULL ? from : "");
}

static char *
lower_subject(const struct header *h)
{
	char *text = header_text(header_last(h, "Subject"), NULL);
	char *lower = g_ascii_strdown(text, -1);

	g_free(text);
	return lower;
}

json_t *
report_bounce(const struct source *source)
{
	const struct header *h = source->header;
	struct search s = {0};
	char *own, *subject;
	json_t *report;
	GString *text;

	if (!is_from_machine(h))
		return NULL;
	text = text_of(source);
	report = fields_in_text(text);
	own = own_addresses(h);
	subject = lower_subject(h);
	s.own = own;
	s.list = json_array();
	s.is_delay =
	    strstr(subject, "delay") != NULL || strstr(subject, "warning") != NULL;
	s.lines = g_strsplit(text->str, "\n", -1);
	if (report == NULL) {
		search_failed_header(&s, h);
		search_lines(&s);
		if (json_array_size(s.list) > 0)
			report = json_pack("{s:s, s:n, s:O}", "kind", "dsn",
			    "reporting_mta", "recipients", s.list);
	}
	if (report != NULL)
		json_object_set_new(report, "format", json_string("guessed"));
	json_decref(s.list);
	g_strfreev(s.lines);
	g_free(own);
	g_free(subject);
	g_string_free(text, TRUE);
	return report;
}
