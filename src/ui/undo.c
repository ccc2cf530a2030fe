/* SPDX-License-Identifier: GPL-3.0-or-later */
/* undo.c - the deeds of this run, and how each is taken back. */
#include "ui/undo.h"

#include "ui/ask.h"
#include "ui/list_view.h"
#include "ui/mailbox.h"
#include "ui/outbox.h"

struct deed {
	guint number;
	char *label;
	GPtrArray *threads;
	json_t *ops;	/* NULL until it is done */
	char *queue_id; /* a queued letter */
	bool is_unwanted; /* taken back before it was done */
};

struct undo {
	GPtrArray *deeds; /* newest last */
	guint last_number;
};

static void
deed_free(gpointer data)
{
	struct deed *d = data;
	g_free(d->label);
	g_free(d->queue_id);
	if (d->threads != NULL)
		g_ptr_array_unref(d->threads);
	json_decref(d->ops);
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

static struct deed *
push(struct app *app, const char *label)
{
	struct undo *u = app->undo;
	struct deed *d = g_new0(struct deed, 1);
	d->number = ++u->last_number;
	d->label = g_strdup(label);
	g_ptr_array_add(u->deeds, d);
	if (u->deeds->len > UNDO_DEPTH)
		g_ptr_array_remove_index(u->deeds, 0);
	return d;
}

guint
undo_begin(struct app *app, const char *label, GPtrArray *threads)
{
	struct deed *d = push(app, label);
	d->threads = threads != NULL ? g_ptr_array_ref(threads) : NULL;
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

static void
lift(struct app *app, const struct deed *d)
{
	struct list_view *l = list_view_of(app);
	for (guint i = 0; d->threads != NULL && l != NULL && i < d->threads->len; i++)
		rows_lift(list_view_rows(l), d->threads->pdata[i]);
}

static void
on_taken_back(const struct reply *reply, void *user)
{
	struct app *app = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED)
		app_error(app, "it could not be taken back: %s", reply->error->message);
	mailbox_refresh(app);
}

static void
take_back(struct app *app, struct deed *d)
{
	size_t i;
	json_t *op;
	json_array_foreach(d->ops, i, op)
	{
		ask_store(app, NULL, json_incref(op), on_taken_back, app);
	}
	g_ptr_array_remove(app->undo->deeds, d);
}

void
undo_done(struct app *app, guint number, json_t *ops)
{
	struct deed *d = find(app, number);
	if (d == NULL) {
		json_decref(ops);
		return;
	}
	d->ops = ops;
	if (d->is_unwanted) {
		take_back(app, d);
		return;
	}
	struct list_view *l = list_view_of(app);
	for (guint i = 0; d->threads != NULL && l != NULL && i < d->threads->len; i++)
		rows_confirm(list_view_rows(l), d->threads->pdata[i]);
}

bool
undo_is_unwanted(struct app *app, guint number)
{
	const struct deed *d = find(app, number);
	return d != NULL && d->is_unwanted;
}

void
undo_forget(struct app *app, guint number)
{
	struct deed *d = find(app, number);
	if (d != NULL)
		g_ptr_array_remove(app->undo->deeds, d);
}

void
undo_failed(struct app *app, guint number)
{
	struct deed *d = find(app, number);
	if (d == NULL)
		return;
	lift(app, d);
	g_ptr_array_remove(app->undo->deeds, d);
}

/* The newest deed that has not been taken back already. */
static struct deed *
last_wanted(const struct undo *u)
{
	for (guint i = u->deeds->len; i > 0; i--) {
		struct deed *d = u->deeds->pdata[i - 1];
		if (!d->is_unwanted)
			return d;
	}
	return NULL;
}

void
undo_last(struct app *app)
{
	struct deed *d = last_wanted(app->undo);
	if (d == NULL) {
		app_say(app, "nothing to take back");
		return;
	}
	if (d->queue_id != NULL) {
		outbox_edit(app, d->queue_id);
		g_ptr_array_remove(app->undo->deeds, d);
		return;
	}
	app_say(app, "taken back: %s", d->label);
	lift(app, d);
	d->is_unwanted = true;
	if (d->ops != NULL)
		take_back(app, d);
}
