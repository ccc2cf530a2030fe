/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mail_read.c - a message that has been opened is read. */
#include "ui/ask.h"
#include "ui/list_effects.h"
#include "ui/mail.h"
#include "ui/mailbox.h"
#include "ui/rows.h"
#include "ui/thread.h"

static void
on_read(const struct reply *reply, void *user)
{
	struct app *app = user;
	if (reply->kind == REPLY_DONE)
		mailbox_refresh(app);
	else if (reply->kind == REPLY_FAILED)
		app_error(app, "%s", reply->error->message);
}

void
mail_mark_read(struct app *app, struct thread *t, guint index)
{
	struct message *m = thread_message(t, index);
	if (m == NULL || !m->is_unread || app->is_read_only)
		return;
	m->is_unread = false;
	bool is_any_unread = false;
	for (guint i = 0; i < thread_count(t); i++)
		is_any_unread = is_any_unread || thread_message(t, i)->is_unread;
	if (!is_any_unread) {
		GPtrArray *one = g_ptr_array_new_with_free_func(g_free);
		g_ptr_array_add(one, g_strdup(thread_id(t)));
		list_effects_lay(app, one, ROWS_READ);
		list_effects_confirm(app, one);
		g_ptr_array_unref(one);
	}
	json_t *obj = json_pack("{s:s, s:[s], s:[o]}", "op", "tag", "changes", "-unread", "ids",
	    jsonl_text(m->id, -1));
	ask_store(app, NULL, obj, on_read, app);
}
