/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operation of penfold-store that says how much mail there is, by folder and by month. */
#include "programs/store_ops.h"

#include "store/state.h"

struct sums {
	json_t *folders, *months; /* name -> [messages, bytes] */
};

static void
add(json_t *sums, const char *name, gint64 size)
{
	json_t *pair = json_object_get(sums, name);

	if (pair == NULL) {
		pair = json_pack("[i, i]", 0, 0);
		json_object_set_new(sums, name, pair);
	}
	json_array_set_new(pair, 0, json_integer(json_integer_value(json_array_get(pair, 0)) + 1));
	json_array_set_new(pair, 1, json_integer(json_integer_value(json_array_get(pair, 1)) + size));
}

/* A key is the path below the root, without cur or new. */
static void
add_file(const char *key, gint64 date, gint64 size, void *user)
{
	struct sums *s = user;
	char *folder = g_path_get_dirname(key);
	GDateTime *at = g_date_time_new_from_unix_utc(date);
	char *month = at != NULL ? g_date_time_format(at, "%Y-%m") : g_strdup("?");
	char *name = g_utf8_make_valid(folder, -1);

	add(s->folders, name, size);
	add(s->months, month, size);
	if (at != NULL)
		g_date_time_unref(at);
	g_free(name);
	g_free(month);
	g_free(folder);
}

/* [{name, messages, bytes}], in the order of the names. */
static json_t *
as_list(const json_t *sums)
{
	json_t *list = json_array();
	GPtrArray *names = g_ptr_array_new();
	const char *name;
	json_t *pair;

	json_object_foreach((json_t *)(guintptr)sums, name, pair)
		g_ptr_array_add(names, (gpointer)(guintptr)name);
	g_ptr_array_sort(names, (GCompareFunc)g_strcmp0);
	for (guint i = 0; i < names->len; i++) {
		pair = json_object_get(sums, names->pdata[i]);
		json_array_append_new(list, json_pack("{s:o, s:O, s:O}", "name",
		    jsonl_text(names->pdata[i], -1), "messages", json_array_get(pair, 0), "bytes",
		    json_array_get(pair, 1)));
	}
	g_ptr_array_unref(names);
	return list;
}

void
store_op_usage(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	struct sums s = { json_object(), json_object() };

	state_files_each(p->state, add_file, &s);
	helper_done(r, json_pack("{s:o, s:o}", "folders", as_list(s.folders), "months",
	    as_list(s.months)));
	json_decref(s.folders);
	json_decref(s.months);
}
