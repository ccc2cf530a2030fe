/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drafts on disk: read and written whole, named by an id that cannot leave the folder. */
#include "store/drafts.h"

#include "base/error.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/limits.h"
#include "store/message.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ID_LEN_MAX 64
#define SUFFIX ".json"

static bool
is_id(const char *id)
{
	size_t len = strlen(id);

	for (const char *p = id; *p != '\0'; p++)
		if (!g_ascii_isalnum(*p) && *p != '-')
			return false;
	return len > 0 && len <= ID_LEN_MAX;
}

static char *
path_of(const char *state_dir, const char *id, GError **error)
{
	if (is_id(id))
		return g_strconcat(state_dir, "/drafts/", id, SUFFIX, NULL);
	g_set_error(error, PF_ERROR, PF_ERROR_DATA, "not the id of a draft");
	return NULL;
}

static char *
new_id(void)
{
	return g_strdup_printf("%" G_GINT64_FORMAT "-%08x%08x", g_get_real_time() / G_USEC_PER_SEC,
	    g_random_int(), g_random_int());
}

/* For eyes, unless that would be more than is ever read again. To be freed with free(). */
static char *
text_of(const json_t *draft)
{
	char *text = json_dumps(draft, JSON_INDENT(1));

	if (text == NULL || strlen(text) <= LIMIT_JSON_LINE)
		return text;
	free(text);
	return json_dumps(draft, JSON_COMPACT);
}

char *
drafts_save(const char *state_dir, const char *id, const json_t *draft, GError **error)
{
	char *own_id = id != NULL ? g_strdup(id) : new_id();
	char *dir = g_strconcat(state_dir, "/drafts", NULL);
	char *path = path_of(state_dir, own_id, error);
	char *text = json_is_object(draft) ? text_of(draft) : NULL;
	bool ok = path != NULL;

	if (ok && text == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "a draft is an object");
		ok = false;
	}
	ok = ok && file_make_dir(dir, error) &&
	    file_write_durable(path, text, strlen(text), 0600, error);
	free(text);
	g_free(path);
	g_free(dir);
	if (ok)
		return own_id;
	g_free(own_id);
	return NULL;
}

static json_t *
read_draft(const char *path, GError **error)
{
	GBytes *bytes = file_read(path, LIMIT_JSON_LINE, error);
	json_t *draft;
	gsize len;
	const char *text;

	if (bytes == NULL)
		return NULL;
	text = g_bytes_get_data(bytes, &len);
	draft = json_loadb(text != NULL ? text : "", len, JSON_REJECT_DUPLICATES, NULL);
	g_bytes_unref(bytes);
	if (json_is_object(draft))
		return draft;
	json_decref(draft);
	g_set_error(error, PF_ERROR, PF_ERROR_DATA, "%s: not a draft", path);
	return NULL;
}

json_t *
drafts_get(const char *state_dir, const char *id, GError **error)
{
	char *path = path_of(state_dir, id, error);
	json_t *draft = path != NULL ? read_draft(path, error) : NULL;

	g_free(path);
	return draft;
}

bool
drafts_delete(const char *state_dir, const char *id, GError **error)
{
	char *path = path_of(state_dir, id, error);
	char *dir = g_strconcat(state_dir, "/drafts", NULL);
	bool ok = path != NULL;

	if (ok && unlink(path) != 0) {
		g_set_error(error, PF_ERROR, errno == ENOENT ? PF_ERROR_NOT_FOUND : PF_ERROR_IO,
		    "draft %s: %s", id, g_strerror(errno));
		ok = false;
	}
	ok = ok && file_sync_dir(dir, error);
	g_free(path);
	g_free(dir);
	return ok;
}

/* One line of the list, with the time as a number for sorting. */
struct listed {
	json_t *obj;
	gint64 saved_ns;
};

static struct listed
list_one(const char *path, const char *id)
{
	json_t *draft = read_draft(path, NULL);
	struct listed one = { json_object(), 0 };
	struct stat st;
	char *time;

	if (stat(path, &st) != 0)
		memset(&st, 0, sizeof(st));
	one.saved_ns = (gint64)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	time = message_time(st.st_mtime);
	json_object_set_new(one.obj, "draft_id", json_string(id));
	json_object_set_new(one.obj, "saved", json_string(time));
	json_object_set_new(one.obj, "account", jsonl_text(jsonl_string(draft, "account"), -1));
	json_object_set_new(one.obj, "subject", jsonl_text(jsonl_string(draft, "subject"), -1));
	json_object_set(one.obj, "to", json_object_get(draft, "to"));
	if (json_object_get(draft, "to") == NULL)
		json_object_set_new(one.obj, "to", json_array());
	if (draft == NULL)
		json_object_set_new(one.obj, "damaged", json_true());
	json_decref(draft);
	g_free(time);
	return one;
}

static int
compare_listed(gconstpointer a, gconstpointer b)
{
	const struct listed *x = a, *y = b;

	return x->saved_ns < y->saved_ns ? 1 : x->saved_ns > y->saved_ns ? -1 : 0;
}

json_t *
drafts_list(const char *state_dir)
{
	char *dir_path = g_strconcat(state_dir, "/drafts", NULL);
	GDir *dir = g_dir_open(dir_path, 0, NULL);
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct listed));
	json_t *out = json_array();
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		char *path = g_strconcat(dir_path, "/", name, NULL);
		char *id = g_strndup(name, strlen(name) - MIN(strlen(name), strlen(SUFFIX)));

		if (g_str_has_suffix(name, SUFFIX) && is_id(id)) {
			struct listed one = list_one(path, id);

			g_array_append_val(all, one);
		}
		g_free(id);
		g_free(path);
	}
	if (dir != NULL)
		g_dir_close(dir);
	g_array_sort(all, compare_listed);
	for (guint i = 0; i < all->len; i++)
		json_array_append_new(out, g_array_index(all, struct listed, i).obj);
	g_array_unref(all);
	g_free(dir_path);
	return out;
}
