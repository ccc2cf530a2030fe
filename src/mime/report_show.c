/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_show.c - see report_show.h. All of it is what a stranger says, and is told as
 * that. */
#include "mime/report_show.h"

#include "base/jsonl.h"
#include "base/safe_text.h"
#include "mime/report.h"

#include <string.h>

#define MAX_RECIPIENTS 50u
#define MAX_RECORDS    200u

G_GNUC_PRINTF(3, 4)
static void
say(struct layout *l, enum line_style style, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = g_strdup_vprintf(format, args);
	va_end(args);
	char *display = safe_line(text);
	layout_wrap(l, "", "    ", display, style);
	g_free(display);
	g_free(text);
}

static const char *
word(const json_t *obj, const char *key)
{
	const char *text = jsonl_string(obj, key);
	return text ? text : "";
}

static gint64
number(const json_t *obj, const char *key)
{
	return jsonl_int(obj, key, 0);
}

/* "2026-11-20" of a time in RFC 3339 */
static char *
day(const json_t *obj, const char *key)
{
	const char *text = word(obj, key);
	return g_strndup(text, MIN(strlen(text), 10));
}

static const struct action {
	const char *name, *words;
	enum line_style style;
} actions[] = {
    {"failed", "was not reached", LINE_DIFF_DEL},
    {"delayed", "is not reached yet", LINE_NOTE},
    {"delivered", "was reached", LINE_DIFF_ADD},
    {"relayed", "was handed on to a server that tells no more", LINE_DIFF_ADD},
    {"expanded", "was reached, and the letter went on from there", LINE_DIFF_ADD},
};

static void
recipient_line(const json_t *one, struct layout *l)
{
	const struct action *a = NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(actions) && !a; i++)
		if (g_ascii_strcasecmp(actions[i].name, word(one, "action")) == 0)
			a = &actions[i];
	const char *host = word(one, "remote_mta"), *said = word(one, "diagnostic");
	GString *line = g_string_new(word(one, "address"));
	g_string_append_printf(line, " %s", a ? a->words : word(one, "action"));
	if (*said || *word(one, "status"))
		g_string_append_printf(line, ": %s", *said ? said : word(one, "status"));
	if (*host)
		g_string_append_printf(line, " (%s)", host);
	char *until = day(one, "will_retry_until");
	if (*until)
		g_string_append_printf(line, "; it is tried until %s", until);
	say(l, a ? a->style : LINE_TEXT, "%s", line->str);
	g_string_free(line, TRUE);
	g_free(until);
}

static void
original_line(const json_t *report, struct layout *l)
{
	const json_t *original = json_object_get(report, "original");
	if (*word(original, "subject") || *word(original, "to"))
		say(l, LINE_TEXT, "The letter: \"%s\"%s%s", word(original, "subject"),
		    *word(original, "to") ? ", to " : "", word(original, "to"));
}

static void
show_dsn(const json_t *report, struct layout *l)
{
	size_t i;
	json_t *one;
	say(l, LINE_HEADING, "Delivery report%s",
	    strcmp(word(report, "format"), "guessed") == 0 ? ", read by its wording"
							   : "");
	json_array_foreach(json_object_get(report, "recipients"), i, one)
	{
		if (i == MAX_RECIPIENTS) {
			layout_note(l, "there are more; penfold report lists all");
			break;
		}
		recipient_line(one, l);
	}
	original_line(report, l);
}

static void
show_mdn(const json_t *report, struct layout *l)
{
	say(l, LINE_HEADING, "Receipt");
	say(l, LINE_TEXT, "%s says: %s, %s", word(report, "recipient"),
	    word(report, "disposition"),
	    jsonl_bool(report, "is_automatic", false) ? "by a program" : "by hand");
	if (*word(report, "error"))
		say(l, LINE_DIFF_DEL, "%s", word(report, "error"));
}

static void
show_arf(const json_t *report, struct layout *l)
{
	say(l, LINE_HEADING, "Complaint%s%s", *word(report, "feedback_type") ? ": " : "",
	    word(report, "feedback_type"));
	say(l, LINE_TEXT, "From %s to %s, sent by %s", word(report, "original_from"),
	    word(report, "original_to"), word(report, "source_ip"));
	original_line(report, l);
}

static bool
passes(const json_t *record)
{
	return strcmp(word(record, "dkim"), "pass") == 0 ||
	       strcmp(word(record, "spf"), "pass") == 0;
}

/* What fails first, then by number. */
static gint
by_failures(gconstpointer a, gconstpointer b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	if (passes(x) != passes(y))
		return passes(x) ? 1 : -1;
	return number(x, "count") < number(y, "count")	 ? 1
	       : number(x, "count") > number(y, "count") ? -1
							 : 0;
}

static void
show_records(const json_t *records, struct layout *l)
{
	GPtrArray *rows = g_ptr_array_new();
	size_t i;
	json_t *one;
	json_array_foreach(records, i, one) g_ptr_array_add(rows, one);
	g_ptr_array_sort(rows, by_failures);
	say(l, LINE_HEADING, "%7s %-16s %-10s %-5s %-5s %s", "count", "from", "done",
	    "dkim", "spf", "as");
	for (i = 0; i < MIN(rows->len, MAX_RECORDS); i++) {
		one = rows->pdata[i];
		say(l, passes(one) ? LINE_TEXT : LINE_DIFF_DEL,
		    "%7" G_GINT64_FORMAT " %-16s %-10s %-5s %-5s %s",
		    number(one, "count"), word(one, "source_ip"),
		    word(one, "disposition"), word(one, "dkim"), word(one, "spf"),
		    word(one, "header_from"));
	}
	if (rows->len > MAX_RECORDS)
		layout_note(l, "there are more; penfold report lists all");
	g_ptr_array_unref(rows);
}

static void
show_dmarc(const json_t *report, struct layout *l)
{
	gint64 all = number(report, "messages"), passed = number(report, "passed");
	char *begin = day(report, "begin"), *end = day(report, "end");
	say(l, LINE_HEADING, "DMARC report of %s for %s, %s to %s",
	    word(report, "organization"), word(report, "domain"), begin, end);
	say(l, passed == all ? LINE_DIFF_ADD : LINE_NOTE,
	    "%" G_GINT64_FORMAT " messages, %" G_GINT64_FORMAT
	    " pass and %" G_GINT64_FORMAT " do not; policy %s",
	    all, passed, all - passed, word(report, "policy"));
	if (!jsonl_bool(report, "is_complete", true))
		layout_note(
		    l, "the report is damaged or too long; this is what could be read");
	show_records(json_object_get(report, "records"), l);
	g_free(begin);
	g_free(end);
}

static void
show_policy(const json_t *policy, struct layout *l)
{
	size_t i;
	json_t *failure;
	gint64 failed = number(policy, "failure");
	say(l, failed > 0 ? LINE_DIFF_DEL : LINE_TEXT,
	    "%-10s %-28s %" G_GINT64_FORMAT " good, %" G_GINT64_FORMAT " failed",
	    word(policy, "type"), word(policy, "domain"), number(policy, "success"),
	    failed);
	json_array_foreach(json_object_get(policy, "failures"), i, failure)
	{
		if (i < MAX_RECIPIENTS)
			say(l, LINE_TEXT, "    %" G_GINT64_FORMAT " %s %s",
			    number(failure, "count"), word(failure, "type"),
			    word(failure, "receiving_mx"));
	}
}

static void
show_tlsrpt(const json_t *report, struct layout *l)
{
	size_t i;
	json_t *policy;
	char *begin = day(report, "begin"), *end = day(report, "end");
	say(l, LINE_HEADING, "TLS report of %s, %s to %s", word(report, "organization"),
	    begin, end);
	json_array_foreach(json_object_get(report, "policies"), i, policy)
	{
		if (i < MAX_RECIPIENTS)
			show_policy(policy, l);
	}
	g_free(begin);
	g_free(end);
}

static const struct {
	const char *kind;
	void (*show)(const json_t *report, struct layout *l);
} kinds[] = {
    {"dsn", show_dsn},
    {"mdn", show_mdn},
    {"arf", show_arf},
    {"dmarc", show_dmarc},
    {"tlsrpt", show_tlsrpt},
};

/* "receiver!domain!begin!end.xml.gz" (RFC 7489 7.2.1.1, RFC 8460 5.1), or no text beside
 * a packed file. */
static bool
has_report_file(const struct mail *m)
{
	for (size_t i = 0; i < mail_n_parts(m); i++) {
		const struct mail_part *part = mail_part(m, i);
		const char *bang = part->filename ? strchr(part->filename, '!') : NULL;
		if (g_str_has_prefix(part->type, "application/tlsrpt") ||
		    (bang && strchr(bang + 1, '!')))
			return true;
	}
	return mail_n_parts(m) == 1 &&
	       g_str_has_prefix(mail_part(m, 0)->type, "application/");
}

void
report_show(const struct source *s, struct layout *l)
{
	if (s->message == NULL ||
	    (!report_is_likely(s->bytes, s->len) && !has_report_file(s->message)))
		return;
	json_t *report = report_json(s);
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (g_strcmp0(jsonl_string(report, "kind"), kinds[i].kind) == 0) {
			kinds[i].show(report, l);
			layout_line(l, "", LINE_TEXT);
		}
	}
	json_decref(report);
}
