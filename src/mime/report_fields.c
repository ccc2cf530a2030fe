/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_fields.c - fields of reports: groups, typed values, addresses, the original. */
#include "mime/report_private.h"

#include "base/jsonl.h"
#include "base/limits.h"

#include <string.h>

/* --- groups --- */

/* The end of the line that starts at p, after its LF. */
static const char *
next_line(const char *p, const char *end)
{
	const char *lf = memchr(p, '\n', (size_t)(end - p));

	return lf != NULL ? lf + 1 : end;
}

static bool
is_blank(const char *line, const char *next)
{
	for (; line < next; line++) {
		if (!g_ascii_isspace(*line))
			return false;
	}
	return true;
}

void
report_groups_init(struct report_groups *g, const char *text, size_t len)
{
	const char *p = text, *end = text + len, *start;

	g->list = g_ptr_array_new();
	while (p < end && g->list->len <= LIMIT_REPORT_RECIPIENTS) {
		const char *next = next_line(p, end);

		if (is_blank(p, next)) {
			p = next;
			continue;
		}
		for (start = p; p < end && !is_blank(p, next_line(p, end));)
			p = next_line(p, end);
		g_ptr_array_add(g->list, header_of_bytes(start, (size_t)(p - start)));
	}
}

void
report_groups_fini(struct report_groups *g)
{
	guint i;

	for (i = 0; i < g->list->len; i++)
		header_free(g->list->pdata[i]);
	g_ptr_array_unref(g->list);
}

/* --- parts --- */

GString *
report_part_text(const struct mail_part *part)
{
	bool is_cut;

	return content_text(&part->content, part->charset, LIMIT_REPORT_FIELDS, &is_cut);
}

const struct mail_part *
report_find(const struct mail *m, const char *type)
{
	size_t i;

	for (i = 0; i < mail_n_parts(m); i++) {
		const struct mail_part *part = mail_part(m, i);

		if (part->role != MAIL_WITHIN && part->role != MAIL_CONTAINER &&
		    strcmp(part->type, type) == 0)
			return part;
	}
	return NULL;
}

/* --- values --- */

json_t *
report_field(const struct header *h, const char *name)
{
	const char *raw = header_last(h, name);
	char *text = raw != NULL ? header_text(raw, NULL) : NULL;
	json_t *json = jsonl_text(text, -1);

	g_free(text);
	return json;
}

/* RFC 6533 3: "\x{2026}" stands for a character; malformed ones stay as they are. Owned.
 */
static char *
decode_utf8_address(const char *text)
{
	GString *out = g_string_new(NULL);
	const char *p = text;

	while (*p != '\0') {
		char *end = NULL;
		guint64 c =
		    g_str_has_prefix(p, "\\x{") ? g_ascii_strtoull(p + 3, &end, 16) : 0;

		if (c >= 32 && c <= 0x10ffff && end != NULL && *end == '}' &&
		    g_unichar_validate((gunichar)c)) {
			g_string_append_unichar(out, (gunichar)c);
			p = end + 1;
		} else {
			g_string_append_c(out, *p++);
		}
	}
	return g_string_free(out, FALSE);
}

/* Take a trailing "(comment)" off. */
static void
cut_comment(char *text)
{
	char *open = strchr(text, '(');

	if (open != NULL && open > text && g_str_has_suffix(text, ")"))
		*open = '\0';
	g_strstrip(text);
}

/* "<bob@example.net>", as some write an address here, is meant without the brackets. */
static void
cut_brackets(char *text)
{
	size_t len = strlen(text);

	if (len > 2 && text[0] == '<' && strchr(text, '>') == text + len - 1) {
		text[len - 1] = '\0';
		memmove(text, text + 1, len - 1);
	}
}

char *
report_typed(const struct header *h, const char *name)
{
	const char *raw = header_last(h, name), *semicolon;
	char *text, *out;

	if (raw == NULL)
		return NULL;
	semicolon = strchr(raw, ';');
	text = header_text(semicolon != NULL ? semicolon + 1 : raw, NULL);
	g_strstrip(text);
	cut_brackets(text);
	out = decode_utf8_address(text);
	g_free(text);
	return out;
}

json_t *
report_typed_json(const struct header *h, const char *name)
{
	char *text = report_typed(h, name);
	json_t *json;

	if (text != NULL)
		cut_comment(text);
	json = jsonl_text(text, -1);
	g_free(text);
	return json;
}

json_t *
report_address(const struct header *h, const char *name)
{
	const char *raw = header_last(h, name);
	GPtrArray *list = header_addresses(raw, NULL);
	const struct header_address *first = list->len > 0 ? list->pdata[0] : NULL;
	json_t *json;

	if (raw == NULL)
		json = json_null();
	else if (first != NULL && *first->address != '\0')
		json = jsonl_text(first->address, -1);
	else
		json = report_field(h, name);
	g_ptr_array_unref(list);
	return json;
}

/* --- the original --- */

static json_t *
original_json(const struct header *h)
{
	GPtrArray *ids = header_ids(header_last(h, "Message-ID"));
	const char *raw_id = header_last(h, "Message-ID");
	char *date = header_date(header_last(h, "Date"));
	json_t *id = ids->len > 0 ? jsonl_text(ids->pdata[ids->len - 1], -1)
				  : jsonl_text(raw_id, -1);
	json_t *json = json_pack("{s:o, s:o, s:o, s:o, s:o}", "message_id", id, "from",
	    report_address(h, "From"), "to", report_address(h, "To"), "subject",
	    report_field(h, "Subject"), "date", jsonl_text(date, -1));

	g_ptr_array_unref(ids);
	g_free(date);
	return json;
}

static const struct mail_part *
find_attached(const struct mail *m)
{
	static const char *const types[] = {"message/rfc822", "message/global",
	    "text/rfc822-headers", "message/global-headers", "message/rfc822-headers"};
	const struct mail_part *part = NULL;
	size_t i;

	for (i = 0; part == NULL && i < G_N_ELEMENTS(types); i++)
		part = report_find(m, types[i]);
	return part;
}

json_t *
report_original(const struct mail *m)
{
	const struct mail_part *part = find_attached(m);
	struct mail *inner;
	struct header *h;
	json_t *json;
	GString *text;

	if (part == NULL)
		return json_null();
	inner = part->is_message ? mail_inner(m, part) : NULL;
	if (inner != NULL) {
		json = original_json(mail_header(inner));
		mail_free(inner);
		return json;
	}
	text = report_part_text(part);
	h = header_of_bytes(text->str, text->len);
	json = original_json(h);
	header_free(h);
	g_string_free(text, TRUE);
	return json;
}
