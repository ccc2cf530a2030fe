/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mail.c - deeds on mail. Each is laid over the rows at once, done by the store, and remembered with
 * the requests that take it back: the store names exactly the messages that it changed. */
#include "ui/mail.h"

#include "ui/ask.h"
#include "ui/list_effects.h"
#include "ui/list_view.h"
#include "ui/mailbox.h"
#include "ui/thread.h"
#include "ui/undo.h"

#include <string.h>

struct mail_target *
mail_target_threads(GPtrArray *threads, const struct place *place)
{
	struct mail_target *t = g_new0(struct mail_target, 1);
	t->threads = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < threads->len; i++)
		g_ptr_array_add(t->threads, g_strdup(threads->pdata[i]));
	if (place != NULL &&
	    (place->kind == PLACE_ROLE || place->kind == PLACE_FOLDER || place->kind == PLACE_TREE))
		t->place = place_copy(place);
	return t;
}

struct mail_target *
mail_target_message(const char *thread, const char *id)
{
	struct mail_target *t = g_new0(struct mail_target, 1);
	t->threads = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(t->threads, g_strdup(thread));
	t->id = g_strdup(id);
	return t;
}

struct mail_target *
mail_target_copy(const struct mail_target *t)
{
	return t->id != NULL ? mail_target_message(t->threads->pdata[0], t->id)
			     : mail_target_threads(t->threads, t->place);
}

void
mail_target_free(struct mail_target *t)
{
	if (t == NULL)
		return;
	g_ptr_array_unref(t->threads);
	g_free(t->id);
	place_free(t->place);
	g_free(t);
}

char *
mail_target_words(const struct mail_target *t)
{
	if (t->id != NULL)
		return g_strdup("message");
	if (t->threads->len == 1)
		return g_strdup("thread");
	return g_strdup_printf("%u threads", t->threads->len);
}

/* One deed on its way. Deeds are done strictly one after another, so that each finds what the ones
 * before it have left, a take-back included. */
struct deed {
	struct app *app;
	void (*start)(struct deed *d);
	struct mail_target *target;
	guint number;	  /* of the undo */
	guint at;	  /* the thread whose messages are asked for */
	json_t *ids;	  /* the messages to move */
	char *key, *value; /* "role" or "folder", and which */
	char *changes;	  /* tags */
};

static void
deed_free(struct deed *d)
{
	mail_target_free(d->target);
	json_decref(d->ids);
	g_free(d->key);
	g_free(d->value);
	g_free(d->changes);
	g_free(d);
}

/* What `.` does again. */
struct last {
	char *key, *value, *changes, *words;
	unsigned effects;
};

struct mail {
	GQueue waiting;	      /* struct deed, oldest first */
	struct deed *running; /* NULL for none */
	struct last last;
};

static void
last_clear(struct last *l)
{
	g_free(l->key);
	g_free(l->value);
	g_free(l->changes);
	g_free(l->words);
	*l = (struct last){0};
}

/* The texts may be those that stand there. */
static void
last_set(struct last *l, const struct last *from)
{
	struct last fresh = {.key = g_strdup(from->key),
	    .value = g_strdup(from->value),
	    .changes = g_strdup(from->changes),
	    .words = g_strdup(from->words),
	    .effects = from->effects};
	last_clear(l);
	*l = fresh;
}

struct mail *
mail_new(void)
{
	struct mail *m = g_new0(struct mail, 1);
	g_queue_init(&m->waiting);
	return m;
}

void
mail_free(struct mail *m)
{
	struct deed *d;
	if (m == NULL)
		return;
	while ((d = g_queue_pop_head(&m->waiting)) != NULL)
		deed_free(d);
	last_clear(&m->last);
	g_free(m);
}

static void
start_next(struct app *app)
{
	struct mail *m = app->mail;
	while (m->running == NULL && !g_queue_is_empty(&m->waiting)) {
		struct deed *d = g_queue_pop_head(&m->waiting);
		if (d->key == NULL && d->changes == NULL && undo_is_unwanted(app, d->number)) {
			/* taken back before it began: what cannot be undone is not done at all */
			undo_forget(app, d->number);
			app_write_ends(app);
			deed_free(d);
			continue;
		}
		m->running = d;
		d->start(d);
	}
}

static void
enqueue(struct deed *d, void (*start)(struct deed *d))
{
	d->start = start;
	app_write_begins(d->app);
	g_queue_push_tail(&d->app->mail->waiting, d);
	start_next(d->app);
}

/* Done or failed. */
static void
finish(struct deed *d)
{
	struct app *app = d->app;
	app->mail->running = NULL;
	deed_free(d);
	start_next(app);
	app_write_ends(app);
}

static void
fail(struct deed *d, const GError *error)
{
	app_error(d->app, "%s", error->message);
	undo_failed(d->app, d->number);
	app_redraw(d->app);
	finish(d);
}

/* Was the mail opened to be looked at only? Then the target is done with. */
static bool
is_refused(struct app *app, struct mail_target *t)
{
	if (!app->is_read_only)
		return false;
	app_error(app, "this Penfold was started with -R: no mail is changed");
	mail_target_free(t);
	return true;
}

static struct deed *
begin(struct app *app, struct mail_target *t, unsigned effects, const char *done_words)
{
	struct deed *d = g_new0(struct deed, 1);
	struct list_view *l = list_view_of(app);
	char *words = mail_target_words(t);
	char *label = g_strdup_printf("%s %s", words, done_words != NULL ? done_words : "marked");
	d->app = app;
	d->target = t;
	d->number = undo_begin(app, label, t->threads, effects);
	list_effects_lay(app, t->threads, effects);
	if (done_words != NULL)
		app_say(app, "%s; u takes it back", label);
	list_view_select(app, l, list_view_index(l));
	app_redraw(app);
	g_free(label);
	g_free(words);
	return d;
}

/* moving */

static void
on_moved(const struct reply *reply, void *user)
{
	struct deed *d = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED) {
		fail(d, reply->error);
		return;
	}
	(void)undo_done(d->app, d->number, reply->obj);
	mailbox_refresh(d->app);
	finish(d);
}

static void
on_deleted(const struct reply *reply, void *user)
{
	struct deed *d = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED) {
		fail(d, reply->error);
		return;
	}
	undo_forget(d->app, d->number);
	mailbox_refresh(d->app);
	finish(d);
}

static void
send_move(struct deed *d)
{
	if (json_array_size(d->ids) == 0) {
		GError *error = g_error_new_literal(PF_ERROR, PF_ERROR_NOT_FOUND,
		    "there is nothing here that could be moved");
		fail(d, error);
		g_error_free(error);
		return;
	}
	if (d->key == NULL) {
		json_t *delete = json_pack("{s:s, s:O}", "op", "delete", "ids", d->ids);
		ask_store(d->app, NULL, delete, on_deleted, d);
		return;
	}
	json_t *obj = json_pack("{s:s, s:O, s:s}", "op", "move", "ids", d->ids, d->key, d->value);
	ask_store(d->app, NULL, obj, on_moved, d);
}

/* Does the message lie where the user sees it? Elsewhere, own letters and drafts stay put. */
static bool
is_meant(const struct deed *d, const json_t *message)
{
	const char *account = jsonl_string(message, "account");
	const char *folder = jsonl_string(message, "folder");
	const struct row_index *index = mailbox_index(d->app->mailbox);
	struct row_folder f = {.role = ""};
	if (account == NULL || folder == NULL)
		return true;
	int number = index != NULL ? row_index_find_folder(index, account, folder) : -1;
	if (number < 0 || !row_index_folder(index, (guint32)number, &f))
		return true;
	if (d->target->place != NULL)
		return place_has_folder(d->target->place, &f);
	return !g_str_equal(f.role, "sent") && !g_str_equal(f.role, "drafts") &&
	    g_strcmp0(f.role, d->value) != 0;
}

static void
ask_next_thread(struct deed *d);

static void
on_thread_message(const struct reply *reply, void *user)
{
	struct deed *d = user;
	if (reply->kind == REPLY_EVENT) {
		json_t *id = json_object_get(reply->obj, "id");
		if (json_is_string(id) && is_meant(d, reply->obj))
			json_array_append(d->ids, id);
		return;
	}
	if (reply->kind == REPLY_FAILED) {
		fail(d, reply->error);
		return;
	}
	d->at++;
	ask_next_thread(d);
}

static void
ask_next_thread(struct deed *d)
{
	if (d->at >= d->target->threads->len) {
		send_move(d);
		return;
	}
	json_t *obj = json_pack("{s:s, s:o}", "op", "thread", "thread",
	    jsonl_text(d->target->threads->pdata[d->at], -1));
	/* of the writer: it answers after the deeds before this one */
	ask_store(d->app, NULL, obj, on_thread_message, d);
}

/* key and value NULL: delete. */
static void
move(struct app *app, struct mail_target *t, const char *key, const char *value,
    const char *done_words)
{
	if (is_refused(app, t))
		return;
	/* one message of several leaves its thread in the list */
	unsigned effects = t->id != NULL ? 0 : ROWS_GONE;
	const struct last now = {
	    .key = (char *)(guintptr)key, .value = (char *)(guintptr)value, .words = (char *)(guintptr)done_words};
	if (key != NULL)
		last_set(&app->mail->last, &now);
	struct deed *d = begin(app, t, effects, done_words);
	d->key = g_strdup(key);
	d->value = g_strdup(value);
	d->ids = json_array();
	if (t->id != NULL) {
		json_array_append_new(d->ids, jsonl_text(t->id, -1));
		enqueue(d, send_move);
	} else {
		enqueue(d, ask_next_thread);
	}
}

void
mail_move_role(struct app *app, struct mail_target *t, const char *role, const char *done_words)
{
	move(app, t, "role", role, done_words);
}

void
mail_move_folder(struct app *app, struct mail_target *t, const char *folder)
{
	char *words = g_strdup_printf("moved to %s", folder);
	move(app, t, "folder", folder, words);
	g_free(words);
}

void
mail_move_named(struct app *app, struct mail_target *t, const char *name)
{
	struct place *p = mailbox_find_place(app, name);
	if (p != NULL && (p->kind == PLACE_ROLE || (p->kind == PLACE_FOLDER && *p->role != '\0'))) {
		char *words = g_strdup_printf("moved to %s", p->name);
		mail_move_role(app, t, p->role, words);
		g_free(words);
	} else if (p == NULL || p->kind == PLACE_FOLDER) {
		mail_move_folder(app, t, p != NULL ? p->folder : name);
	} else {
		app_error(app, "%s is no folder", p->name);
		mail_target_free(t);
	}
	place_free(p);
}

void
mail_delete(struct app *app, struct mail_target *t)
{
	move(app, t, NULL, NULL, "deleted for ever");
}

/* tags */

static json_t *
change_list(const char *changes)
{
	json_t *out = json_array();
	char **words = g_strsplit(changes, " ", -1);
	for (size_t i = 0; words[i] != NULL; i++)
		if (words[i][0] != '\0' && words[i][1] != '\0')
			json_array_append_new(out, jsonl_text(words[i], -1));
	g_strfreev(words);
	return out;
}

static void
on_tagged(const struct reply *reply, void *user)
{
	struct deed *d = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED) {
		fail(d, reply->error);
		return;
	}
	/* a time may stand in a tag: have it looked at */
	if (strstr(d->changes, "/2") != NULL)
		client_wake(d->app->client);
	if (!undo_done(d->app, d->number, reply->obj))
		app_say(d->app, "%d messages changed: too many to be taken back by u",
		    (int)jsonl_int(reply->obj, "changed", 0));
	mailbox_refresh(d->app);
	finish(d);
}

/* The query that names the threads; thread ids are the store's own hexadecimal words. */
static char *
threads_query(const GPtrArray *threads)
{
	GString *q = g_string_new(NULL);
	for (guint i = 0; i < threads->len; i++)
		g_string_append_printf(q, "%sthread:%s", i > 0 ? " or " : "",
		    (const char *)threads->pdata[i]);
	return g_string_free(q, FALSE);
}

static void
send_tag(struct deed *d)
{
	const struct mail_target *t = d->target;
	json_t *obj = json_pack("{s:s, s:o}", "op", "tag", "changes", change_list(d->changes));
	if (t->id != NULL) {
		json_object_set_new(obj, "ids", json_pack("[o]", jsonl_text(t->id, -1)));
	} else {
		char *query = threads_query(t->threads);
		json_object_set_new(obj, "query", jsonl_text(query, -1));
		g_free(query);
	}
	ask_store(d->app, NULL, obj, on_tagged, d);
}

void
mail_tag(struct app *app, struct mail_target *t, const char *changes, unsigned effects,
    const char *done_words)
{
	if (is_refused(app, t))
		return;
	const struct last now = {.changes = (char *)(guintptr)changes,
	    .words = (char *)(guintptr)done_words,
	    .effects = effects};
	last_set(&app->mail->last, &now);
	struct deed *d = begin(app, t, effects, done_words);
	d->changes = g_strdup(changes);
	enqueue(d, send_tag);
}

void
mail_repeat(struct app *app, struct mail_target *t)
{
	struct last last = {0};
	last_set(&last, &app->mail->last);
	if (last.key != NULL) {
		move(app, t, last.key, last.value, last.words);
	} else if (last.changes != NULL) {
		mail_tag(app, t, last.changes, t->id != NULL ? 0 : last.effects, last.words);
	} else {
		app_say(app, "nothing has been done yet that could be repeated");
		mail_target_free(t);
	}
	last_clear(&last);
}
