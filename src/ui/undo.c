/* SPDX-License-Identifier: GPL-3.0-or-later */
/* undo.c - the deeds of this run, and how each is taken back and done again.
 *
 * The store answers every change with exactly what takes it back. Taking back is such a change too, and
 * so its answer says how to do the deed again: a deed is a list of requests that flips it over. */
#include "ui/undo.h"

#include "ui/ask.h"
#include "ui/list_effects.h"
#include "ui/mailbox.h"
#include "ui/outbox.h"
#include "ui/rows.h"

#include <string.h>

struct deed {
	guint number;
	char *label;
	GPtrArray *threads;
	unsigned effects;
	char *changes;	    /* of tags */
	struct place *from, *to; /* what the threads leave by them, and where they go; NULL for nowhere */
	json_t *ops;	/* flip it over; NULL while requests are on their way */
	char *queue_id; /* a queued letter */
	bool is_undone; /* as the user wants it */
	bool is_done;	/* as it is */
	guint n_open;	/* requests of a flip that are not answered */
	json_t *coming; /* what will flip it over again */
};

struct undo {
	GPtrArray *deeds; /* oldest first */
	guint at;	  /* from here on they are taken back */
	guint last_number;
};

static void
deed_free(gpointer data)
{
	struct deed *d = data;
	g_free(d->label);
	g_free(d->queue_id);
	place_free(d->from);
	place_free(d->to);
	g_free(d->changes);
	if (d->threads != NULL)
		g_ptr_array_unref(d->threads);
	json_decref(d->ops);
	json_decref(d->coming);
	g_free(d);
}

struct undo *
undo_new(void)
{
	struct undo *u = g_new0(struct undo, 1);
	u->deeds = g_ptr_array_new_with_free_func(deed_free);
	return u;
}

void
undo_free(struct undo *u)
{
	if (u == NULL)
		return;
	g_ptr_array_unref(u->deeds);
	g_free(u);
}

static void
remove_deed(struct undo *u, struct deed *d)
{
	guint i;
	if (!g_ptr_array_find(u->deeds, d, &i))
		return;
	g_ptr_array_remove_index(u->deeds, i);
	if (i < u->at)
		u->at--;
}

static struct deed *
push(struct app *app, const char *label)
{
	struct undo *u = app->undo;
	struct deed *d = g_new0(struct deed, 1);
	d->number = ++u->last_number;
	d->label = g_strdup(label);
	/* one that is still on its way back is kept until it is there */
	for (guint i = u->deeds->len; i > u->at; i--) {
		const struct deed *old = u->deeds->pdata[i - 1];
		if (old->ops != NULL && old->is_undone != old->is_done)
			g_ptr_array_remove_index(u->deeds, i - 1);
	}
	g_ptr_array_insert(u->deeds, (gint)u->at, d);
	u->at++;
	if (u->deeds->len > UNDO_DEPTH)
		remove_deed(u, u->deeds->pdata[0]);
	return d;
}

guint
undo_begin(struct app *app, const char *label, GPtrArray *threads, const struct rows_deed *deed)
{
	struct deed *d = push(app, label);
	d->threads = threads != NULL ? g_ptr_array_ref(threads) : NULL;
	d->effects = deed->effects;
	d->changes = g_strdup(deed->changes);
	d->from = place_copy(deed->from);
	d->to = deed->to != NULL ? place_copy(deed->to) : NULL;
	return d->number;
}

void
undo_queued(struct app *app, const char *label, const char *queue_id)
{
	push(app, label)->queue_id = g_strdup(queue_id);
}

static struct deed *
find(struct app *app, guint number)
{
	for (guint i = 0; i < app->undo->deeds->len; i++) {
		struct deed *d = app->undo->deeds->pdata[i];
		if (d->number == number)
			return d;
	}
	return NULL;
}

/* what an answer of the store takes back */

/* One request for each folder that messages came from. */
static void
add_moves_back(json_t *ops, const json_t *moved)
{
	json_t *by_folder = json_object(); /* both places, to the request */
	size_t i;
	json_t *m, *op;
	const char *key;
	json_array_foreach(moved, i, m)
	{
		const char *from = jsonl_string(m, "from_folder");
		const char *account = jsonl_string(m, "from_account");
		const char *to = jsonl_string(m, "to_folder"), *to_account = jsonl_string(m, "to_account");
		json_t *id = json_object_get(m, "id");
		if (from == NULL || !json_is_string(id))
			continue;
		char *at = g_strdup_printf("%s\n%s\n%s\n%s", account != NULL ? account : "", from,
		    to_account != NULL ? to_account : "", to != NULL ? to : "");
		op = json_object_get(by_folder, at);
		if (op == NULL) {
			op = json_pack("{s:s, s:[], s:s, s:s*, s:s*, s:s*}", "op", "move", "ids", "folder", from,
			    "account", account, "from_account", to_account, "from_folder", to);
			json_object_set_new(by_folder, at, op);
		}
		json_array_append(json_object_get(op, "ids"), id);
		g_free(at);
	}
	json_object_foreach(by_folder, key, op)
	{
		json_array_append(ops, op);
	}
	json_decref(by_folder);
}

/* All of one deed went to one folder of each account. */
static void
add_copies_again(json_t *ops, const json_t *uncopied)
{
	size_t i, k;
	json_t *c, *op, *at = NULL;
	json_array_foreach(uncopied, i, c)
	{
		const char *account = jsonl_string(c, "account"), *folder = jsonl_string(c, "folder");
		if (account == NULL || folder == NULL || !json_is_string(json_object_get(c, "id")))
			continue;
		at = NULL;
		json_array_foreach(ops, k, op)
		{
			if (g_strcmp0(jsonl_string(op, "account"), account) == 0 &&
			    g_strcmp0(jsonl_string(op, "folder"), folder) == 0)
				at = op;
		}
		if (at == NULL) {
			at = json_pack("{s:s, s:[], s:s, s:s}", "op", "copy", "ids", "folder", folder, "account",
			    account);
			json_array_append_new(ops, at);
		}
		json_array_append(json_object_get(at, "ids"), json_object_get(c, "id"));
	}
}

static void
add_copies_back(json_t *ops, const json_t *copied)
{
	json_t *paths = json_array();
	size_t i;
	json_t *c;
	json_array_foreach(copied, i, c)
	{
		json_array_append(paths, json_object_get(c, "path"));
	}
	if (json_array_size(paths) > 0)
		json_array_append_new(ops, json_pack("{s:s, s:O}", "op", "uncopy", "paths", paths));
	json_decref(paths);
}

static void
add_tags_back(json_t *ops, const json_t *undo)
{
	size_t i;
	json_t *step;
	json_array_foreach(undo, i, step)
	{
		json_t *changes = json_object_get(step, "changes");
		json_t *ids = json_object_get(step, "ids");
		if (json_array_size(changes) > 0 && json_array_size(ids) > 0)
			json_array_append_new(ops, json_pack("{s:s, s:O, s:O}", "op", "tag",
						       "changes", changes, "ids", ids));
	}
}

json_t *
undo_ops(const json_t *answer)
{
	const json_t *moved = json_object_get(answer, "moved");
	const json_t *undo = json_object_get(answer, "undo");
	const json_t *copied = json_object_get(answer, "copied");
	const json_t *uncopied = json_object_get(answer, "uncopied");
	json_t *links = json_object_get(answer, "links");
	if (!json_is_array(moved) && !json_is_array(undo) && !json_is_array(copied) && !json_is_array(uncopied) &&
	    !json_is_array(links))
		return NULL;
	json_t *ops = json_array();
	if (json_array_size(links) > 0)
		json_array_append_new(ops, json_pack("{s:s, s:O}", "op", "thread-relink", "links", links));
	add_moves_back(ops, moved);
	add_tags_back(ops, undo);
	add_copies_back(ops, copied);
	add_copies_again(ops, uncopied);
	return ops;
}

/* flipping */

struct flip {
	struct app *app;
	guint number;
};

static void
turn(struct app *app);

/* All requests of a flip are answered. */
static void
settle(struct app *app, struct deed *d)
{
	d->is_done = !d->is_done;
	d->ops = g_steal_pointer(&d->coming);
	if (d->is_done && d->threads != NULL)
		list_effects_confirm(app, d->threads);
	client_wake(app->client); /* it may have been about a time */
	mailbox_refresh(app);
	if (d->ops == NULL)
		remove_deed(app->undo, d);
	turn(app);
}

static void
on_flipped(const struct reply *reply, void *user)
{
	struct flip *f = user;
	struct app *app = f->app;
	if (reply->kind == REPLY_EVENT)
		return;
	struct deed *d = find(app, f->number);
	g_free(f);
	if (reply->kind == REPLY_FAILED)
		app_error(app, "it could not be taken back: %s", reply->error->message);
	if (d == NULL) {
		mailbox_refresh(app);
		return;
	}
	json_t *ops = reply->kind == REPLY_DONE ? undo_ops(reply->obj) : NULL;
	if (ops == NULL) {
		json_decref(d->coming);
		d->coming = NULL;
	} else if (d->coming != NULL) {
		json_array_extend(ops, d->coming); /* the last change is taken back first */
		json_decref(d->coming);
		d->coming = ops;
	} else {
		json_decref(ops);
	}
	if (--d->n_open == 0)
		settle(app, d);
}

static void
flip(struct app *app, struct deed *d)
{
	json_t *ops = g_steal_pointer(&d->ops);
	size_t i;
	json_t *op;
	d->coming = json_array();
	d->n_open = (guint)json_array_size(ops);
	if (d->n_open == 0) /* it changed nothing */
		settle(app, d);
	json_array_foreach(ops, i, op)
	{
		struct flip *f = g_new0(struct flip, 1);
		f->app = app;
		f->number = d->number;
		ask_store(app, NULL, json_incref(op), on_flipped, f);
	}
	json_decref(ops);
}

/* The next deed that the user wants otherwise than it is, when those before it are through: two deeds on one message
 * would else take each other back in the wrong order. False: nothing, or something is on its way. */
static bool
turn_next(struct app *app, bool wants_undone)
{
	const GPtrArray *deeds = app->undo->deeds;
	for (guint k = 0; k < deeds->len; k++) {
		struct deed *d = deeds->pdata[wants_undone ? deeds->len - 1 - k : k];
		if (d->is_undone != wants_undone || d->queue_id != NULL)
			continue;
		if (d->ops == NULL)
			return false;
		if (d->is_done == wants_undone) {
			flip(app, d);
			return true;
		}
	}
	return false;
}

static void
turn(struct app *app)
{
	/* what is taken back is, the newest first, before something is done again, the oldest first */
	if (!turn_next(app, true) && !undo_is_turning(app))
		(void)turn_next(app, false);
}

bool
undo_done(struct app *app, guint number, const json_t *answer)
{
	struct deed *d = find(app, number);
	json_t *ops = undo_ops(answer);
	bool can_undo = ops != NULL;
	if (d == NULL) {
		json_decref(ops);
		return can_undo;
	}
	d->ops = ops;
	d->is_done = true;
	if (d->threads != NULL && !d->is_undone)
		list_effects_confirm(app, d->threads);
	if (!can_undo)
		remove_deed(app->undo, d);
	turn(app);
	return can_undo;
}

bool
undo_is_unwanted(struct app *app, guint number)
{
	const struct deed *d = find(app, number);
	return d != NULL && d->is_undone;
}

bool
undo_is_turning(const struct app *app)
{
	for (guint i = 0; i < app->undo->deeds->len; i++) {
		const struct deed *d = app->undo->deeds->pdata[i];
		if (d->is_undone && (d->is_done || d->ops == NULL))
			return true;
	}
	return false;
}

void
undo_forget(struct app *app, guint number)
{
	struct deed *d = find(app, number);
	if (d != NULL)
		remove_deed(app->undo, d);
	turn(app);
}

/* As the lists show it. */
static struct rows_deed
shown_as(const struct deed *d)
{
	return (struct rows_deed){.effects = d->effects,
	    .changes = d->changes,
	    .from = d->from,
	    .to = d->to,
	    .is_done = d->is_done};
}

static void
lift(struct app *app, const struct deed *d)
{
	struct rows_deed shown = shown_as(d);
	if (d->threads != NULL)
		list_effects_lift(app, d->threads, &shown);
}

void
undo_failed(struct app *app, guint number)
{
	struct deed *d = find(app, number);
	if (d == NULL)
		return;
	lift(app, d);
	remove_deed(app->undo, d);
	turn(app);
}

/* what the user asks for */

void
undo_last(struct app *app)
{
	struct undo *u = app->undo;
	if (u->at == 0) {
		app_say(app, "nothing to take back");
		return;
	}
	struct deed *d = u->deeds->pdata[u->at - 1];
	if (d->queue_id != NULL) {
		outbox_edit(app, d->queue_id);
		remove_deed(u, d);
		return;
	}
	u->at--;
	app_say(app, "taken back: %s; C-r does it again", d->label);
	lift(app, d);
	d->is_undone = true;
	turn(app);
}

void
undo_redo(struct app *app)
{
	struct undo *u = app->undo;
	if (u->at >= u->deeds->len) {
		app_say(app, "nothing to do again");
		return;
	}
	struct deed *d = u->deeds->pdata[u->at++];
	app_say(app, "done again: %s", d->label);
	struct rows_deed shown = shown_as(d);
	if (d->threads != NULL)
		list_effects_lay(app, d->threads, &shown);
	d->is_undone = false;
	turn(app);
}
