/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outbox.c - the queue's entries and the drafts, as last heard. */
#include "ui/outbox.h"

#include "ui/ask.h"
#include "ui/compose.h"
#include "ui/draft_files.h"
#include "ui/format.h"
#include "ui/letter.h"
#include "ui/reply.h"
#include "ui/tabs.h"

/* The letter that goes up: of several at a time, the one last heard of. */
struct upload {
	char *id;
	gint64 sent, size;
	gint64 since, from; /* when it was first heard of, in monotonic us, and its bytes then */
};

struct outbox {
	struct app *app;
	struct upload up;
	json_t *entries, *drafts;
	bool is_known, is_swept;
	bool is_fresh; /* both lists have come since they were asked for last */
	GHashTable *hidden; /* ids of drafts that are being deleted */
	struct ask ask_entries, ask_drafts;
	guint clock; /* once a second while a letter waits for its moment */
};

struct outbox *
outbox_new(struct app *app)
{
	struct outbox *o = g_new0(struct outbox, 1);
	o->app = app;
	o->entries = json_array();
	o->drafts = json_array();
	o->hidden = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return o;
}

void
outbox_stop(struct outbox *o)
{
	ask_drop(&o->ask_entries);
	ask_drop(&o->ask_drafts);
}

void
outbox_free(struct outbox *o)
{
	if (o == NULL)
		return;
	if (o->clock != 0)
		g_source_remove(o->clock);
	json_decref(o->entries);
	json_decref(o->drafts);
	g_hash_table_unref(o->hidden);
	g_free(o->up.id);
	g_free(o);
}

static void
tell_views(struct app *app)
{
	GPtrArray *views = tabs_views(app);
	for (guint i = 0; i < views->len; i++) {
		struct view *v = views->pdata[i];
		if (v->class->queue_changed != NULL)
			v->class->queue_changed(app, v);
	}
	g_ptr_array_unref(views);
	app_redraw(app);
}

static gboolean
on_clock(gpointer user)
{
	struct outbox *o = user;
	app_redraw(o->app);
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	if (outbox_next_try(o->app, NULL) >= now)
		return G_SOURCE_CONTINUE;
	o->clock = 0;
	return G_SOURCE_REMOVE;
}

static void
take(json_t **slot, const struct reply *reply, const char *key)
{
	json_t *list = json_object_get(reply->obj, key);
	if (reply->kind != REPLY_DONE || !json_is_array(list))
		return;
	json_decref(*slot);
	*slot = json_incref(list);
}

static void
on_entries(const struct reply *reply, void *user)
{
	struct outbox *o = user;
	if (reply->kind == REPLY_EVENT)
		return;
	ask_end(&o->ask_entries);
	take(&o->entries, reply, "entries");
	o->is_known = o->is_known || reply->kind == REPLY_DONE;
	if (o->clock == 0 && outbox_next_try(o->app, NULL) >= 0)
		o->clock = g_timeout_add(1000, on_clock, o);
	tell_views(o->app);
}

/* Once, at the start: entries come before drafts. A letter that is open is a draft as well. */
static void
sweep(struct outbox *o, bool is_sure)
{
	if (o->is_swept || !is_sure || !o->is_known)
		return;
	o->is_swept = true;
	if (json_array_size(o->drafts) == 0 && outbox_n_waiting(o->app) == 0)
		draft_files_sweep(o->app);
}

static void
leave_out_hidden(struct outbox *o)
{
	for (size_t i = json_array_size(o->drafts); i > 0; i--) {
		const char *id = jsonl_string(json_array_get(o->drafts, i - 1), "draft_id");
		if (id != NULL && g_hash_table_contains(o->hidden, id))
			json_array_remove(o->drafts, i - 1);
	}
}

static void
on_drafts(const struct reply *reply, void *user)
{
	struct outbox *o = user;
	if (reply->kind == REPLY_EVENT)
		return;
	ask_end(&o->ask_drafts);
	take(&o->drafts, reply, "drafts");
	leave_out_hidden(o);
	o->is_fresh = o->is_known && reply->kind == REPLY_DONE;
	sweep(o, reply->kind == REPLY_DONE);
	tell_views(o->app);
}

void
outbox_refresh(struct app *app)
{
	struct outbox *o = app->outbox;
	o->is_fresh = false;
	ask_reader(app, &o->ask_entries, json_pack("{s:s}", "op", "queue-list"), on_entries, o);
	ask_reader(app, &o->ask_drafts, json_pack("{s:s}", "op", "draft-list"), on_drafts, o);
}

const json_t *
outbox_entries(const struct app *app)
{
	return app->outbox->entries;
}

const json_t *
outbox_drafts(const struct app *app)
{
	return app->outbox->drafts;
}

bool
outbox_is_fresh(const struct app *app)
{
	return app->outbox->is_fresh;
}

void
outbox_hide_draft(struct app *app, const char *draft_id)
{
	g_hash_table_add(app->outbox->hidden, g_strdup(draft_id));
	leave_out_hidden(app->outbox);
	tell_views(app);
}

void
outbox_show_draft(struct app *app, const char *draft_id)
{
	g_hash_table_remove(app->outbox->hidden, draft_id);
	outbox_refresh(app);
}

bool
outbox_is_known(const struct app *app)
{
	return app->outbox->is_known;
}

guint
outbox_n_drafts(const struct app *app)
{
	return (guint)json_array_size(app->outbox->drafts);
}

bool
outbox_is_over(const json_t *entry)
{
	const char *state = jsonl_string(entry, "state");
	return g_strcmp0(state, "sent") == 0 || g_strcmp0(state, "cancelled") == 0 ||
	    g_strcmp0(state, "done") == 0;
}

guint
outbox_n_troubled(const struct app *app)
{
	guint n = 0;
	size_t i;
	json_t *entry;
	json_array_foreach(app->outbox->entries, i, entry)
	{
		const char *state = jsonl_string(entry, "state");
		n += g_strcmp0(state, "failed") == 0 || g_strcmp0(state, "uncertain") == 0 ||
		    outbox_has_failed(entry);
	}
	return n;
}

guint
outbox_n_uncertain(const struct app *app)
{
	guint n = 0;
	size_t i;
	json_t *entry;
	json_array_foreach(app->outbox->entries, i, entry)
		n += g_strcmp0(jsonl_string(entry, "state"), "uncertain") == 0;
	return n;
}

bool
outbox_has_failed(const json_t *entry)
{
	size_t i;
	json_t *r;
	json_array_foreach(json_object_get(entry, "recipients"), i, r)
		if (g_strcmp0(jsonl_string(r, "state"), "failed") == 0)
			return true;
	return false;
}

guint
outbox_n_waiting(const struct app *app)
{
	guint n = 0;
	size_t i;
	json_t *entry;
	json_array_foreach(app->outbox->entries, i, entry)
	{
		if (!outbox_is_over(entry))
			n++;
	}
	return n;
}

#define LEAVING_S 60

bool
outbox_may_leave(const struct app *app)
{
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	size_t i;
	json_t *entry;
	if (!outbox_is_fresh(app))
		return true;
	json_array_foreach(app->outbox->entries, i, entry)
	{
		gint64 t = format_parse_date(jsonl_string(entry, "next_try"));
		if (g_strcmp0(jsonl_string(entry, "state"), "held") == 0 && t >= 0 && t - now <= LEAVING_S)
			return true;
	}
	return false;
}

gint64
outbox_next_try(const struct app *app, bool *is_again_out)
{
	gint64 next = -1;
	bool is_again = false;
	size_t i;
	json_t *entry;
	json_array_foreach(app->outbox->entries, i, entry)
	{
		gint64 t = format_parse_date(jsonl_string(entry, "next_try"));
		if (outbox_is_over(entry) || t < 0 || (next >= 0 && t >= next))
			continue;
		next = t;
		is_again = jsonl_int(entry, "attempts", 0) > 0;
	}
	if (is_again_out != NULL)
		*is_again_out = is_again;
	return next;
}

void
outbox_note_progress(struct app *app, const json_t *event)
{
	struct upload *up = &app->outbox->up;
	const char *id = jsonl_string(event, "queue_id");
	gint64 sent = jsonl_int(event, "sent", 0);
	if (g_strcmp0(jsonl_string(event, "event"), "sending") == 0)
		outbox_refresh(app);
	if (g_strcmp0(jsonl_string(event, "event"), "progress") != 0)
		return;
	if (g_strcmp0(up->id, id) != 0 || sent < up->sent) {
		g_free(up->id);
		*up = (struct upload){g_strdup(id), 0, 0, g_get_monotonic_time(), sent};
	}
	up->sent = sent;
	up->size = jsonl_int(event, "size", 0);
}

char *
outbox_progress(const struct app *app, const json_t *entry)
{
	const struct upload *up = &app->outbox->up;
	const char *state = jsonl_string(entry, "state");
	gint64 us = g_get_monotonic_time() - up->since;
	/* the first bytes only fill buffers on this side */
	gint64 rate = us > G_USEC_PER_SEC ? (up->sent - up->from) * G_USEC_PER_SEC / us : 0;
	if (up->sent >= up->size || g_strcmp0(up->id, jsonl_string(entry, "id")) != 0 ||
	    g_strcmp0(state, "sending") != 0)
		return NULL;
	char *sent = format_size((guint64)up->sent), *size = format_size((guint64)up->size);
	GString *text = g_string_new(NULL);
	g_string_printf(text, "%s/%s", sent, size);
	if (rate > 0) {
		char *speed = format_size((guint64)rate);
		char *left = format_duration((up->size - up->sent) / rate + 1);
		g_string_append_printf(text, " %s/s %s left", speed, left);
		g_free(speed);
		g_free(left);
	}
	g_free(sent);
	g_free(size);
	return g_string_free(text, FALSE);
}

struct change {
	struct app *app;
	char *state;
	bool wants_edit;
};

static const char *
done_words(const char *state)
{
	static const struct {
		const char *state, *words;
	} table[] = {
	    {"hold", "held back until you release it"},
	    {"release", "released"},
	    {"retry", "tried again now"},
	    {"cancel", "taken back; it is among the drafts"},
	    {"arrived", "taken as sent"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
		if (g_str_equal(table[i].state, state))
			return table[i].words;
	return state;
}

/* One that another program handed over has no draft: the message, which the store has kept, is edited as a new one. */
static void
edit_message(struct app *app, const json_t *message)
{
	GError *error = NULL;
	const char *path = jsonl_string(message, "path");
	struct letter *letter = path != NULL ? letter_open(path, &error) : NULL;
	if (letter != NULL)
		reply_start(app, letter, jsonl_string(message, "account"), (struct reply_how){"edit", NULL});
	else if (error != NULL)
		app_error(app, "%s", error->message);
	letter_unref(letter);
	g_clear_error(&error);
}

/* The answer to a cancel carries the draft, which the store has kept already. */
static void
keep_draft(struct app *app, const json_t *obj, bool wants_edit)
{
	json_t *draft = json_object_get(obj, "draft"), *message = json_object_get(obj, "message");
	if (wants_edit && json_is_object(draft))
		compose_keep(app, json_deep_copy(draft), jsonl_string(obj, "draft_id"), true);
	else if (wants_edit && json_is_object(message))
		edit_message(app, message);
}

static void
say_changed(struct app *app, const struct change *change, const json_t *answer)
{
	const json_t *message = json_object_get(answer, "message");
	size_t had = json_array_size(json_object_get(answer, "had"));
	bool is_cancel = g_str_equal(change->state, "cancel");
	if (json_is_object(message))
		app_say(app, "the letter is taken back; it is in the folder %s", jsonl_string(message, "folder"));
	else if (is_cancel && (change->wants_edit || json_object_get(answer, "draft") == NULL))
		app_say(app, "the letter is taken back%s", had > 0 ? ", without those who have it" : "");
	else
		app_say(app, "the letter is %s%s", done_words(change->state),
		    had > 0 ? ", without those who have it" : "");
}

static void
on_changed(const struct reply *reply, void *user)
{
	struct change *change = user;
	struct app *app = change->app;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED) {
		app_error(app, "%s", reply->error->message);
	} else {
		say_changed(app, change, reply->obj);
		if (g_str_equal(change->state, "cancel"))
			keep_draft(app, reply->obj, change->wants_edit);
		else if (!g_str_equal(change->state, "hold"))
			client_queue_run(app->client);
	}
	outbox_refresh(app);
	g_free(change->state);
	g_free(change);
}

static void
request(struct app *app, const char *queue_id, const char *state, bool wants_edit)
{
	struct change *change = g_new0(struct change, 1);
	change->app = app;
	change->state = g_strdup(state);
	change->wants_edit = wants_edit;
	json_t *obj = json_pack("{s:s, s:s, s:s, s:b}", "op", "queue-set", "queue_id", queue_id, "state",
	    state, "keep", true);
	app_say(app, "one moment");
	ask_store(app, NULL, obj, on_changed, change);
}

void
outbox_set(struct app *app, const char *queue_id, const char *state)
{
	request(app, queue_id, state, false);
}

void
outbox_edit(struct app *app, const char *queue_id)
{
	request(app, queue_id, "cancel", true);
}
