/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lines_json.c - lines as the helpers give them, before they are lines of a page. */
#include "ui/lines.h"

#include "base/jsonl.h"

#include <string.h>

static guint
lines_in_item(const json_t *item)
{
	return (guint)CLAMP(jsonl_int(item, "n", 1), 1, G_MAXINT32);
}

guint
lines_in_json(const json_t *array)
{
	guint n = 0;
	size_t i;
	json_t *item;
	json_array_foreach(array, i, item)
	{
		n += lines_in_item(item);
	}
	return n;
}

json_t *
lines_json_from(const json_t *array, guint skip)
{
	json_t *out = json_array(), *item;
	size_t i;
	json_array_foreach(array, i, item)
	{
		guint n = lines_in_item(item), passed = MIN(n, skip);
		const char *text = jsonl_string(item, "t");
		skip -= passed;
		if (passed == n || text == NULL)
			continue;
		for (guint k = 0; k < passed && text != NULL; k++)
			text = strchr(text, '\n') != NULL ? strchr(text, '\n') + 1 : NULL;
		json_t *rest = json_copy(item);
		json_object_set_new(rest, "t", jsonl_text(text != NULL ? text : "", -1));
		json_object_set_new(rest, "n", json_integer(n - passed));
		json_array_append_new(out, rest);
	}
	return out;
}
