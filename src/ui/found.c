/* SPDX-License-Identifier: GPL-3.0-or-later */
/* found.c - a row of a search. */
#include "ui/found.h"

#include "base/jsonl.h"
#include "ui/format.h"
#include "ui/verdict.h"

void
found_free(gpointer found)
{
	struct found *f = found;
	g_ptr_array_unref(f->text);
	g_free(f);
}

static const char *
keep(struct found *f, const char *text)
{
	if (text == NULL)
		return "";
	char *copy = g_strdup(text);
	g_ptr_array_add(f->text, copy);
	return copy;
}

static char *
join_tags(const json_t *tags)
{
	GString *out = g_string_new(NULL);
	size_t i;
	json_t *tag;
	json_array_foreach(tags, i, tag)
	{
		if (json_is_string(tag))
			g_string_append_printf(out, "%s%s", out->len > 0 ? " " : "",
			    json_string_value(tag));
	}
	return g_string_free(out, FALSE);
}

static const char *
authors_of(const json_t *obj)
{
	const json_t *authors = json_object_get(obj, "authors");
	if (json_is_array(authors))
		authors = json_array_get(authors, 0);
	return json_string_value(authors);
}

static gint64
date_of(const json_t *obj)
{
	const json_t *date = json_object_get(obj, "date");
	return json_is_integer(date) ? json_integer_value(date)
				     : format_parse_date(json_string_value(date));
}

static bool
truthy(const json_t *obj, const char *key)
{
	const json_t *value = json_object_get(obj, key);
	return json_is_true(value) || (json_is_integer(value) && json_integer_value(value) != 0);
}

struct found *
found_from_json(const json_t *obj)
{
	struct found *f = g_new0(struct found, 1);
	char *tags = join_tags(json_object_get(obj, "tags"));
	f->text = g_ptr_array_new_with_free_func(g_free);
	f->row.thread = keep(f, jsonl_string(obj, "thread"));
	f->row.id = keep(f, jsonl_string(obj, "id"));
	f->row.subject = keep(f, jsonl_string(obj, "subject"));
	f->row.authors = keep(f, authors_of(obj));
	f->row.domain = keep(f, jsonl_string(obj, "domain"));
	f->row.tags = keep(f, tags);
	f->row.date = date_of(obj);
	f->row.count = f->row.total = (guint32)CLAMP(jsonl_int(obj, "count", 1), 0, G_MAXUINT32);
	f->row.size = (guint64)MAX(jsonl_int(obj, "size", 0), 0);
	f->row.verdict = verdict_of_json(json_object_get(obj, "verdict"));
	if (jsonl_bool(obj, "doubtful", false))
		f->row.verdict = ROW_VERDICT_DOUBTFUL;
	f->row.flags = (truthy(obj, "unread") ? (unsigned)ROW_UNREAD : 0) |
	    (truthy(obj, "flagged") ? (unsigned)ROW_FLAGGED : 0) |
	    (truthy(obj, "attachment") ? (unsigned)ROW_ATTACHMENT : 0) |
	    (row_has_tag(&f->row, "replied") ? (unsigned)ROW_REPLIED : 0);
	g_free(tags);
	return f;
}
