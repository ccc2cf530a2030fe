/* SPDX-License-Identifier: GPL-3.0-or-later */
/* edit_file.c - a draft as a text file with its header on top. */
#include "ui/edit_file.h"

#include "base/jsonl.h"
#include "client/attachment.h"

#include <string.h>

enum field_kind { FIELD_TEXT, FIELD_ADDRESSES, FIELD_ATTACH };

static const struct {
	const char *name, *key;
	enum field_kind kind;
	bool is_always; /* shown even when empty */
} fields[] = {
    {"From", "from", FIELD_TEXT, true},
    {"To", "to", FIELD_ADDRESSES, true},
    {"Cc", "cc", FIELD_ADDRESSES, true},
    {"Bcc", "bcc", FIELD_ADDRESSES, true},
    {"Reply-To", "reply_to", FIELD_ADDRESSES, false},
    {"Subject", "subject", FIELD_TEXT, true},
    {"Attach", "attachments", FIELD_ATTACH, false},
};

/* addresses */

static void
add_mailbox(json_t *list, const char *start, size_t len)
{
	char *one = g_strstrip(g_strndup(start, len));
	if (*one != '\0')
		json_array_append_new(list, jsonl_text(one, -1));
	g_free(one);
}

json_t *
edit_file_split_addresses(const char *text)
{
	json_t *list = json_array();
	const char *start = text;
	bool in_quotes = false;
	int depth = 0; /* of () and <> */
	const char *p = text;
	for (; *p != '\0'; p++) {
		if (*p == '\\' && p[1] != '\0')
			p++;
		else if (*p == '"')
			in_quotes = !in_quotes;
		else if (!in_quotes && (*p == '(' || *p == '<'))
			depth++;
		else if (!in_quotes && (*p == ')' || *p == '>') && depth > 0)
			depth--;
		else if (*p == ',' && !in_quotes && depth == 0) {
			add_mailbox(list, start, (size_t)(p - start));
			start = p + 1;
		}
	}
	add_mailbox(list, start, (size_t)(p - start));
	return list;
}

char *
edit_file_join_addresses(const json_t *list)
{
	GString *out = g_string_new(NULL);
	size_t i;
	json_t *item;
	if (json_is_string(list))
		g_string_append(out, json_string_value(list));
	json_array_foreach(list, i, item)
	{
		if (json_is_string(item))
			g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "",
			    json_string_value(item));
	}
	return g_string_free(out, FALSE);
}

/* aliases */

static const char *const recipients[] = {"to", "cc", "bcc"};

json_t *
edit_file_short_names(const json_t *draft)
{
	json_t *names = json_array(), *item;
	size_t k;
	for (size_t i = 0; i < G_N_ELEMENTS(recipients); i++) {
		json_array_foreach(json_object_get(draft, recipients[i]), k, item)
		{
			if (json_is_string(item) && strchr(json_string_value(item), '@') == NULL)
				json_array_append(names, item);
		}
	}
	return names;
}

bool
edit_file_expand(json_t *draft, const json_t *people)
{
	bool changed = false;
	for (size_t i = 0; i < G_N_ELEMENTS(recipients); i++) {
		json_t *was = json_object_get(draft, recipients[i]), *now = json_array(), *item;
		size_t k;
		json_array_foreach(was, k, item)
		{
			const char *name = json_is_string(item) ? json_string_value(item) : "";
			const char *found = jsonl_string(people, name);
			json_t *more = found != NULL ? edit_file_split_addresses(found) : json_pack("[O]", item);
			changed = changed || found != NULL;
			json_array_extend(now, more);
			json_decref(more);
		}
		if (json_is_array(was))
			json_object_set(draft, recipients[i], now);
		json_decref(now);
	}
	return changed;
}

/* draft to file */

static void
add_line(GString *out, const char *name, const char *value)
{
	/* a value is one line whatever it holds */
	char *line = g_strdelimit(g_strdup(value), "\r\n", ' ');
	g_string_append_printf(out, "%s: %s\n", name, line);
	g_free(line);
}

static void
add_attachments(GString *out, const json_t *list)
{
	size_t i;
	json_t *item;
	json_array_foreach(list, i, item)
	{
		const char *path = jsonl_string(item, "path");
		if (path != NULL)
			add_line(out, "Attach", path);
	}
}

char *
edit_file_from_draft(const json_t *draft)
{
	GString *out = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		const json_t *value = json_object_get(draft, fields[i].key);
		if (fields[i].kind == FIELD_ATTACH) {
			add_attachments(out, value);
			continue;
		}
		char *text = edit_file_join_addresses(value);
		if (*text != '\0' || fields[i].is_always)
			add_line(out, fields[i].name, text);
		g_free(text);
	}
	const char *body = jsonl_string(draft, "body");
	g_string_append_printf(out, "\n%s", body != NULL ? body : "");
	if (out->str[out->len - 1] != '\n')
		g_string_append_c(out, '\n');
	return g_string_free(out, FALSE);
}

unsigned
edit_file_first_line(const char *text)
{
	unsigned line = 1;
	for (const char *p = text; *p != '\0'; line++) {
		const char *end = p + strcspn(p, "\n");
		if (end == p)
			return line + 1;
		if (g_str_has_prefix(p, "To: \n"))
			return line;
		p = *end != '\0' ? end + 1 : end;
	}
	return line;
}

/* file to draft */

static int
find_field(const char *name, size_t len)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (strlen(fields[i].name) == len && g_ascii_strncasecmp(fields[i].name, name, len) == 0)
			return (int)i;
	return -1;
}

bool
edit_file_is_field(const char *line, bool *is_people_out)
{
	size_t len = strspn(line, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-");
	bool is_field = len > 0 && line[len] == ':' && (line[len + 1] == '\0' || strchr(" \t\r\n", line[len + 1]) != NULL);
	int i = is_field ? find_field(line, len) : -1;
	*is_people_out = i >= 0 && (fields[i].kind == FIELD_ADDRESSES || g_str_equal(fields[i].key, "from"));
	return is_field;
}

/* An attachment keeps the name and type that it had under the same path. */
static json_t *
attachment(const json_t *old, const char *path)
{
	size_t i;
	json_t *item;
	json_array_foreach(old, i, item)
	{
		if (g_strcmp0(jsonl_string(item, "path"), path) == 0)
			return json_deep_copy(item);
	}
	return client_attachment(path);
}

struct reading {
	json_t *draft;
	json_t *old_attachments, *attachments;
	GString *unknown; /* header lines that no field takes */
};

static void
take_field(struct reading *r, const char *line)
{
	const char *colon = strchr(line, ':');
	int i = colon != NULL ? find_field(line, (size_t)(colon - line)) : -1;
	if (i < 0) {
		g_string_append_printf(r->unknown, "%s\n", line);
		return;
	}
	char *value = g_strstrip(g_strdup(colon + 1));
	if (fields[i].kind == FIELD_TEXT) {
		json_object_set_new(r->draft, fields[i].key, jsonl_text(value, -1));
	} else if (fields[i].kind == FIELD_ATTACH) {
		if (*value != '\0')
			json_array_append_new(r->attachments, attachment(r->old_attachments, value));
	} else {
		/* a repeated To: adds */
		json_t *more = edit_file_split_addresses(value);
		json_array_extend(json_object_get(r->draft, fields[i].key), more);
		json_decref(more);
	}
	g_free(value);
}

static void
begin(struct reading *r)
{
	r->old_attachments = json_incref(json_object_get(r->draft, "attachments"));
	r->attachments = json_array();
	r->unknown = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (fields[i].kind == FIELD_ADDRESSES)
			json_object_set_new(r->draft, fields[i].key, json_array());
		else if (fields[i].kind == FIELD_TEXT && !g_str_equal(fields[i].key, "from"))
			json_object_set_new(r->draft, fields[i].key, json_string(""));
	}
}

/* What follows a NUL would be lost, and text is no Windows-1252 because of one: it stands for a character that
 * cannot be shown. Owned. */
static GString *
without_nul(const char *bytes, size_t len)
{
	GString *out = g_string_sized_new(len + 1);
	for (size_t i = 0; i < len; i++)
		if (bytes[i] == '\0')
			g_string_append(out, "\xEF\xBF\xBD");
		else
			g_string_append_c(out, bytes[i]);
	return out;
}

char *
edit_file_utf8(const char *bytes, size_t len)
{
	char *text;
	if (memchr(bytes, '\0', len) != NULL) {
		GString *whole = without_nul(bytes, len);
		text = edit_file_utf8(whole->str, whole->len);
		g_string_free(whole, TRUE);
		return text;
	}
	if (g_utf8_validate(bytes, (gssize)len, NULL))
		text = g_strndup(bytes, len);
	else
		text = g_convert_with_fallback(bytes, (gssize)len, "UTF-8", "WINDOWS-1252", "?",
		    NULL, NULL, NULL);
	return text != NULL ? text : g_utf8_make_valid(bytes, (gssize)len);
}

void
edit_file_to_draft(const char *bytes, size_t len, json_t *draft)
{
	struct reading r = {.draft = draft};
	char *text = edit_file_utf8(bytes, len);
	char **lines = g_strsplit(text, "\n", -1);
	GString *field = g_string_new(NULL);
	size_t i = 0;
	begin(&r);
	for (; lines[i] != NULL; i++) {
		g_strchomp(lines[i]); /* vim ends the lines of what it takes for mail with CR LF */
		bool is_folded = lines[i][0] == ' ' || lines[i][0] == '\t';
		if (field->len > 0 && !is_folded) {
			take_field(&r, field->str);
			g_string_truncate(field, 0);
		}
		if (lines[i][0] == '\0')
			break;
		g_string_append(field, lines[i]);
	}
	if (field->len > 0)
		take_field(&r, field->str);
	for (size_t k = i; lines[k] != NULL; k++)
		if (g_str_has_suffix(lines[k], "\r"))
			lines[k][strlen(lines[k]) - 1] = '\0';
	char *rest = lines[i] != NULL ? g_strjoinv("\n", lines + i + 1) : g_strdup("");
	char *body = g_strconcat(r.unknown->str, r.unknown->len > 0 ? "\n" : "", rest, NULL);
	json_object_set_new(draft, "body", jsonl_text(body, -1));
	json_object_set_new(draft, "attachments", r.attachments);
	json_decref(r.old_attachments);
	g_string_free(r.unknown, TRUE);
	g_string_free(field, TRUE);
	g_free(body);
	g_free(rest);
	g_strfreev(lines);
	g_free(text);
}
