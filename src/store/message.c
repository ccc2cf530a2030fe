/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From notmuch's messages to our objects. */
#include "store/message.h"

#include "base/file.h"
#include "base/jsonl.h"
#include "store/heading.h"
#include "store/linkage.h"
#include "store/placement.h"
#include "store/submitted.h"

#include <string.h>
#include <sys/stat.h>

char *
message_time(gint64 seconds)
{
	GDateTime *time = g_date_time_new_from_unix_utc(seconds);
	char *text = time != NULL ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ") : NULL;

	if (time != NULL)
		g_date_time_unref(time);
	return text != NULL ? text : g_strdup("");
}

static json_t *
time_json(gint64 seconds)
{
	char *text = message_time(seconds);
	json_t *out = json_string(text);

	g_free(text);
	return out;
}

/* Hash the file as it is now and remember it; a failure to remember only costs time later. */
static char *
hash_anew(struct index *ix, const char *key, const char *path, const struct stat *st,
    const char *message_id, gint64 date)
{
	char *sha256 = file_sha256_path(path, NULL);
	char *key_copy = g_strdup(key), *id = g_strdup(message_id);
	struct state_file file = { key_copy, sha256, id, date, st->st_size, st->st_mtime,
		(gint64)st->st_ino };

	if (sha256 != NULL)
		(void)state_file_put(index_state(ix), &file, NULL);
	g_free(key_copy);
	g_free(id);
	return sha256;
}

/* What is remembered of the file with this key, unless it has changed since. Owned. */
static char *
hash_known(struct index *ix, const char *key, const struct stat *st)
{
	struct state_file *file = state_file_get(index_state(ix), key);
	bool is_same = file != NULL && file->size == st->st_size && file->mtime == st->st_mtime &&
	    file->inode == (gint64)st->st_ino;
	char *sha256 = is_same ? g_steal_pointer(&file->sha256) : NULL;

	state_file_free(file);
	return sha256;
}

char *
message_sha256_known(struct index *ix, const char *path)
{
	char *key = index_key(ix, path), *sha256 = NULL;
	struct stat st;

	if (stat(path, &st) == 0)
		sha256 = hash_known(ix, key, &st);
	g_free(key);
	return sha256;
}

char *
message_sha256(struct index *ix, const char *path, const char *message_id, gint64 date)
{
	char *key = index_key(ix, path), *sha256 = NULL;
	struct stat st;

	if (stat(path, &st) == 0) {
		sha256 = hash_known(ix, key, &st);
		if (sha256 == NULL)
			sha256 = hash_anew(ix, key, path, &st, message_id, date);
	}
	g_free(key);
	return sha256;
}

struct knowing {
	const char *id;
	bool is_known;
};

static notmuch_status_t
look_for_id(notmuch_database_t *db, void *user)
{
	struct knowing *knowing = user;
	notmuch_message_t *message = NULL;
	notmuch_status_t status = index_find(db, knowing->id, &message);

	knowing->is_known = message != NULL;
	if (message != NULL)
		notmuch_message_destroy(message);
	return status;
}

bool
message_is_known(struct index *ix, const char *id)
{
	struct knowing knowing = { .id = id };

	(void)index_read(ix, look_for_id, &knowing, NULL);
	return knowing.is_known;
}

static json_t *
tags_json(notmuch_message_t *message, bool *has_attachment_out)
{
	json_t *out = json_array();
	notmuch_tags_t *tags = notmuch_message_get_tags(message);

	*has_attachment_out = false;
	for (; tags != NULL && notmuch_tags_valid(tags); notmuch_tags_move_to_next(tags)) {
		const char *tag = notmuch_tags_get(tags);

		json_array_append_new(out, jsonl_text(tag, -1));
		if (strcmp(tag, "attachment") == 0)
			*has_attachment_out = true;
	}
	if (tags != NULL)
		notmuch_tags_destroy(tags);
	return out;
}

/* The verdict that was made when the message came: on these bytes, else on those that its file held then. */
json_t *
message_kept_verdict(struct index *ix, const char *sha256)
{
	char *text = sha256 != NULL ? state_verdict_before(index_state(ix), sha256) : NULL;
	json_t *out;

	if (text == NULL && sha256 != NULL)
		text = state_verdict_get(index_state(ix), sha256);
	out = text != NULL ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
	g_free(text);
	return out;
}

static json_t *
verdict_json(struct index *ix, const char *sha256)
{
	char *text = sha256 != NULL ? state_verdict_get(index_state(ix), sha256) : NULL;
	json_t *out = text != NULL ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;

	g_free(text);
	return out != NULL ? out : json_null();
}

static void
set_text(json_t *obj, const char *key, const char *text)
{
	json_object_set_new(obj, key, jsonl_text(text != NULL ? text : "", -1));
}

/* path, paths, size, sha256, account, folder, verdict: what the files say. */
static void
set_files(struct index *ix, notmuch_message_t *message, json_t *obj)
{
	GPtrArray *files = placement_files(ix, message);
	const char *path = files->len > 0 ? g_ptr_array_index(files, 0) : NULL;
	const struct folder *folder =
	    path != NULL ? folders_of_path(index_folders(ix), path) : NULL;
	char *sha256 = path != NULL ? message_sha256(ix, path, notmuch_message_get_message_id(message),
					  notmuch_message_get_date(message))
				    : NULL;
	json_t *paths = json_array();
	struct stat st;

	for (guint i = 0; i < files->len; i++)
		json_array_append_new(paths, jsonl_text(g_ptr_array_index(files, i), -1));
	json_object_set_new(obj, "path", jsonl_text(path, -1));
	json_object_set_new(obj, "paths", paths);
	json_object_set_new(obj, "sha256", jsonl_text(sha256, -1));
	set_text(obj, "account", folder != NULL ? folder->account : "");
	set_text(obj, "folder", folder != NULL ? folder->name : "");
	json_object_set_new(obj, "size",
	    json_integer(path != NULL && stat(path, &st) == 0 ? st.st_size : 0));
	json_object_set_new(obj, "verdict", verdict_json(ix, sha256));
	g_free(sha256);
	g_ptr_array_unref(files);
}

json_t *
message_json(struct index *ix, notmuch_message_t *message)
{
	json_t *obj = json_object();
	bool has_attachment;

	set_text(obj, "id", notmuch_message_get_message_id(message));
	set_text(obj, "thread", notmuch_message_get_thread_id(message));
	json_object_set_new(obj, "date", time_json(notmuch_message_get_date(message)));
	set_text(obj, "from", heading_of(message, "from"));
	set_text(obj, "to", notmuch_message_get_header(message, "to"));
	set_text(obj, "subject", heading_of(message, "subject"));
	json_object_set_new(obj, "tags", tags_json(message, &has_attachment));
	json_object_set_new(obj, "attachment", json_boolean(has_attachment));
	json_object_set_new(obj, "quarantined", json_boolean(placement_is_standin(ix, message)));
	set_files(ix, message, obj);
	return obj;
}

static json_t *
strings_json(GPtrArray *list)
{
	json_t *out = json_array();

	for (guint i = 0; i < list->len; i++)
		json_array_append_new(out, jsonl_text(g_ptr_array_index(list, i), -1));
	return out;
}

static json_t *
authors_json(GPtrArray *list)
{
	GString *text = g_string_new(NULL);
	json_t *out;

	for (guint i = 0; i < list->len; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
		    (const char *)g_ptr_array_index(list, i));
	out = jsonl_text(text->str, (gssize)text->len);
	g_string_free(text, TRUE);
	return out;
}

json_t *
message_row_json(const struct thread_row *row)
{
	json_t *obj = json_object();

	set_text(obj, "thread", row->thread);
	set_text(obj, "id", row->id);
	json_object_set_new(obj, "date", time_json(row->date));
	set_text(obj, "subject", row->subject);
	json_object_set_new(obj, "authors", authors_json(row->authors));
	json_object_set_new(obj, "author", strings_json(row->authors));
	set_text(obj, "domain", row->domain);
	json_object_set_new(obj, "count", json_integer(row->count));
	json_object_set_new(obj, "unread", json_boolean((row->flags & ROW_UNREAD) != 0));
	json_object_set_new(obj, "flagged", json_boolean((row->flags & ROW_FLAGGED) != 0));
	json_object_set_new(obj, "attachment", json_boolean((row->flags & ROW_ATTACHMENT) != 0));
	json_object_set_new(obj, "replied", json_boolean((row->flags & ROW_REPLIED) != 0));
	json_object_set_new(obj, "quarantined", json_boolean((row->flags & ROW_QUARANTINED) != 0));
	json_object_set_new(obj, "tags", strings_json(row->tags));
	set_text(obj, "account", row->account);
	set_text(obj, "folder", row->folder);
	json_object_set_new(obj, "size", json_integer((json_int_t)row->size));
	json_object_set_new(obj, "doubtful", json_boolean(row->verdict == ROW_VERDICT_DOUBTFUL));
	json_object_set_new(obj, "verdict",
	    row->verdict == ROW_VERDICT_UNEVALUATED ? json_null()
						    : json_string(row_verdict_name(row->verdict)));
	return obj;
}

struct finding {
	struct index *ix;
	const char *id, *name; /* one of them */
	json_t *out;
};

static notmuch_status_t
find_one(notmuch_database_t *db, void *user)
{
	struct finding *f = user;
	const struct linkage *links = NULL;
	notmuch_message_t *message = NULL;
	notmuch_status_t status = f->id != NULL
	    ? index_find(db, f->id, &message)
	    : notmuch_database_find_message_by_filename(db, f->name, &message);

	if (status == NOTMUCH_STATUS_SUCCESS && message != NULL)
		status = linkage_read(f->ix, db, &links);
	if (status == NOTMUCH_STATUS_SUCCESS && message != NULL) {
		json_decref(f->out);
		f->out = message_json(f->ix, message);
		set_text(f->out, "thread", linkage_thread(links, message));
	}
	if (message != NULL)
		notmuch_message_destroy(message);
	return status;
}

/* The name under which the index has a real file: itself or its stand-in. Owned. */
static char *
indexed_name(struct index *ix, const char *path, GError **error)
{
	char *asked = index_path(ix, path, error);
	char *now = asked != NULL ? index_locate(asked) : NULL;
	char *key = asked != NULL ? index_key(ix, asked) : NULL;
	struct state_standin *s = key != NULL ? state_standin_of_key(index_state(ix), key) : NULL;
	char *name = s != NULL ? g_strconcat(index_root(ix), "/", s->standin, NULL)
			       : g_strdup(now != NULL ? now : asked);

	state_standin_free(s);
	g_free(key);
	g_free(now);
	g_free(asked);
	return name;
}

json_t *
message_find(struct index *ix, const char *id, const char *path, GError **error)
{
	struct finding f = { .ix = ix, .id = id };
	char *name = id == NULL ? indexed_name(ix, path, error) : NULL;
	bool ok = id != NULL || name != NULL;

	f.name = name;
	ok = ok && index_read(ix, find_one, &f, error);
	if (ok && f.out == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "%s: no such message",
		    id != NULL ? id : path);
	if (f.out != NULL && jsonl_string(f.out, "path") != NULL)
		json_object_set_new(f.out, "submitted",
		    json_boolean(submitted_is(ix, jsonl_string(f.out, "path"),
			jsonl_string(f.out, "id"))));
	g_free(name);
	return f.out;
}
