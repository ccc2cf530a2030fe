/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules from the rc, and which messages they mean: first the query, by notmuch, then account, header
 * and verdict of those that are left. */
#include "store/filter.h"

#include "base/file.h"
#include "base/jsonl.h"
#include "base/query.h"
#include "mime/header.h"
#include "store/index_change.h"
#include "store/message.h"

#include <string.h>
#include <unistd.h>

#define HEAD_BYTES (256u << 10) /* of a message, for its header fields */
#define IDS_AT_ONCE 100	       /* in one query */

struct filter_header {
	char *name;
	GRegex *value;
};

static void
free_header(gpointer data)
{
	struct filter_header *h = data;

	g_free(h->name);
	if (h->value != NULL)
		g_regex_unref(h->value);
	g_free(h);
}

static void
free_filter(gpointer data)
{
	struct filter *f = data;

	g_ptr_array_unref(f->headers);
	g_ptr_array_unref(f->changes);
	g_strfreev(f->run);
	g_free(f);
}

static bool
refuse(const struct rc *rc, const char *name, const char *why, GError **error)
{
	g_set_error(error, PF_ERROR, PF_ERROR_CONFIG, "%s: [filter \"%s\"]: %s", rc_path(rc), name, why);
	return false;
}

/* "List-Id: example" */
static bool
take_header(struct filter *f, const struct rc *rc, const char *text, GError **error)
{
	const char *colon = strchr(text, ':');
	struct filter_header *h;
	GError *why = NULL;

	if (colon == NULL || colon == text)
		return refuse(rc, f->name, "header wants `Name: regular expression`", error);
	h = g_new0(struct filter_header, 1);
	h->name = g_strndup(text, (gsize)(colon - text));
	h->value = g_regex_new(colon + 1 + strspn(colon + 1, " "), G_REGEX_CASELESS | G_REGEX_OPTIMIZE,
	    0, &why);
	g_ptr_array_add(f->headers, h);
	if (h->value != NULL)
		return true;
	(void)refuse(rc, f->name, why->message, error);
	g_error_free(why);
	return false;
}

static void
add_change(struct filter *f, const char *text)
{
	g_ptr_array_add(f->changes, g_strdup(text));
}

/* Tags as they stand there, and the two that have settings of their own. */
static bool
take_changes(struct filter *f, const struct rc *rc, GError **error)
{
	const char *const *tags = rc_list(rc, "filter", f->name, "tag");
	GError *why = NULL;

	for (; *tags != NULL; tags++) {
		char **words = g_strsplit_set(*tags, " \t", -1);

		for (char **w = words; *w != NULL; w++)
			if (**w != '\0')
				add_change(f, *w);
		g_strfreev(words);
	}
	if (rc_bool(rc, "filter", f->name, "read"))
		add_change(f, "-unread");
	if (rc_bool(rc, "filter", f->name, "flag"))
		add_change(f, "+flagged");
	g_ptr_array_add(f->changes, NULL);
	if (f->changes->len == 1 || index_tag_check((const char *const *)f->changes->pdata, &why))
		return true;
	(void)refuse(rc, f->name, why->message, error);
	g_error_free(why);
	return false;
}

static bool
take_rest(struct filter *f, const struct rc *rc, GError **error)
{
	const char *const *headers = rc_list(rc, "filter", f->name, "header");
	bool has_match = f->query != NULL || headers[0] != NULL || f->verdicts[0] != NULL ||
	    f->flags[0] != NULL || f->account != NULL;

	for (; *headers != NULL; headers++)
		if (!take_header(f, rc, *headers, error))
			return false;
	if (!take_changes(f, rc, error))
		return false;
	if (!has_match)
		return refuse(rc, f->name,
		    "it means every message; say which by query, header, verdict, flag or account "
		    "(query = * for all)",
		    error);
	if (f->changes->len == 1 && f->move == NULL && f->run == NULL && !f->notifies && !f->stops)
		return refuse(rc, f->name, "it does nothing; see [filter] in penfold-rc(5)", error);
	return true;
}

GPtrArray *
filters_load(const struct rc *rc, GError **error)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(free_filter);
	const char *const *names = rc_names(rc, "filter");

	for (; *names != NULL; names++) {
		struct filter *f = g_new0(struct filter, 1);

		g_ptr_array_add(list, f);
		f->name = *names;
		f->account = rc_string(rc, "filter", *names, "account");
		f->query = rc_string(rc, "filter", *names, "query");
		f->move = rc_string(rc, "filter", *names, "move");
		f->verdicts = rc_list(rc, "filter", *names, "verdict");
		f->flags = rc_list(rc, "filter", *names, "sender-flag");
		f->run = rc_argv(rc, "filter", *names, "run");
		f->notifies = rc_bool(rc, "filter", *names, "notify");
		f->stops = rc_bool(rc, "filter", *names, "stop");
		f->headers = g_ptr_array_new_with_free_func(free_header);
		f->changes = g_ptr_array_new_with_free_func(g_free);
		if (take_rest(f, rc, error))
			continue;
		g_ptr_array_unref(list);
		return NULL;
	}
	return list;
}

bool
filters_exist(const struct rc *rc)
{
	return rc_names(rc, "filter")[0] != NULL;
}

/* --- which messages --- */

/* An id in a query: quotes are doubled. */
static void
append_id(GString *query, const char *id)
{
	g_string_append(query, query->len > 0 ? " or id:\"" : "id:\"");
	for (const char *p = id; *p != '\0'; p++) {
		if (*p == '"')
			g_string_append_c(query, '"');
		g_string_append_c(query, *p);
	}
	g_string_append_c(query, '"');
}

/* ids[from..] that the query means, as far as one question goes. */
static bool
ask_some(struct index *ix, const char *query, const GPtrArray *ids, guint from, GPtrArray *out,
    GError **error)
{
	GString *these = g_string_new(NULL);
	char *whole;
	GPtrArray *found;

	for (guint i = from; i < ids->len && i < from + IDS_AT_ONCE; i++)
		append_id(these, g_ptr_array_index(ids, i));
	whole = query_and(query, these->str);
	found = index_ids(ix, whole, error);
	g_free(whole);
	g_string_free(these, TRUE);
	if (found == NULL)
		return false;
	g_ptr_array_extend_and_steal(out, found);
	return true;
}

static GPtrArray *
by_query(struct index *ix, const struct filter *f, const GPtrArray *ids, GError **error)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
	bool is_all = f->query == NULL || strcmp(f->query, "*") == 0;

	for (guint i = 0; is_all && i < ids->len; i++)
		g_ptr_array_add(out, g_strdup(g_ptr_array_index(ids, i)));
	for (guint i = 0; !is_all && i < ids->len; i += IDS_AT_ONCE) {
		if (ask_some(ix, f->query, ids, i, out, error))
			continue;
		g_prefix_error(error, "[filter \"%s\"]: ", f->name);
		g_ptr_array_unref(out);
		return NULL;
	}
	return out;
}

static bool
has_field(const struct header *h, const struct filter_header *wanted)
{
	bool fits = false;

	for (size_t i = 0; i < header_n_fields(h) && !fits; i++) {
		const struct header_field *field = header_field(h, i);
		char *value;

		if (g_ascii_strcasecmp(field->name, wanted->name) != 0)
			continue;
		value = header_text(field->value, NULL);
		fits = g_regex_match(wanted->value, value, 0, NULL);
		g_free(value);
	}
	return fits;
}

static bool
fits_headers(const struct filter *f, const char *path)
{
	char *bytes;
	ssize_t n;
	struct header *h;
	bool fits = true;
	int fd;

	if (f->headers->len == 0)
		return true;
	fd = path != NULL ? file_open_regular(path, true) : -1;
	if (fd < 0)
		return false;
	bytes = g_malloc(HEAD_BYTES);
	n = read(fd, bytes, HEAD_BYTES);
	close(fd);
	h = header_of_bytes(bytes, n > 0 ? (size_t)n : 0);
	for (guint i = 0; fits && i < f->headers->len; i++)
		fits = has_field(h, g_ptr_array_index(f->headers, i));
	header_free(h);
	g_free(bytes);
	return fits;
}

static bool
fits_verdict(const struct filter *f, const json_t *verdict)
{
	const char *word = jsonl_string(verdict, "verdict");
	const json_t *flags = json_object_get(verdict, "flags"), *flag;
	bool has_flag = f->flags[0] == NULL;
	size_t i;

	if (f->verdicts[0] != NULL && (word == NULL || !g_strv_contains(f->verdicts, word)))
		return false;
	json_array_foreach(flags, i, flag)
		has_flag = has_flag ||
		    (json_is_string(flag) && g_strv_contains(f->flags, json_string_value(flag)));
	return has_flag;
}

static bool
fits(struct index *ix, const struct filter *f, const char *id)
{
	json_t *message;
	bool is_it;

	if (f->account == NULL && f->headers->len == 0 && f->verdicts[0] == NULL && f->flags[0] == NULL)
		return true;
	message = message_find(ix, id, NULL, NULL);
	is_it = message != NULL &&
	    (f->account == NULL || g_strcmp0(f->account, jsonl_string(message, "account")) == 0) &&
	    fits_verdict(f, json_object_get(message, "verdict")) &&
	    fits_headers(f, jsonl_string(message, "path"));
	json_decref(message);
	return is_it;
}

GPtrArray *
filter_matches(struct index *ix, const struct filter *f, const GPtrArray *ids, GError **error)
{
	GPtrArray *found = by_query(ix, f, ids, error);

	for (guint i = found != NULL ? found->len : 0; i-- > 0;)
		if (!fits(ix, f, g_ptr_array_index(found, i)))
			g_ptr_array_remove_index_fast(found, i);
	return found;
}

json_t *
filter_actions(const struct filter *f)
{
	json_t *actions = json_object(), *list = json_array(), *argv = json_array();

	for (guint i = 0; i + 1 < f->changes->len; i++)
		json_array_append_new(list, jsonl_text(g_ptr_array_index(f->changes, i), -1));
	for (char **word = f->run; word != NULL && *word != NULL; word++)
		json_array_append_new(argv, jsonl_text(*word, -1));
	if (json_array_size(list) > 0)
		json_object_set(actions, "tag", list);
	if (f->move != NULL)
		json_object_set_new(actions, "move", jsonl_text(f->move, -1));
	if (json_array_size(argv) > 0)
		json_object_set(actions, "run", argv);
	if (f->notifies)
		json_object_set_new(actions, "notify", json_true());
	json_decref(list);
	json_decref(argv);
	return actions;
}
