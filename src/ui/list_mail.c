/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_mail.c - the keys of the list that do something to mail. */
#include "ui/list_mail.h"

#include "ui/message_actions.h"
#include "ui/list_view.h"
#include "ui/mail_ask.h"
#include "ui/sender.h"
#include "ui/thread.h"
#include "ui/typeahead.h"

#include <string.h>

static struct list_view *
list(struct app *app)
{
	return list_view_of(app);
}

struct mail_target *
list_mail_target(struct app *app)
{
	struct list_view *l = list(app);
	GPtrArray *threads = NULL;
	struct row row;
	if (app->applies_to_marked) {
		threads = list_view_take_marked(l);
	} else {
		threads = g_ptr_array_new_with_free_func(g_free);
		if (list_view_selected(l, &row))
			g_ptr_array_add(threads, g_strdup(row.thread));
	}
	struct mail_target *t = NULL;
	if (threads->len > 0)
		t = mail_target_shared(threads, list_view_place(l));
	if (t != NULL)
		t->was_marked = app->applies_to_marked;
	else
		app_say(app, "there is no thread here");
	g_ptr_array_unref(threads);
	return t;
}

/* moving */

void
act_list_archive(struct app *app, const char *arg)
{
	struct mail_target *t = list_mail_target(app);
	(void)arg;
	if (t != NULL)
		mail_move_role(app, t, "archive", "archived");
}

void
act_list_delete(struct app *app, const char *arg)
{
	struct mail_target *t = list_mail_target(app);
	(void)arg;
	if (t != NULL)
		mail_ask_delete(app, t, NULL);
}

void
act_list_move(struct app *app, const char *arg)
{
	struct mail_target *t = list_mail_target(app);
	if (t != NULL)
		mail_ask_move(app, t, arg, NULL);
}

void
act_list_copy(struct app *app, const char *arg)
{
	struct mail_target *t = list_mail_target(app);
	if (t != NULL)
		mail_ask_copy(app, t, arg);
}

/* marks on mail */

/* What a toggle does is read from the selected row, or the first marked one. */
bool
list_mail_row(struct app *app, const struct mail_target *t, struct row *out)
{
	int i = rows_find(list_view_rows(list(app)), t->threads->pdata[0]);
	return i >= 0 && rows_get(list_view_rows(list(app)), (guint)i, out);
}

/* Set on one message says it for the thread; cleared means on all of them. */
static void
set_on_newest(struct app *app, struct mail_target *t, const struct row *row, const char *change,
    unsigned effect)
{
	if (t->threads->len > 1) {
		mail_tag(app, t, change, effect, NULL);
		return;
	}
	struct mail_target *one = mail_target_message(row->thread, row->id, NULL);
	mail_target_free(t);
	mail_tag(app, one, change, effect, NULL);
}

void
act_list_flag(struct app *app, const char *arg)
{
	struct mail_target *t = list_mail_target(app);
	struct row row;
	(void)arg;
	if (t == NULL)
		return;
	if (!list_mail_row(app, t, &row))
		mail_target_free(t);
	else if (row.flags & ROW_FLAGGED)
		mail_tag(app, t, "-flagged", ROWS_UNFLAG, NULL);
	else
		set_on_newest(app, t, &row, "+flagged", ROWS_FLAG);
}

void
act_list_unread(struct app *app, const char *arg)
{
	struct mail_target *t = list_mail_target(app);
	struct row row;
	(void)arg;
	if (t == NULL)
		return;
	if (!list_mail_row(app, t, &row))
		mail_target_free(t);
	else if (row.flags & ROW_UNREAD)
		mail_tag(app, t, "-unread", ROWS_READ, NULL);
	else
		set_on_newest(app, t, &row, "+unread", ROWS_UNREAD);
}

static void
ask_tags(struct app *app, char sign, const char *arg)
{
	struct mail_target *t = list_mail_target(app);
	if (t != NULL)
		mail_ask_tags(app, t, sign, arg);
}

void
act_list_tag_add(struct app *app, const char *arg)
{
	ask_tags(app, '+', arg);
}

void
act_list_tag_remove(struct app *app, const char *arg)
{
	ask_tags(app, '-', arg);
}

void
act_list_repeat(struct app *app, const char *arg)
{
	struct mail_target *t = list_mail_target(app);
	(void)arg;
	if (t != NULL)
		mail_repeat(app, t);
}

void
act_list_link(struct app *app, const char *arg)
{
	struct row row;
	(void)arg;
	if (list_view_selected(list(app), &row))
		mail_link_marked(app, row.thread, NULL);
	else
		app_say(app, "there is no thread here");
}

/* the newest message of the thread */

/* What waits for the thread's messages. */
struct newest {
	struct app *app;
	struct thread *thread;
	char *id;
	const char *mode; /* of a reply; NULL for the sender's page */
	char *template;	  /* for it; NULL for none named */
	bool has_retried;
};

static void
on_thread(struct thread *t, void *user)
{
	struct newest *n = user;
	struct app *app = n->app;
	int i = thread_find(t, n->id);
	struct message *m = thread_message(t, i >= 0 ? (guint)i : thread_first_wanted(t));
	GError *error = NULL;
	struct letter *letter = m != NULL ? letter_open(m->path, &error) : NULL;
	if (m != NULL && letter == NULL && !n->has_retried) {
		/* a flag is being set, which renames the file */
		n->has_retried = true;
		g_error_free(error);
		thread_reload_settled(t);
		return;
	}
	thread_forget(t, n);
	if (letter == NULL)
		app_error(app, "%s",
		    error != NULL		? error->message
			: thread_error(t) != NULL ? thread_error(t)
						  : "the message is gone");
	else if (n->mode != NULL)
		message_answer(app, letter, m, NULL, (struct reply_how){n->mode, n->template});
	else
		sender_open(app, letter, m);
	typeahead_opened(app, false);
	letter_unref(letter);
	g_clear_error(&error);
	g_free(n->id);
	g_free(n->template);
	thread_unref(n->thread);
	g_free(n);
}

static void
with_newest(struct app *app, const char *mode, const char *template)
{
	struct row row;
	if (!list_view_selected(list(app), &row)) {
		app_say(app, "there is no message here");
		return;
	}
	struct newest *n = g_new0(struct newest, 1);
	n->app = app;
	n->id = g_strdup(row.id);
	n->mode = mode;
	n->template = g_strdup(template);
	app_say(app, "one moment");
	typeahead_opens(app);
	n->thread = thread_open(app, &row);
	thread_listen(n->thread, on_thread, n);
}

void
act_list_reply(struct app *app, const char *arg)
{
	with_newest(app, "reply", arg);
}

void
act_list_reply_all(struct app *app, const char *arg)
{
	with_newest(app, "all", arg);
}

void
act_list_reply_list(struct app *app, const char *arg)
{
	with_newest(app, "list", arg);
}

void
act_list_forward(struct app *app, const char *arg)
{
	with_newest(app, "forward", arg);
}

void
act_list_sender(struct app *app, const char *arg)
{
	(void)arg;
	with_newest(app, NULL, NULL);
}
