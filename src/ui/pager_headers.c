/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pager_headers.c - all header fields of an open message, above its text. */
#include "ui/pager.h"

/* By name; fields of one name stay as they came. */
static int
by_name(const void *a, const void *b)
{
	const char *one = jsonl_string(*(json_t *const *)a, "name");
	const char *other = jsonl_string(*(json_t *const *)b, "name");
	return g_ascii_strcasecmp(one != NULL ? one : "", other != NULL ? other : "");
}

/* Borrowed fields in the order in which they are shown. */
static GPtrArray *
ordered(const json_t *fields, bool is_sorted)
{
	GPtrArray *list = g_ptr_array_new();
	for (size_t i = 0; i < json_array_size(fields); i++)
		g_ptr_array_add(list, json_array_get(fields, i));
	if (is_sorted)
		g_ptr_array_sort(list, by_name); /* GLib's sort is stable */
	return list;
}

void
pager_add_all_headers(struct pager *p)
{
	const json_t *fields = json_object_get(p->head, "headers");
	if (!json_is_array(fields))
		fields = json_object_get(p->head, "all_headers");
	GPtrArray *list = ordered(fields, p->headers == PAGER_HEADERS_SORTED);
	for (guint i = 0; i < list->len; i++) {
		const json_t *field = list->pdata[i];
		const char *name = jsonl_string(field, "name");
		const char *value = jsonl_string(field, "value");
		char *label = g_strdup_printf("%s: ", name != NULL ? name : "");
		lines_add_wrapped(p->lines, STYLE_HEADER, label, STYLE_TEXT, value, p->cols);
		g_free(label);
	}
	if (list->len > 0)
		lines_add(p->lines, STYLE_TEXT, "");
	g_ptr_array_free(list, TRUE);
}
