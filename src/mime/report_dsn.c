/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_dsn.c - delivery status notifications, RFC 3464: fields of the message, then a
 * group for each recipient. Writers forget the empty lines, so a group is what begins
 * with a recipient's field. */
#include "mime/report_private.h"

#include "base/jsonl.h"
#include "base/limits.h"

#include <string.h>

/* "5.1.1 (bad destination)" to "5.1.1"; NULL when it is no status code (RFC 3463 2).
 * Owned. */
static char *
status_of(const struct header *h)
{
	const char *raw = header_last(h, "Status");
	char *text = raw != NULL ? g_strstrip(g_strdup(raw)) : NULL;
	size_t n = text != NULL ? strspn(text, "0123456789.") : 0;

	if (n >= 5 && n <= 11 && strchr("245", text[0]) != NULL) {
		text[n] = '\0';
		return text;
	}
	g_free(text);
	return NULL;
}

static json_t *
lower_first_word(const struct header *h, const char *name)
{
	const char *raw = header_last(h, name);
	char *text = raw != NULL ? g_ascii_strdown(raw, -1) : NULL;
	json_t *json;

	if (text != NULL) {
		g_strstrip(text);
		text[strcspn(text, " \t(;")] = '\0';
	}
	json = jsonl_text(text, -1);
	g_free(text);
	return json;
}

static json_t *
date_json(const struct header *h, const char *name)
{
	char *date = header_date(header_last(h, name));
	json_t *json = jsonl_text(date, -1);

	g_free(date);
	return json;
}

static json_t *
recipient_json(const struct header *h)
{
	char *final = report_typed(h, "Final-Recipient");
	char *original = report_typed(h, "Original-Recipient"), *status = status_of(h);
	char *diagnostic = report_typed(h, "Diagnostic-Code");
	const char *address = final != NULL ? final : original;
	json_t *json;

	json = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "address",
	    jsonl_text(address, -1), "original_address", jsonl_text(original, -1),
	    "action", lower_first_word(h, "Action"), "status", jsonl_text(status, -1),
	    "diagnostic", jsonl_text(diagnostic, -1), "remote_mta",
	    report_typed_json(h, "Remote-MTA"), "last_attempt",
	    date_json(h, "Last-Attempt-Date"), "will_retry_until",
	    date_json(h, "Will-Retry-Until"), "log_id", report_field(h, "Final-Log-ID"));
	g_free(final);
	g_free(original);
	g_free(status);
	g_free(diagnostic);
	return json;
}

static bool
is_recipient(const struct header *h)
{
	return header_last(h, "Final-Recipient") != NULL ||
	       header_last(h, "Original-Recipient") != NULL;
}

/* One group may hold several recipients when no empty line parts them: split before each
 * field that would repeat. */
static void
add_recipients(json_t *list, const struct header *h)
{
	GString *block = g_string_new(NULL);
	bool has_final = false;
	size_t i;

	if (header_count(h, "Final-Recipient") < 2) {
		json_array_append_new(list, recipient_json(h));
		g_string_free(block, TRUE);
		return;
	}
	for (i = 0; i <= header_n_fields(h); i++) {
		const struct header_field *f =
		    i < header_n_fields(h) ? header_field(h, i) : NULL;
		bool is_final =
		    f != NULL && g_ascii_strcasecmp(f->name, "Final-Recipient") == 0;

		if ((f == NULL || is_final) && has_final &&
		    json_array_size(list) < LIMIT_REPORT_RECIPIENTS) {
			struct header *one = header_of_bytes(block->str, block->len);

			json_array_append_new(list, recipient_json(one));
			header_free(one);
			g_string_truncate(block, 0);
		}
		has_final = has_final || is_final;
		if (f != NULL)
			g_string_append_printf(block, "%s: %s\n", f->name, f->value);
	}
	g_string_free(block, TRUE);
}

static void
add_message_fields(json_t *report, const struct header *h)
{
	json_object_set_new(
	    report, "reporting_mta", report_typed_json(h, "Reporting-MTA"));
	json_object_set_new(
	    report, "received_from_mta", report_typed_json(h, "Received-From-MTA"));
	json_object_set_new(report, "arrival_date", date_json(h, "Arrival-Date"));
	json_object_set_new(
	    report, "envelope_id", report_field(h, "Original-Envelope-Id"));
}

json_t *
report_dsn(const char *text, size_t len)
{
	struct report_groups groups;
	json_t *report, *list = json_array();
	guint i;

	report_groups_init(&groups, text, len);
	report = json_pack("{s:s, s:s}", "kind", "dsn", "format", "rfc3464");
	for (i = 0; i < groups.list->len; i++) {
		const struct header *h = groups.list->pdata[i];

		if (i == 0)
			add_message_fields(report, h);
		if (is_recipient(h) && json_array_size(list) < LIMIT_REPORT_RECIPIENTS)
			add_recipients(list, h);
	}
	report_groups_fini(&groups);
	if (json_array_size(list) == 0)
		g_clear_pointer(&report, json_decref);
	json_object_set(report, "recipients", list);
	json_decref(list);
	return report;
}
