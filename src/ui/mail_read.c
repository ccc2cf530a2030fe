/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mail_read.c - a message that has been opened is read. */
#include "ui/ask.h"
#include "ui/list_effects.h"
#include "ui/mail.h"
#include "ui/mailbox.h"
#include "ui/rows.h"
#include "ui/thread.h"

struct reading {
	struct app *app;
	unsigned effects;
	GPtrArray *threads; /* the one, whose row is shown as read where no other of it is unread */
};

static void
on_read(const struct reply *reply, void *user)
{
	struct reading *r = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_DONE) {
		list_effects_confirm(r->app, r->threads);
		mailbox_refresh(r->app);
	} else {
		list_effects_lift(r->app, r->threads, &(struct rows_deed){.effects = r->effects});
		app_error(r->app, "%s", reply->error->message);
	}
	g_ptr_array_unref(r->threads);
	g_free(r);
}

void
mail_mark_read(struct app *app, struct thread *t, guint index)
{
	struct message *m = thread_message(t, index);
	if (m == NULL || !m->is_unread || app->is_read_only)
		return;
	m->is_unread = false;
	guint n_unread = 0;
	for (guint i = 0; i < thread_count(t); i++)
		n_unread += thread_message(t, i)->is_unread;
	struct reading *r = g_new0(struct reading, 1);
	r->app = app;
	r->threads = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(r->threads, g_strdup(thread_id(t)));
	r->effects = n_unread == 0 ? (unsigned)ROWS_READ : ROWS_LEFT(n_unread);
	list_effects_lay(app, r->threads, &(struct rows_deed){.effects = r->effects});
	json_t *obj = json_pack("{s:s, s:[s], s:[o]}", "op", "tag", "changes", "-unread", "ids",
	    jsonl_text(m->id, -1));
	ask_store(app, NULL, obj, on_read, r);
}
