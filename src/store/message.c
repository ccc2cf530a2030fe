/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From notmuch's messages to our objects. */
#include "store/message.h"

#include "base/file.h"
#include "base/jsonl.h"
#include "base/query.h"
#include "store/heading.h"
#include "store/placement.h"
#include "store/submitted.h"

#include <string.h>
#include <sys/stat.h>

#define DEPTH_MAX 1000 /* of replies to replies; deeper ones are shown at this depth */

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

char *
message_sha256(struct index *ix, const char *path, const char *message_id, gint64 date)
{
	char *key = index_key(ix, path), *sha256 = NULL;
	struct state_file *file = state_file_get(index_state(ix), key);
	struct stat st;

	if (stat(path, &st) == 0) {
		bool is_same = file != NULL && file->sha256 != NULL && file->size == st.st_size &&
		    file->mtime == st.st_mtime && file->inode == (gint64)st.st_ino;

		sha256 = is_same ? g_steal_pointer(&file->sha256)
				 : hash_anew(ix, key, path, &st, message_id, date);
	}
	state_file_free(file);
	g_free(key);
	return sha256;
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
	notmuch_message_t *message = NULL;
	notmuch_status_t status = f->id != NULL
	    ? index_find(db, f->id, &message)
	    : notmuch_database_find_message_by_filename(db, f->name, &message);

	if (status == NOTMUCH_STATUS_SUCCESS && message != NULL)
		f->out = message_json(f->ix, message);
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

/* A message on its way into the list of a thread: an explicit stack in place of recursion. */
struct step {
	notmuch_message_t *message; /* owned by the thread */
	char *parent;
	unsigned depth;
};

struct threading {
	struct index *ix;
	const char *thread, *query;
	GPtrArray *out; /* json_t */
};

static void
push_all(GQueue *stack, notmuch_messages_t *messages, const char *parent, unsigned depth)
{
	GQueue level = G_QUEUE_INIT;
	struct step *step;

	for (; messages != NULL && notmuch_messages_valid(messages);
	     notmuch_messages_move_to_next(messages)) {
		step = g_new0(struct step, 1);
		step->message = notmuch_messages_get(messages);
		step->parent = g_strdup(parent);
		step->depth = MIN(depth, DEPTH_MAX);
		g_queue_push_tail(&level, step);
	}
	/* the first of the level is to be on top */
	while ((step = g_queue_pop_tail(&level)) != NULL)
		g_queue_push_head(stack, step);
}

static void
walk_thread(struct threading *t, notmuch_thread_t *thread)
{
	GQueue stack = G_QUEUE_INIT;
	struct step *step;

	push_all(&stack, notmuch_thread_get_toplevel_messages(thread), NULL, 0);
	while ((step = g_queue_pop_head(&stack)) != NULL) {
		const char *id = notmuch_message_get_message_id(step->message);
		json_t *obj = message_json(t->ix, step->message);
		notmuch_bool_t is_match = false;

		(void)notmuch_message_get_flag_st(step->message, NOTMUCH_MESSAGE_FLAG_MATCH,
		    &is_match);
		json_object_set_new(obj, "parent", jsonl_text(step->parent, -1));
		json_object_set_new(obj, "depth", json_integer(step->depth));
		json_object_set_new(obj, "matched", json_boolean(is_match));
		g_ptr_array_add(t->out, obj);
		push_all(&stack, notmuch_message_get_replies(step->message), id, step->depth + 1);
		g_free(step->parent);
		g_free(step);
	}
}

static notmuch_status_t
read_thread(notmuch_database_t *db, void *user)
{
	struct threading *t = user;
	char *whole = g_strdup_printf("thread:%s", t->thread), *text = query_and(whole, t->query);
	notmuch_query_t *query = notmuch_query_create(db, text);
	notmuch_threads_t *threads = NULL;
	notmuch_status_t status;

	g_ptr_array_set_size(t->out, 0);
	notmuch_query_set_sort(query, NOTMUCH_SORT_OLDEST_FIRST);
	notmuch_query_set_omit_excluded(query, NOTMUCH_EXCLUDE_FALSE);
	status = notmuch_query_search_threads(query, &threads);
	if (status == NOTMUCH_STATUS_SUCCESS && notmuch_threads_valid(threads)) {
		notmuch_thread_t *thread = notmuch_threads_get(threads);

		walk_thread(t, thread);
		notmuch_thread_destroy(thread);
	}
	notmuch_query_destroy(query);
	g_free(whole);
	g_free(text);
	return status;
}

static void
free_json(gpointer obj)
{
	json_decref(obj);
}

bool
message_thread(struct index *ix, const char *thread, const char *query,
    void (*on_message)(json_t *obj, void *user), void *user, GError **error)
{
	struct threading t = { ix, thread, query, g_ptr_array_new_with_free_func(free_json) };
	bool ok = thread[0] != '\0' && strspn(thread, "0123456789abcdef") == strlen(thread);

	if (ok && !index_read(ix, read_thread, &t, error)) {
		g_ptr_array_unref(t.out);
		return false;
	}
	ok = ok && t.out->len > 0;
	if (!ok)
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "%s: no such thread", thread);
	for (guint i = 0; ok && i < t.out->len; i++)
		on_message(json_incref(g_ptr_array_index(t.out, i)), user);
	g_ptr_array_unref(t.out);
	return ok;
}
