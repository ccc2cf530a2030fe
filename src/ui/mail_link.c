/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mail_link.c - deeds that give mail another thread: linked below a message, parted from the rest. */
#include "ui/list_view.h"
#include "ui/mail_private.h"
#include "ui/mailbox.h"
#include "ui/rows.h"
#include "ui/undo.h"

static void
on_linked(const struct reply *reply, void *user)
{
	struct deed *d = user;
	if (!mail_has_succeeded(d, reply))
		return;
	(void)undo_done(d->app, d->number, reply->obj);
	mailbox_refresh(d->app);
	mail_finish(d);
}

/* key says what value is: "parent" or "parent_thread". */
static void
send_link(struct deed *d)
{
	json_t *threads = json_array();
	for (guint i = 0; i < d->target->threads->len; i++)
		json_array_append_new(threads, jsonl_text(d->target->threads->pdata[i], -1));
	ask_store(d->app, NULL,
	    json_pack("{s:s, s:o, s:o}", "op", "thread-link", "threads", threads, d->key, jsonl_text(d->value, -1)),
	    on_linked, d);
}

static void
send_break(struct deed *d)
{
	ask_store(d->app, NULL, json_pack("{s:s, s:o}", "op", "thread-break", "ids", mail_ids(d->target)),
	    on_linked, d);
}

void
mail_link_marked(struct app *app, const char *thread, const char *id)
{
	struct list_view *l = list_view_of(app);
	GPtrArray *marked = list_view_marked(l);
	for (guint i = marked->len; i > 0; i--)
		if (g_strcmp0(marked->pdata[i - 1], thread) == 0)
			g_ptr_array_remove_index(marked, i - 1);
	if (marked->len == 0) {
		app_say(app, "mark the threads that belong below this one by t in the list, then & here");
		g_ptr_array_unref(marked);
		return;
	}
	struct mail_target *t = mail_target_threads(marked, NULL);
	g_ptr_array_unref(marked);
	if (mail_is_refused(app, t))
		return;
	list_view_clear_marks(l);
	struct deed *d = mail_begin(app, t, &(struct rows_deed){.effects = ROWS_GONE}, "linked to this one");
	d->key = g_strdup(id != NULL ? "parent" : "parent_thread");
	d->value = g_strdup(id != NULL ? id : thread);
	mail_enqueue(d, send_link);
}

void
mail_break(struct app *app, const char *thread, const char *id)
{
	struct mail_target *t = mail_target_message(thread, id, NULL);
	if (mail_is_refused(app, t))
		return;
	struct deed *d = mail_begin(app, t, &(struct rows_deed){0}, "made the first of its own thread");
	d->key = g_strdup("break");
	mail_enqueue(d, send_break);
}
