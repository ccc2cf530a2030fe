/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mail.c - deeds on mail. Each is laid over the rows at once, done by the store, and remembered with
 * the requests that take it back: the store names exactly the messages that it changed. */
#include "ui/mail_private.h"

#include "ui/ask.h"
#include "ui/list_effects.h"
#include "ui/list_view.h"
#include "ui/mailbox.h"
#include "ui/rows.h"
#include "ui/thread.h"
#include "ui/undo.h"

#include <string.h>

/* Searches are no places where mail lies. */
static void
set_place(struct mail_target *t, const struct place *place)
{
	if (place != NULL && place_is_folders(place))
		t->place = place_copy(place);
}

struct mail_target *
mail_target_threads(GPtrArray *threads, const struct place *place)
{
	struct mail_target *t = g_new0(struct mail_target, 1);
	t->threads = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < threads->len; i++)
		g_ptr_array_add(t->threads, g_strdup(threads->pdata[i]));
	set_place(t, place);
	return t;
}

struct mail_target *
mail_target_shared(GPtrArray *threads, const struct place *place)
{
	struct mail_target *t = g_new0(struct mail_target, 1);
	t->threads = g_ptr_array_ref(threads);
	set_place(t, place);
	return t;
}

struct mail_target *
mail_target_messages(const char *thread, const GPtrArray *ids, const struct place *place)
{
	struct mail_target *t = g_new0(struct mail_target, 1);
	t->threads = g_ptr_array_new_with_free_func(g_free);
	t->ids = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(t->threads, g_strdup(thread));
	for (guint i = 0; i < ids->len; i++)
		g_ptr_array_add(t->ids, g_strdup(ids->pdata[i]));
	set_place(t, place);
	return t;
}

struct mail_target *
mail_target_message(const char *thread, const char *id, const struct place *place)
{
	gpointer one[] = {(gpointer)(guintptr)id};
	const GPtrArray ids = {.pdata = one, .len = 1};
	return mail_target_messages(thread, &ids, place);
}

struct mail_target *
mail_target_copy(const struct mail_target *t)
{
	return t->ids != NULL ? mail_target_messages(t->threads->pdata[0], t->ids, t->place)
			      : mail_target_shared(t->threads, t->place);
}

void
mail_target_free(struct mail_target *t)
{
	if (t == NULL)
		return;
	g_ptr_array_unref(t->threads);
	g_clear_pointer(&t->ids, g_ptr_array_unref);
	place_free(t->place);
	g_free(t);
}

char *
mail_target_words(const struct mail_target *t)
{
	if (t->ids != NULL)
		return t->ids->len == 1 ? g_strdup("message") : g_strdup_printf("%u messages", t->ids->len);
	if (t->threads->len == 1)
		return g_strdup("thread");
	return g_strdup_printf("%u threads", t->threads->len);
}

json_t *
mail_ids(const struct mail_target *t)
{
	json_t *out = json_array();
	for (guint i = 0; t->ids != NULL && i < t->ids->len; i++)
		json_array_append_new(out, jsonl_text(t->ids->pdata[i], -1));
	return out;
}

static void
deed_free(struct deed *d)
{
	mail_target_free(d->target);
	json_decref(d->ids);
	json_decref(d->done);
	g_free(d->key);
	g_free(d->value);
	g_free(d->changes);
	g_free(d->account);
	g_free(d);
}

static void
last_clear(struct last *l)
{
	g_free(l->key);
	g_free(l->value);
	g_free(l->changes);
	g_free(l->words);
	g_free(l->account);
	*l = (struct last){0};
}

/* The texts may be those that stand there. */
void
mail_last_set(struct last *l, const struct last *from)
{
	struct last fresh = {.key = g_strdup(from->key),
	    .value = g_strdup(from->value),
	    .changes = g_strdup(from->changes),
	    .words = g_strdup(from->words),
	    .account = g_strdup(from->account),
	    .is_copy = from->is_copy,
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

void
mail_enqueue(struct deed *d, void (*start)(struct deed *d))
{
	d->start = start;
	app_write_begins(d->app);
	g_queue_push_tail(&d->app->mail->waiting, d);
	start_next(d->app);
}

/* Done or failed. */
void
mail_finish(struct deed *d)
{
	struct app *app = d->app;
	app->mail->running = NULL;
	deed_free(d);
	start_next(app);
	app_write_ends(app);
}

void
mail_fail(struct deed *d, const GError *error)
{
	app_error(d->app, "not done: %s", error->message);
	undo_failed(d->app, d->number);
	app_redraw(d->app);
	mail_finish(d);
}

bool
mail_has_succeeded(struct deed *d, const struct reply *reply)
{
	if (reply->kind == REPLY_FAILED)
		mail_fail(d, reply->error);
	return reply->kind == REPLY_DONE;
}

bool
mail_is_refused(struct app *app, struct mail_target *t)
{
	if (!app->is_read_only)
		return false;
	app_error(app, "this Penfold was started with -R: no mail is changed");
	mail_target_free(t);
	return true;
}

struct deed *
mail_begin(struct app *app, struct mail_target *t, const struct rows_deed *shown, const char *done_words)
{
	struct deed *d = g_new0(struct deed, 1);
	struct list_view *l = list_view_of(app);
	char *words = mail_target_words(t);
	char *label = g_strdup_printf("%s %s", words, done_words != NULL ? done_words : "marked");
	d->app = app;
	d->target = t;
	struct rows_deed deed = *shown;
	deed.from = list_view_place(l);
	d->number = undo_begin(app, label, t->threads, &deed);
	list_effects_lay(app, t->threads, &deed);
	if (done_words != NULL)
		app_say(app, g_str_equal(done_words, MAIL_FOR_EVER) ? "%s" : "%s; u takes it back", label);
	list_view_select(app, l, list_view_index(l));
	app_redraw(app);
	g_free(label);
	g_free(words);
	return d;
}

/* tags */

#define THREADS_IN_REQUEST 2000  /* a line of JSON has its limit, and making it its time */
#define UNDO_MESSAGES	   20000 /* the store names no more, so neither do we */

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

/* One request of several is answered. True: more is to be sent. */
static bool
add_part(struct deed *d, const json_t *answer)
{
	json_t *undo = json_object_get(answer, "undo");
	gint64 changed = jsonl_int(answer, "changed", 0);
	if (d->done == NULL) {
		d->done = json_deep_copy(answer);
	} else {
		changed += jsonl_int(d->done, "changed", 0);
		json_object_set_new(d->done, "changed", json_integer(changed));
		if (json_is_array(undo) && changed <= UNDO_MESSAGES)
			json_array_extend(json_object_get(d->done, "undo"), undo);
		else
			json_object_del(d->done, "undo");
	}
	return d->target->ids == NULL && d->at < d->target->threads->len;
}

static void
send_tag(struct deed *d);

static void
on_tagged(const struct reply *reply, void *user)
{
	struct deed *d = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED && d->done != NULL) { /* a part is done, and can be taken back */
		app_error(d->app, "not all of it: %s", reply->error->message);
		(void)undo_done(d->app, d->number, d->done);
		mailbox_refresh(d->app);
		mail_finish(d);
		return;
	}
	if (reply->kind == REPLY_FAILED) {
		mail_fail(d, reply->error);
		return;
	}
	if (add_part(d, reply->obj)) {
		send_tag(d);
		return;
	}
	/* a time may stand in a tag: have it looked at */
	if (strstr(d->changes, "/2") != NULL)
		client_wake(d->app->client);
	if (!undo_done(d->app, d->number, d->done))
		app_say(d->app, "%d messages changed: too many to be taken back by u",
		    (int)jsonl_int(d->done, "changed", 0));
	mailbox_refresh(d->app);
	mail_finish(d);
}

/* The query that names the threads; thread ids are the store's own hexadecimal words. */
static char *
threads_query(const GPtrArray *threads, guint first, guint end)
{
	GString *q = g_string_new(NULL);
	for (guint i = first; i < end; i++)
		g_string_append_printf(q, "%sthread:%s", i > first ? " or " : "",
		    (const char *)threads->pdata[i]);
	return g_string_free(q, FALSE);
}

static void
send_tag(struct deed *d)
{
	const struct mail_target *t = d->target;
	json_t *obj = json_pack("{s:s, s:o}", "op", "tag", "changes", change_list(d->changes));
	if (t->ids != NULL) {
		json_object_set_new(obj, "ids", mail_ids(t));
	} else {
		guint end = MIN(d->at + THREADS_IN_REQUEST, t->threads->len);
		char *query = threads_query(t->threads, d->at, end);
		d->at = end;
		json_object_set_new(obj, "query", jsonl_text(query, -1));
		g_free(query);
	}
	ask_store(d->app, NULL, obj, on_tagged, d);
}

/* Of changes, those that add. Owned. */
static char *
added(const char *changes)
{
	char **words = g_strsplit(changes, " ", -1);
	GString *out = g_string_new(NULL);
	for (char **word = words; *word != NULL; word++)
		if (**word == '+')
			g_string_append_printf(out, "%s%s", out->len > 0 ? " " : "", *word);
	g_strfreev(words);
	return g_string_free(out, FALSE);
}

void
mail_tag(struct app *app, struct mail_target *t, const char *changes, unsigned effects,
    const char *done_words)
{
	if (mail_is_refused(app, t))
		return;
	const struct last now = {.changes = (char *)(guintptr)changes,
	    .words = (char *)(guintptr)done_words,
	    .effects = effects};
	mail_last_set(&app->mail->last, &now);
	/* other messages of the thread may keep what is taken from one */
	char *shown = t->ids != NULL ? added(changes) : g_strdup(changes);
	struct deed *d = mail_begin(app, t, &(struct rows_deed){.effects = effects, .changes = shown}, done_words);
	g_free(shown);
	d->changes = g_strdup(changes);
	mail_enqueue(d, send_tag);
}

void
mail_repeat(struct app *app, struct mail_target *t)
{
	struct last last = {0};
	mail_last_set(&last, &app->mail->last);
	if (last.key != NULL) {
		mail_move(app, t, &last);
	} else if (last.changes != NULL) {
		mail_tag(app, t, last.changes, t->ids != NULL ? 0 : last.effects, last.words);
	} else {
		app_say(app, "nothing has been done yet that could be repeated");
		mail_target_free(t);
	}
	last_clear(&last);
}
