/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outbox_entry.c - see outbox_entry.h. */
#include "ui/outbox_entry.h"

#include "ui/format.h"
#include "ui/page.h"

static void
add_field(struct lines *lines, const char *name, const char *value)
{
	char *label = g_strdup_printf("%-12s", name);
	lines_add_wrapped(lines, STYLE_HEADER, label, STYLE_TEXT, value, page_text_cols());
	g_free(label);
}

/* What a report said of the recipient after the letter was sent. */
static void
add_report(struct lines *lines, const json_t *report)
{
	const char *said = jsonl_string(report, "said");
	char *text;
	if (!json_is_object(report))
		return;
	const char *state = jsonl_string(report, "state"), *time = jsonl_string(report, "time");
	text = g_strdup_printf("%s %s%s%s", state != NULL ? state : "", time != NULL ? time : "",
	    said != NULL && *said != '\0' ? ": " : "", said != NULL ? said : "");
	add_field(lines, "reported", text);
	g_free(text);
}

void
outbox_entry_open(struct app *app, const json_t *entry)
{
	size_t i;
	json_t *r;
	struct lines *lines = page_open(app, "A letter in the outbox", NULL);
	static const struct {
		const char *key, *label;
	} fields[] = {{"subject", "subject"}, {"from", "from"}, {"account", "account"}, {"state", "state"},
	    {"created", "created"}, {"next_try", "next try"}, {"reason", "reason"}, {"message_id", "Message-ID"}};
	for (size_t k = 0; k < G_N_ELEMENTS(fields); k++)
		if (jsonl_string(entry, fields[k].key) != NULL && *jsonl_string(entry, fields[k].key) != '\0')
			add_field(lines, fields[k].label, jsonl_string(entry, fields[k].key));
	char *size = format_size((guint64)MAX(jsonl_int(entry, "size", 0), 0));
	char *attempts = g_strdup_printf("%d", (int)jsonl_int(entry, "attempts", 0));
	add_field(lines, "size", size);
	add_field(lines, "attempts", attempts);
	json_array_foreach(json_object_get(entry, "recipients"), i, r)
	{
		const char *reply = jsonl_string(r, "reply");
		lines_add(lines, STYLE_TEXT, "");
		add_field(lines, "recipient", jsonl_string(r, "address"));
		add_field(lines, "state", jsonl_string(r, "state"));
		if (reply != NULL && *reply != '\0')
			add_field(lines, "reply", reply);
		add_report(lines, json_object_get(r, "report"));
	}
	g_free(size);
	g_free(attempts);
}
