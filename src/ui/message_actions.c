/* SPDX-License-Identifier: GPL-3.0-or-later */
/* message_actions.c - what can be done to one message. */
#include "ui/message_actions.h"

#include "base/placeholder.h"
#include "ui/attachments.h"
#include "ui/doubt.h"
#include "ui/list_view.h"
#include "ui/mail_ask.h"
#include "ui/pager.h"
#include "ui/prompt.h"
#include "ui/reply.h"
#include "ui/sender.h"
#include "ui/thread_scroll.h"
#include "ui/thread_view.h"
#include "ui/typeahead.h"

/* The message that the top view is about; NULL (and a word to the user) when there is none. */
static struct message *
current(struct app *app, struct thread **thread_out, guint *index_out)
{
	struct pager *p = pager_top(app);
	struct message *m = NULL;
	if (p != NULL) {
		*thread_out = p->thread;
		*index_out = p->index;
		m = pager_message(p);
	} else if (thread_view_selected(app, thread_out, index_out)) {
		m = thread_message(*thread_out, *index_out);
	}
	if (m == NULL || m->id == NULL) {
		app_say(app, p != NULL && p->is_nested ? "this message is a part of another"
						       : "there is no message here");
		return NULL;
	}
	return m;
}

/* A thread of one message is a row of the list: what is done to the one is done to the other. */
static struct mail_target *
target_of(struct app *app, const struct thread *t, const struct message *m)
{
	if (thread_count(t) > 1)
		return mail_target_message(thread_id(t), m->id, list_view_place(list_view_of(app)));
	GPtrArray *threads = g_ptr_array_new();
	g_ptr_array_add(threads, (gpointer)(guintptr)thread_id(t));
	struct mail_target *target =
	    mail_target_threads(threads, list_view_place(list_view_of(app)));
	g_ptr_array_free(threads, TRUE);
	return target;
}

/* Behind `;` in a thread's page: the marked messages. */
static struct mail_target *
marked_target(struct app *app)
{
	const struct place *place = list_view_place(list_view_of(app));
	GArray *marked = thread_view_marked(app, false);
	struct thread *t;
	guint k;
	if (marked == NULL || !thread_view_selected(app, &t, &k)) {
		g_clear_pointer(&marked, g_array_unref);
		return NULL;
	}
	GPtrArray *ids = g_ptr_array_new();
	for (guint i = 0; i < marked->len; i++)
		g_ptr_array_add(ids, thread_message(t, g_array_index(marked, guint, i))->id);
	gpointer whole[] = {(gpointer)(guintptr)thread_id(t)};
	GPtrArray threads = {.pdata = whole, .len = 1};
	/* all of them are the thread itself: then it leaves the list */
	struct mail_target *out = ids->len == thread_count(t) ? mail_target_threads(&threads, place)
							      : mail_target_messages(thread_id(t), ids, place);
	g_ptr_array_unref(ids);
	g_array_unref(marked);
	return out;
}

static struct mail_target *
target(struct app *app)
{
	struct thread *t;
	guint i;
	struct mail_target *marked = marked_target(app);
	if (marked != NULL)
		return marked;
	struct message *m = current(app, &t, &i);
	return m != NULL ? target_of(app, t, m) : NULL;
}

/* The message goes away: on to the next one, or back when it was the last. */
static void
step_on(struct app *app)
{
	struct pager *p = pager_top(app);
	if (p == NULL) {
		struct thread *t;
		guint i;
		if (thread_view_selected(app, &t, &i) && thread_count(t) == 1)
			app_pop(app);
		else
			thread_view_step(app, 1);
		return;
	}
	if (p->whole != NULL) {
		if (!thread_scroll_step(p->whole, 1))
			app_pop(app);
	} else if (p->index + 1 < thread_count(p->thread))
		pager_show(p, p->index + 1);
	else
		app_pop(app);
}

/* What is done to marked messages leaves the selected one where it is. */
static mail_ask_fn
step_of(const struct app *app)
{
	return app->applies_to_marked ? NULL : step_on;
}

static void
go_to_role(struct app *app, const char *role, const char *words)
{
	mail_ask_fn before = step_of(app);
	struct mail_target *t = target(app);
	if (t == NULL)
		return;
	if (before != NULL)
		before(app);
	mail_move_role(app, t, role, words);
}

void
act_message_delete(struct app *app, const char *arg)
{
	mail_ask_fn before = step_of(app);
	struct mail_target *t = target(app);
	(void)arg;
	if (t != NULL)
		mail_ask_delete(app, t, before);
}

void
act_message_archive(struct app *app, const char *arg)
{
	(void)arg;
	go_to_role(app, "archive", "archived");
}

void
act_message_move(struct app *app, const char *arg)
{
	mail_ask_fn before = step_of(app);
	struct mail_target *t = target(app);
	if (t != NULL)
		mail_ask_move(app, t, arg, before);
}

void
act_message_copy(struct app *app, const char *arg)
{
	struct mail_target *t = target(app);
	if (t != NULL)
		mail_ask_copy(app, t, arg);
}

void
act_message_flag(struct app *app, const char *arg)
{
	struct thread *t;
	guint i;
	struct message *m = current(app, &t, &i);
	(void)arg;
	if (m == NULL)
		return;
	struct mail_target *marked = marked_target(app);
	if (marked != NULL) {
		mail_tag(app, marked, m->is_flagged ? "-flagged" : "+flagged", 0, "flags changed");
		return;
	}
	/* not one that is only looked at */
	m->is_flagged = m->is_flagged == app->is_read_only;
	mail_tag(app, target_of(app, t, m), m->is_flagged ? "+flagged" : "-flagged",
	    m->is_flagged ? ROWS_FLAG : thread_count(t) == 1 ? (unsigned)ROWS_UNFLAG : 0, NULL);
}

void
act_message_unread(struct app *app, const char *arg)
{
	struct thread *t;
	guint i;
	struct message *m = current(app, &t, &i);
	(void)arg;
	if (m == NULL)
		return;
	struct mail_target *marked = marked_target(app);
	if (marked != NULL) {
		mail_tag(app, marked, m->is_unread ? "-unread" : "+unread", 0,
		    m->is_unread ? "marked as read" : "marked as unread");
		return;
	}
	m->is_unread = m->is_unread == app->is_read_only;
	mail_tag(app, target_of(app, t, m), m->is_unread ? "+unread" : "-unread",
	    m->is_unread ? ROWS_UNREAD : thread_count(t) == 1 ? (unsigned)ROWS_READ : 0, NULL);
	if (!app->is_read_only)
		app_say(app, m->is_unread ? "marked as unread" : "marked as read");
}

/* tags */

static void
ask_tags(struct app *app, char sign, const char *arg)
{
	struct mail_target *t = target(app);
	if (t != NULL)
		mail_ask_tags(app, t, sign, arg);
}

void
act_message_tag_add(struct app *app, const char *arg)
{
	ask_tags(app, '+', arg);
}

void
act_message_tag_remove(struct app *app, const char *arg)
{
	ask_tags(app, '-', arg);
}

void
act_message_repeat(struct app *app, const char *arg)
{
	struct mail_target *t = target(app);
	(void)arg;
	if (t != NULL)
		mail_repeat(app, t);
}

/* threads */

void
act_message_link(struct app *app, const char *arg)
{
	struct thread *t;
	guint i;
	struct message *m = current(app, &t, &i);
	(void)arg;
	if (m != NULL)
		mail_link_marked(app, thread_id(t), m->id);
}

void
act_message_break(struct app *app, const char *arg)
{
	struct thread *t;
	guint i;
	struct message *m = current(app, &t, &i);
	(void)arg;
	if (m != NULL)
		mail_break(app, thread_id(t), m->id);
}

/* answering and looking */

/* The open message has its file, whatever it is called by now. */
struct letter *
message_letter(struct app *app, struct message **message_out)
{
	struct thread *t;
	guint i;
	GError *error = NULL;
	struct pager *p = pager_top(app);
	if (p != NULL && p->is_nested) {
		*message_out = pager_message(p);
		return letter_ref(p->letter);
	}
	*message_out = current(app, &t, &i);
	if (*message_out == NULL)
		return NULL;
	if (p != NULL && p->letter != NULL)
		return letter_ref(p->letter);
	struct letter *letter = letter_open((*message_out)->path, &error);
	if (letter == NULL) {
		app_error(app, "%s", error->message);
		g_error_free(error);
	}
	return letter;
}

static bool
is_opened(const struct app *app)
{
	const struct pager *p = pager_top(app);
	return p == NULL || !pager_is_opening(p);
}

struct letter *
message_shown(struct app *app, struct message **message_out)
{
	struct letter *letter = message_letter(app, message_out), *shown = NULL;
	const struct pager *p = pager_top(app);
	if (letter != NULL && p != NULL && pager_is_opening(p)) {
		if (!typeahead_again(app, is_opened))
			app_say(app, "one moment: the message is being opened");
	} else if (letter != NULL)
		shown = letter_ref(p != NULL ? secure_letter(&p->secure, letter) : letter);
	letter_unref(letter);
	return shown;
}

struct reply_to {
	struct letter *letter;
	char *account, *mode, *template;
};

static void
reply_to_free(gpointer data)
{
	struct reply_to *r = data;
	letter_unref(r->letter);
	g_free(r->account);
	g_free(r->mode);
	g_free(r->template);
	g_free(r);
}

static void
go_reply(struct app *app, void *user)
{
	const struct reply_to *r = user;
	reply_start(app, r->letter, r->account, (struct reply_how){r->mode, r->template});
}

/* Only the header is here: what is quoted or forwarded would be that, and a list of parts. */
struct partly {
	struct reply_to *r; /* until it is answered */
	char *path;
	char *doubt; /* owned, until it is asked about */
};

static void
partly_free(gpointer data)
{
	struct partly *p = data;
	if (p->r != NULL)
		reply_to_free(p->r);
	g_free(p->doubt);
	g_free(p->path);
	g_free(p);
}

static void
go_doubt(struct app *app, struct reply_to *r, char *doubt)
{
	doubt_ask(app, doubt, "Reply", go_reply, r, reply_to_free);
}

static void
on_partly(struct app *app, char answer, void *user)
{
	struct partly *p = user;
	if (answer == 'b') {
		client_fetch_whole(app->client, p->r->account, p->path);
		app_say(app, "the whole letter is being fetched; answer it when it is here");
	} else if (answer == 'y') {
		go_doubt(app, g_steal_pointer(&p->r), g_steal_pointer(&p->doubt));
	}
}

/* Who answers a forger writes to the forger: that wants a second key. */
void
message_answer(struct app *app, struct letter *letter, const struct message *m, const json_t *verdict,
    struct reply_how how)
{
	struct reply_to *r = g_new0(struct reply_to, 1);
	char *doubt = g_str_has_prefix(how.mode, "forward") ? NULL : doubt_of(m, verdict);
	*r = (struct reply_to){letter_ref(letter), g_strdup(m->account), g_strdup(how.mode), g_strdup(how.template)};
	if (!placeholder_is(m->path) || m->account == NULL) {
		go_doubt(app, r, doubt);
		return;
	}
	struct partly *p = g_new0(struct partly, 1);
	*p = (struct partly){r, g_strdup(m->path), doubt};
	prompt_choose(app, "Only its header is here: (b)ring the whole letter first, go on with(y)out, (n)ot at all? ", "byn",
	    on_partly, p, partly_free);
}

static void
answer(struct app *app, const char *mode, const char *template)
{
	struct message *m;
	struct letter *letter = message_letter(app, &m);
	struct pager *p = pager_top(app);
	if (letter != NULL)
		message_answer(app, letter, m, p != NULL ? p->verdict : NULL, (struct reply_how){mode, template});
	letter_unref(letter);
}

void
act_message_reply(struct app *app, const char *arg)
{
	answer(app, "reply", arg);
}

void
act_message_reply_all(struct app *app, const char *arg)
{
	answer(app, "all", arg);
}

void
act_message_reply_list(struct app *app, const char *arg)
{
	answer(app, "list", arg);
}

void
act_message_forward(struct app *app, const char *arg)
{
	answer(app, "forward", arg);
}

void
act_message_forward_attached(struct app *app, const char *arg)
{
	answer(app, "forward-attached", arg);
}

void
act_message_sender(struct app *app, const char *arg)
{
	struct message *m;
	struct letter *letter = message_letter(app, &m);
	(void)arg;
	if (letter != NULL)
		sender_open(app, letter, m);
	letter_unref(letter);
}

void
act_message_attachments(struct app *app, const char *arg)
{
	struct message *m;
	struct letter *letter = message_shown(app, &m);
	(void)arg;
	struct pager *p = pager_top(app);
	if (letter != NULL)
		attachments_open(app, letter,
		    p != NULL && !p->is_loading ? json_object_get(p->head, "parts") : NULL);
	letter_unref(letter);
}

void
act_thread_attachments(struct app *app, const char *arg)
{
	struct thread *t;
	guint i;
	if (current(app, &t, &i) != NULL)
		attachments_save_thread(app, t, arg);
}
