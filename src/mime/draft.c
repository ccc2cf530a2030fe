/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draft.c - a draft's JSON to the bytes that are sent. The bytes are made once; what is
 * checked, signed, queued, sent and filed is this one sequence. */
#include "mime/draft.h"

#include "base/error.h"
#include "base/jsonl.h"
#include "mime/compose_address.h"
#include "mime/compose_body.h"
#include "mime/compose_header.h"
#include "mime/compose_wire.h"
#include "mime/markdown.h"

#include <string.h>
#include <sys/random.h>

static bool
refuse(const char *key, const char *what, GError **error)
{
	g_set_error(error, PF_ERROR, PF_ERROR_DATA, "the letter's \"%s\" %s", key, what);
	return false;
}

/* Is a JSON string free of CR, LF and NUL? They would add fields of their own to the
 * header. */
static bool
is_one_line(const json_t *string)
{
	const char *text = json_string_value(string);
	size_t len = json_string_length(string);

	return strlen(text) == len && memchr(text, '\r', len) == NULL &&
	       memchr(text, '\n', len) == NULL;
}

/* A string of the draft, "" when absent. *text_out is borrowed. */
static bool
get_line(const json_t *draft, const char *key, const char **text_out, GError **error)
{
	const json_t *value = json_object_get(draft, key);

	*text_out = "";
	if (value == NULL || json_is_null(value))
		return true;
	if (!json_is_string(value))
		return refuse(key, "is no text", error);
	if (!is_one_line(value))
		return refuse(key, "holds a line break or NUL", error);
	*text_out = json_string_value(value);
	return true;
}

static bool
add_addresses(GPtrArray *all, const json_t *value, const char *key, GError **error)
{
	GPtrArray *list;

	if (!json_is_string(value))
		return refuse(key, "is no text", error);
	if (!is_one_line(value))
		return refuse(key, "holds a line break or NUL", error);
	list = compose_address_list(json_string_value(value), error);
	if (list == NULL)
		return false;
	g_ptr_array_extend_and_steal(all, list);
	return true;
}

/* All mailboxes of a field that is a string or an array of strings. */
static GPtrArray *
get_addresses(const json_t *draft, const char *key, GError **error)
{
	GPtrArray *all = compose_address_list("", NULL);
	const json_t *value = json_object_get(draft, key);
	bool good = true;
	size_t i;

	if (json_is_array(value)) {
		for (i = 0; good && i < json_array_size(value); i++)
			good = add_addresses(all, json_array_get(value, i), key, error);
	} else if (value != NULL && !json_is_null(value)) {
		good = add_addresses(all, value, key, error);
	}
	if (good)
		return all;
	g_ptr_array_unref(all);
	return NULL;
}

static bool
add_address_field(GString *out, const json_t *draft, const char *key, const char *name,
    guint *n_out, GError **error)
{
	GPtrArray *list = get_addresses(draft, key, error);

	if (list == NULL)
		return false;
	compose_header_addresses(out, name, list);
	*n_out += list->len;
	g_ptr_array_unref(list);
	return true;
}

/* From, and Sender when there are several authors (RFC 5322 3.6.2). *sender_out: the
 * first one's addr-spec, owned. */
static bool
add_from(GString *out, const json_t *draft, char **sender_out, GError **error)
{
	GPtrArray *from = get_addresses(draft, "from", error);
	bool good = from != NULL && from->len > 0;

	if (good) {
		const struct compose_address *first = from->pdata[0];

		*sender_out = g_strdup(first->spec);
		compose_header_addresses(out, "From", from);
		if (from->len > 1) {
			g_ptr_array_set_size(from, 1);
			compose_header_addresses(out, "Sender", from);
		}
	} else if (from != NULL) {
		(void)refuse("from", "names no address", error);
	}
	g_clear_pointer(&from, g_ptr_array_unref);
	return good;
}

static bool
add_recipients(GString *out, const json_t *draft, GError **error)
{
	guint n = 0, n_replies = 0;

	if (!add_address_field(out, draft, "to", "To", &n, error) ||
	    !add_address_field(out, draft, "cc", "Cc", &n, error))
		return false;
	if (n ==
	    0) /* only Bcc: some servers refuse a letter without any destination field */
		g_string_append(out, "To: undisclosed-recipients:;\r\n");
	return add_address_field(out, draft, "reply_to", "Reply-To", &n_replies, error);
}

/* 128 random bits, and the sender's domain: never the name of this machine. */
static void
add_new_message_id(GString *out, const char *sender)
{
	guint8 random[16];
	char *ascii = compose_address_ascii(sender, NULL);
	size_t i;

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		g_error("the kernel gives no random bytes");
	g_string_append(out, "Message-ID: <");
	for (i = 0; i < sizeof(random); i++)
		g_string_append_printf(out, "%02x", random[i]);
	g_string_append_printf(
	    out, "@%s>\r\n", compose_address_domain(ascii != NULL ? ascii : sender));
	g_free(ascii);
}

static bool
add_message_id(GString *out, const json_t *draft, const char *sender, GError **error)
{
	const char *given;
	gsize before = out->len;
	char *bracketed;

	if (!get_line(draft, "message_id", &given, error))
		return false;
	if (*given == '\0') {
		add_new_message_id(out, sender);
		return true;
	}
	bracketed = *given == '<' ? g_strdup(given) : g_strdup_printf("<%s>", given);
	compose_header_ids(out, "Message-ID", bracketed);
	g_free(bracketed);
	return out->len > before || refuse("message_id", "is no message id", error);
}

static bool
add_date(GString *out, const json_t *draft, gint64 now, GError **error)
{
	const char *given;
	GDateTime *t;

	if (!get_line(draft, "date", &given, error))
		return false;
	if (*given != '\0') {
		t = g_date_time_new_from_iso8601(given, NULL);
		if (t == NULL)
			return refuse("date", "is no RFC 3339 time", error);
		now = g_date_time_to_unix(t);
		g_date_time_unref(t);
	}
	compose_header_date(out, now);
	return true;
}

static bool
add_text_field(GString *out, const json_t *draft, GError **error)
{
	const char *subject;

	if (!get_line(draft, "subject", &subject, error))
		return false;
	if (*subject != '\0')
		compose_header_text(out, "Subject", subject);
	return true;
}

static bool
add_references(GString *out, const json_t *draft, GError **error)
{
	const char *in_reply_to, *references;

	if (!get_line(draft, "in_reply_to", &in_reply_to, error) ||
	    !get_line(draft, "references", &references, error))
		return false;
	compose_header_ids(out, "In-Reply-To", in_reply_to);
	compose_header_ids(out, "References", references);
	return true;
}

static bool
add_header(GString *out, const json_t *draft, gint64 now, GError **error)
{
	char *sender = NULL;
	bool good =
	    add_from(out, draft, &sender, error) && add_recipients(out, draft, error) &&
	    add_text_field(out, draft, error) && add_date(out, draft, now, error) &&
	    add_message_id(out, draft, sender, error) &&
	    add_references(out, draft, error);

	g_free(sender);
	g_string_append(out, "MIME-Version: 1.0\r\n");
	return good;
}

static bool
add_body(GByteArray *out, const json_t *draft, GError **error)
{
	const json_t *body = json_object_get(draft, "body");
	const json_t *attachments = json_object_get(draft, "attachments");
	const json_t *calendar = json_object_get(draft, "calendar");
	struct compose_content content = {
	    .text = json_is_string(body) ? json_string_value(body) : "",
	    .calendar = jsonl_string(calendar, "text"),
	    .calendar_method = jsonl_string(calendar, "method"),
	};
	struct markdown_page page = {0};
	bool good;

	if (body != NULL && !json_is_null(body) && !json_is_string(body))
		return refuse("body", "is no text", error);
	if (strlen(content.text) != (json_is_string(body) ? json_string_length(body) : 0))
		return refuse("body", "holds a NUL character", error);
	if (attachments != NULL && !json_is_null(attachments) &&
	    !json_is_array(attachments))
		return refuse("attachments", "is no list", error);
	content.attachments = attachments;
	if (jsonl_bool(draft, "markdown", false)) {
		markdown_page_init(&page, content.text, attachments);
		content.html = page.html;
		content.attachments = page.attachments;
	}
	good = compose_body(out, &content, error);
	markdown_page_clear(&page);
	return good;
}

GBytes *
draft_freeze(const json_t *draft, gint64 now, GError **error)
{
	GString *header = g_string_new(NULL);
	GByteArray *letter = g_byte_array_new();
	bool good = false;

	if (!json_is_object(draft)) {
		(void)refuse("draft", "is no object", error);
	} else if (add_header(header, draft, now, error)) {
		g_byte_array_append(
		    letter, (const guint8 *)header->str, (guint)header->len);
		good = add_body(letter, draft, error) &&
		       compose_wire_check((const char *)letter->data, letter->len, error);
	}
	g_string_free(header, TRUE);
	if (good)
		return g_byte_array_free_to_bytes(letter);
	g_byte_array_unref(letter);
	return NULL;
}

static void
add_unique(GPtrArray *all, const char *spec)
{
	guint i;

	for (i = 0; i < all->len; i++) {
		if (compose_address_equal(all->pdata[i], spec))
			return;
	}
	g_ptr_array_add(all, g_strdup(spec));
}

GPtrArray *
draft_recipients(const json_t *draft, GError **error)
{
	static const char *const keys[] = {"to", "cc", "bcc"};
	GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
	size_t k;
	guint i;

	for (k = 0; k < G_N_ELEMENTS(keys); k++) {
		GPtrArray *list = get_addresses(draft, keys[k], error);

		if (list == NULL) {
			g_ptr_array_unref(all);
			return NULL;
		}
		for (i = 0; i < list->len; i++)
			add_unique(
			    all, ((const struct compose_address *)list->pdata[i])->spec);
		g_ptr_array_unref(list);
	}
	return all;
}

char *
draft_sender(const json_t *draft, GError **error)
{
	GPtrArray *from = get_addresses(draft, "from", error);
	char *spec = NULL;

	if (from != NULL && from->len > 0)
		spec = g_strdup(((const struct compose_address *)from->pdata[0])->spec);
	else if (from != NULL)
		(void)refuse("from", "names no address", error);
	g_clear_pointer(&from, g_ptr_array_unref);
	return spec;
}
