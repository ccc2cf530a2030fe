/* SPDX-License-Identifier: GPL-3.0-or-later */
/* head.c - which fields are shown, under which key and read how: one table. */
#include "mime/head.h"

#include "base/jsonl.h"

#include <string.h>

#define MAX_ALL_BYTES (1u << 20) /* of names and values in head_all_json() */

enum head_kind {
	HEAD_TEXT,
	HEAD_ADDRESSES,
	HEAD_DATE,
	HEAD_ID,  /* one message id */
	HEAD_IDS, /* all of them */
	HEAD_LIST_ID, /* what stands in the last <>, else the text (RFC 2919) */
};

static const struct head_row {
	const char *key;
	const char *field;
	enum head_kind kind;
	bool always; /* stands there even when the message has none */
	bool once;   /* RFC 5322 3.6 and RFC 2045 allow one */
} rows[] = {
	{ "subject", "Subject", HEAD_TEXT, true, true },
	{ "from", "From", HEAD_ADDRESSES, true, true },
	{ "to", "To", HEAD_ADDRESSES, true, true },
	{ "cc", "Cc", HEAD_ADDRESSES, true, true },
	{ "bcc", "Bcc", HEAD_ADDRESSES, false, true },
	{ "reply_to", "Reply-To", HEAD_ADDRESSES, true, true },
	{ "sender", "Sender", HEAD_ADDRESSES, false, true },
	{ "mail_followup_to", "Mail-Followup-To", HEAD_ADDRESSES, false, true },
	{ "date", "Date", HEAD_DATE, true, true },
	{ "message_id", "Message-ID", HEAD_ID, true, true },
	{ "in_reply_to", "In-Reply-To", HEAD_ID, false, true },
	{ "references", "References", HEAD_IDS, false, true },
	{ "list_id", "List-Id", HEAD_LIST_ID, false, true },
	{ "list_post", "List-Post", HEAD_TEXT, false, true },
	{ "list_unsubscribe", "List-Unsubscribe", HEAD_TEXT, false, true },
	{ "list_unsubscribe_post", "List-Unsubscribe-Post", HEAD_TEXT, false, true },
	{ "list_archive", "List-Archive", HEAD_TEXT, false, true },
	{ "list_help", "List-Help", HEAD_TEXT, false, true },
	{ "resent_from", "Resent-From", HEAD_ADDRESSES, false, false },
	{ "resent_to", "Resent-To", HEAD_ADDRESSES, false, false },
	{ "receipt_to", "Disposition-Notification-To", HEAD_ADDRESSES, false, true },
	{ "organization", "Organization", HEAD_TEXT, false, false },
	{ "user_agent", "User-Agent", HEAD_TEXT, false, false },
	{ "x_mailer", "X-Mailer", HEAD_TEXT, false, false },
	{ "auto_submitted", "Auto-Submitted", HEAD_TEXT, false, false },
	{ "precedence", "Precedence", HEAD_TEXT, false, false },
	{ "content_type", "Content-Type", HEAD_TEXT, false, true },
};

static json_t *
addresses_json(const char *raw, const char *charset)
{
	json_t *out = json_array();
	GPtrArray *list = header_addresses(raw, charset);
	for (size_t i = 0; i < list->len; i++) {
		const struct header_address *a = list->pdata[i];
		json_array_append_new(out,
		    json_pack("{s:o, s:o}", "name", jsonl_text(a->name, -1), "address",
			jsonl_text(a->address, -1)));
	}
	g_ptr_array_unref(list);
	return out;
}

static json_t *
ids_json(const char *raw, bool all)
{
	GPtrArray *ids = header_ids(raw);
	json_t *out = all ? json_array() : NULL;
	for (size_t i = 0; all && i < ids->len; i++)
		json_array_append_new(out, jsonl_text(ids->pdata[i], -1));
	if (!all) {
		char *text = ids->len == 0 ? header_text(raw, NULL) : NULL;
		out = ids->len > 0 ? jsonl_text(ids->pdata[0], -1)
				   : (*text ? jsonl_text(text, -1) : json_null());
		g_free(text);
	}
	g_ptr_array_unref(ids);
	return out;
}

static json_t *
list_id_json(const char *raw, const char *charset)
{
	const char *open = raw ? strrchr(raw, '<') : NULL;
	const char *close = open ? strchr(open, '>') : NULL;
	if (close && close > open + 1)
		return jsonl_text(open + 1, close - open - 1);
	char *text = header_text(raw, charset);
	json_t *out = jsonl_text(text, -1);
	g_free(text);
	return out;
}

static json_t *
value_json(enum head_kind kind, const char *raw, const char *charset)
{
	char *text = NULL;
	switch (kind) {
	case HEAD_ADDRESSES:
		return addresses_json(raw, charset);
	case HEAD_ID:
		return ids_json(raw, false);
	case HEAD_IDS:
		return ids_json(raw, true);
	case HEAD_LIST_ID:
		return list_id_json(raw, charset);
	case HEAD_DATE:
		text = header_date(raw);
		break;
	case HEAD_TEXT:
		text = header_text(raw, charset);
		break;
	}
	json_t *out = jsonl_text(text, -1);
	g_free(text);
	return out;
}

json_t *
head_json(const struct header *h, const char *charset)
{
	json_t *out = json_object();
	json_t *repeated = json_array();
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *raw = header_last(h, rows[i].field);
		if (raw || rows[i].always)
			json_object_set_new(out, rows[i].key,
			    value_json(rows[i].kind, raw, charset));
		if (rows[i].once && header_count(h, rows[i].field) > 1)
			json_array_append_new(repeated, json_string(rows[i].key));
	}
	json_object_set_new(out, "repeated", repeated);
	return out;
}

json_t *
head_all_json(const struct header *h, const char *charset)
{
	json_t *out = json_array();
	size_t bytes = 0;
	for (size_t i = 0; i < header_n_fields(h) && bytes < MAX_ALL_BYTES; i++) {
		const struct header_field *f = header_field(h, i);
		char *text = header_text(f->value, charset);
		bytes += strlen(f->name) + strlen(text);
		json_array_append_new(out,
		    json_pack("{s:o, s:o}", "name", jsonl_text(f->name, -1), "value",
			jsonl_text(text, -1)));
		g_free(text);
	}
	return out;
}
