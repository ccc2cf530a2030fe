/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thread.c - the messages of a thread. */
#include "ui/thread.h"

#include "ui/ahead.h"
#include "ui/ask.h"
#include "ui/common.h"
#include "ui/format.h"
#include "ui/verdict.h"

#include <string.h>

struct listener {
	void (*fn)(struct thread *t, void *user);
	void *user;
};

struct thread {
	struct app *app;
	unsigned refs;
	char *id;
	GPtrArray *messages;
	GPtrArray *coming; /* of a reload, until it is complete */
	struct ask ask;
	bool is_loaded;
	char *error;
	GArray *listeners;
};

static void
message_free(gpointer data)
{
	struct message *m = data;
	g_free(m->id);
	g_free(m->thread);
	g_free(m->path);
	g_free(m->sha256);
	g_free(m->from_name);
	g_free(m->from_address);
	g_free(m->to);
	g_free(m->subject);
	g_free(m->tags);
	g_free(m->account);
	g_free(m->folder);
	g_free(m->domain);
	json_decref(m->judged);
	g_free(m);
}

static bool
has_tag(const json_t *tags, const char *tag)
{
	size_t i;
	json_t *item;
	json_array_foreach(tags, i, item)
	{
		if (g_strcmp0(json_string_value(item), tag) == 0)
			return true;
	}
	return false;
}

static gint64
date_of(const json_t *obj)
{
	const json_t *date = json_object_get(obj, "date");
	return json_is_integer(date) ? json_integer_value(date)
				     : format_parse_date(json_string_value(date));
}

static struct message *
message_from_json(const json_t *obj)
{
	struct message *m = g_new0(struct message, 1);
	const json_t *tags = json_object_get(obj, "tags");
	m->id = g_strdup(jsonl_string(obj, "id"));
	m->thread = g_strdup(jsonl_string(obj, "thread"));
	m->path = g_strdup(jsonl_string(obj, "path"));
	m->sha256 = g_strdup(jsonl_string(obj, "sha256"));
	common_address(json_object_get(obj, "from"), &m->from_name, &m->from_address);
	m->to = common_addresses(json_object_get(obj, "to"));
	m->subject = g_strdup(jsonl_string(obj, "subject"));
	m->account = g_strdup(jsonl_string(obj, "account"));
	m->folder = g_strdup(jsonl_string(obj, "folder"));
	m->date = date_of(obj);
	m->size = jsonl_int(obj, "size", 0);
	m->depth = (int)CLAMP(jsonl_int(obj, "depth", 0), 0, 1000);
	m->verdict = verdict_of_json(json_object_get(obj, "verdict"));
	if (json_is_object(json_object_get(obj, "verdict")))
		m->judged = json_incref(json_object_get(obj, "verdict"));
	const char *judged = verdict_domain(m->judged);
	const char *at = strrchr(m->from_address, '@');
	m->domain = g_strdup(judged != NULL ? judged : at != NULL ? at + 1 : "");
	m->is_unread = has_tag(tags, "unread");
	m->is_flagged = has_tag(tags, "flagged");
	m->is_replied = has_tag(tags, "replied");
	m->has_attachment = has_tag(tags, "attachment") || jsonl_bool(obj, "attachment", false);
	m->is_quarantined = jsonl_bool(obj, "quarantined", false);
	return m;
}

enum row_verdict
message_shown_verdict(const struct message *m)
{
	return verdict_is_pass(m->verdict) && *m->domain == '\0' ? ROW_VERDICT_NONE : m->verdict;
}

static void
tell(struct thread *t)
{
	/* a listener may forget itself meanwhile */
	t->refs++;
	for (guint i = t->listeners->len; i > 0; i--) {
		if (i > t->listeners->len)
			continue;
		struct listener l = g_array_index(t->listeners, struct listener, i - 1);
		l.fn(t, l.user);
	}
	thread_unref(t);
}

static void
on_reply(const struct reply *reply, void *user)
{
	struct thread *t = user;
	if (reply->kind == REPLY_EVENT) {
		if (jsonl_string(reply->obj, "id") != NULL)
			g_ptr_array_add(t->coming, message_from_json(reply->obj));
		return;
	}
	ask_end(&t->ask);
	g_clear_pointer(&t->error, g_free);
	if (reply->kind == REPLY_FAILED) {
		t->error = g_strdup(reply->error->message);
		g_ptr_array_set_size(t->coming, 0);
	} else {
		GPtrArray *old = t->messages;
		t->messages = t->coming;
		t->coming = old;
		g_ptr_array_set_size(t->coming, 0);
	}
	t->is_loaded = true;
	tell(t);
}

static json_t *
request(struct thread *t)
{
	g_ptr_array_set_size(t->coming, 0);
	return json_pack("{s:s, s:o}", "op", "thread", "thread", jsonl_text(t->id, -1));
}

void
thread_reload(struct thread *t)
{
	if (t->id != NULL)
		ask_reader(t->app, &t->ask, request(t), on_reply, t);
}

void
thread_reload_settled(struct thread *t)
{
	if (t->id != NULL)
		ask_store(t->app, &t->ask, request(t), on_reply, t);
}

static struct thread *
thread_new(struct app *app, const char *id)
{
	struct thread *t = g_new0(struct thread, 1);
	t->app = app;
	t->refs = 1;
	t->id = g_strdup(id);
	t->messages = g_ptr_array_new_with_free_func(message_free);
	t->coming = g_ptr_array_new_with_free_func(message_free);
	t->listeners = g_array_new(FALSE, FALSE, sizeof(struct listener));
	return t;
}

struct thread *
thread_read(struct app *app, const char *id)
{
	struct thread *t = thread_new(app, id);
	thread_reload(t);
	return t;
}

struct thread *
thread_open(struct app *app, const struct row *row)
{
	struct thread *t = ahead_take(app, row);
	/* what was read a while ago is asked for again, behind the picture */
	if (t == NULL)
		t = thread_read(app, row->thread);
	else if (t->is_loaded)
		thread_reload(t);
	ahead_keep(app, t);
	return t;
}

struct thread *
thread_of_nothing(struct app *app)
{
	struct thread *t = thread_new(app, NULL);
	json_t *nothing = json_object();
	g_ptr_array_add(t->messages, message_from_json(nothing));
	json_decref(nothing);
	t->is_loaded = true;
	return t;
}

struct thread *
thread_ref(struct thread *t)
{
	t->refs++;
	return t;
}

void
thread_unref(struct thread *t)
{
	if (t == NULL || --t->refs > 0)
		return;
	ask_drop(&t->ask);
	g_ptr_array_unref(t->messages);
	g_ptr_array_unref(t->coming);
	g_array_free(t->listeners, TRUE);
	g_free(t->id);
	g_free(t->error);
	g_free(t);
}

void
thread_listen(struct thread *t, void (*fn)(struct thread *t, void *user), void *user)
{
	struct listener l = {fn, user};
	g_array_append_val(t->listeners, l);
}

void
thread_forget(struct thread *t, void *user)
{
	for (guint i = 0; i < t->listeners->len; i++) {
		if (g_array_index(t->listeners, struct listener, i).user == user) {
			g_array_remove_index(t->listeners, i);
			return;
		}
	}
}

const char *
thread_id(const struct thread *t)
{
	return t->id;
}

guint
thread_count(const struct thread *t)
{
	return t->messages->len;
}

guint
thread_n_unread(const struct thread *t)
{
	guint n = 0;
	for (guint i = 0; i < t->messages->len; i++)
		n += ((const struct message *)t->messages->pdata[i])->is_unread;
	return n;
}

struct message *
thread_message(const struct thread *t, guint i)
{
	return i < t->messages->len ? t->messages->pdata[i] : NULL;
}

int
thread_find(const struct thread *t, const char *message_id)
{
	for (guint i = 0; i < t->messages->len; i++)
		if (g_strcmp0(thread_message(t, i)->id, message_id) == 0)
			return (int)i;
	return -1;
}

guint
thread_first_wanted(const struct thread *t)
{
	guint newest = 0;
	for (guint i = 0; i < t->messages->len; i++) {
		const struct message *m = t->messages->pdata[i];
		const struct message *best = t->messages->pdata[newest];
		if (m->is_unread)
			return i;
		if (m->date >= best->date)
			newest = i;
	}
	return newest;
}

bool
thread_is_loaded(const struct thread *t)
{
	return t->is_loaded;
}

bool
thread_is_coming(const struct thread *t)
{
	return !t->is_loaded && thread_error(t) == NULL;
}

const char *
thread_error(const struct thread *t)
{
	return t->error;
}
