/* SPDX-License-Identifier: GPL-3.0-or-later */
/* letter_actions.c - what is done with a message as it is: piped, printed, saved, sent on; and what its
 * mailing list and its invitation offer. */
#include "base/paths.h"
#include "base/placeholder.h"
#include "base/safe_name.h"
#include "ui/ask.h"
#include "ui/attachments.h"
#include "ui/links_view.h"
#include "ui/list_letters.h"
#include "ui/message_actions.h"
#include "ui/opener.h"
#include "ui/pager.h"
#include "ui/print.h"
#include "ui/prompt.h"
#include "ui/reply.h"
#include "ui/resend.h"
#include "ui/save_file.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define TEXT_COLS 78 /* of what is printed */

/* bytes */

void
act_message_pipe(struct app *app, const char *arg)
{
	struct message *m;
	if (list_letters_of_marked(app, LIST_LETTERS_PIPE, arg))
		return;
	struct letter *letter = message_letter(app, &m);
	int fd = letter != NULL ? fcntl(letter_fd(letter), F_DUPFD_CLOEXEC, 3) : -1;
	if (fd >= 0)
		opener_pipe(app, fd, m->subject != NULL ? m->subject : "", arg);
	letter_unref(letter);
}

/* A message that is to be saved. */
struct saving {
	struct letter *letter;
	char *name; /* in a folder */
};

static void
saving_free(gpointer data)
{
	struct saving *s = data;
	letter_unref(s->letter);
	g_free(s->name);
	g_free(s);
}

static void
on_save_path(struct app *app, const char *typed, void *user)
{
	const struct saving *s = user;
	if (typed == NULL || *typed == '\0')
		return;
	char *path = paths_target(typed, s->name);
	save_file_copy(app, letter_fd(s->letter), path, NULL);
	g_free(path);
}

void
act_message_save(struct app *app, const char *arg)
{
	struct message *m;
	if (list_letters_of_marked(app, LIST_LETTERS_SAVE, arg))
		return;
	struct letter *letter = message_letter(app, &m);
	if (letter == NULL)
		return;
	struct saving *s = g_new0(struct saving, 1);
	s->letter = letter;
	s->name = safe_name_of_subject(m->subject, "message", "eml");
	if (arg != NULL) {
		on_save_path(app, arg, s);
		saving_free(s);
		return;
	}
	prompt_ask(app, PROMPT_PATH, "Save the message as: ", s->name, on_save_path, s, saving_free);
}

static void
free_letter(gpointer data)
{
	letter_unref(data);
}

/* Ask the renderer for the head alone. */
struct wanting_head {
	struct app *app;
	struct letter *letter;
	char *arg;
	struct ask ask;
	void (*fn)(struct app *app, struct letter *letter, const json_t *head, const char *arg);
};

static void
wanting_free(struct wanting_head *w)
{
	letter_unref(w->letter);
	g_free(w->arg);
	g_free(w);
}

static gboolean
wanting_free_later(gpointer data)
{
	wanting_free(data);
	return G_SOURCE_REMOVE;
}

static void
on_head(const struct reply *reply, void *user)
{
	struct wanting_head *w = user;
	if (reply->kind == REPLY_EVENT) {
		if (g_strcmp0(jsonl_string(reply->obj, "event"), "head") != 0)
			return;
		w->fn(w->app, w->letter, reply->obj, w->arg);
		ask_drop(&w->ask); /* the text is not wanted */
		g_idle_add(wanting_free_later, w);
		return;
	}
	ask_end(&w->ask);
	if (reply->kind == REPLY_FAILED)
		app_error(w->app, "%s", reply->error->message);
	wanting_free(w);
}

/* letter: its reference is taken over. */
static void
want_head(struct app *app, struct letter *letter, const char *arg,
    void (*fn)(struct app *app, struct letter *letter, const json_t *head, const char *arg))
{
	struct wanting_head *w = g_new0(struct wanting_head, 1);
	w->app = app;
	w->letter = letter;
	w->arg = g_strdup(arg);
	w->fn = fn;
	ask_render(app, &w->ask, letter,
	    json_pack("{s:s, s:i, s:s}", "op", "view", "width", TEXT_COLS, "headers", "weeded"), -1,
	    on_head, w);
}

static void
with_head(struct app *app, const char *arg,
    void (*fn)(struct app *app, struct letter *letter, const json_t *head, const char *arg))
{
	struct message *m;
	struct letter *letter = message_shown(app, &m);
	struct pager *p = pager_top(app);
	if (letter == NULL)
		return;
	if (p != NULL && p->head != NULL && !p->is_loading) {
		/* parts are those of what was opened, where the letter was encrypted */
		fn(app, secure_letter(&p->secure, letter), p->head, arg);
		letter_unref(letter);
		return;
	}
	want_head(app, letter, arg, fn);
}

static void
save_attachments(struct app *app, struct letter *letter, const json_t *head, const char *arg)
{
	attachments_save_all(app, letter, json_object_get(head, "attachments"), arg);
}

void
act_message_save_attachments(struct app *app, const char *arg)
{
	with_head(app, arg, save_attachments);
}

/* the list (RFC 2369) */

static void
add_list_links(json_t *out, const json_t *headers, const char *key, const char *label)
{
	const char *text = jsonl_string(headers, key);
	/* "<https://x>, <mailto:y> (comment)" */
	for (const char *open = text != NULL ? strchr(text, '<') : NULL; open != NULL;
	     open = strchr(open, '<')) {
		const char *close = strchr(++open, '>');
		if (close == NULL)
			break;
		char *url = g_strndup(open, (size_t)(close - open));
		char *host = NULL;
		if (g_uri_is_valid(url, G_URI_FLAGS_NONE, NULL))
			(void)g_uri_split_network(url, G_URI_FLAGS_NONE, NULL, &host, NULL, NULL);
		json_array_append_new(out,
		    json_pack("{s:s, s:o, s:o}", "label", label, "url", jsonl_text(url, -1), "host",
			jsonl_text(host, -1)));
		g_free(host);
		g_free(url);
		open = close;
	}
}

static void
show_list_menu(struct app *app, struct letter *letter, const json_t *head, const char *arg)
{
	static const struct {
		const char *key, *label;
	} rows[] = {{"list_post", "write"}, {"list_unsubscribe", "leave"}, {"list_subscribe", "join"},
	    {"list_help", "help"}, {"list_archive", "archive"}, {"list_owner", "owner"},
	    {"archived_at", "this letter"}};
	const json_t *headers = json_object_get(head, "headers");
	const char *id = jsonl_string(headers, "list_id");
	json_t *links = json_array();
	(void)letter;
	(void)arg;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		add_list_links(links, headers, rows[i].key, rows[i].label);
	if (json_array_size(links) == 0) {
		app_say(app, "the message names no mailing list");
	} else {
		char *title = g_strdup_printf("Mailing list %s %s", app->canvas.signs->dot,
		    id != NULL ? id : "");
		links_view_open(app, title, links);
		g_free(title);
	}
	json_decref(links);
}

void
act_message_list_menu(struct app *app, const char *arg)
{
	with_head(app, arg, show_list_menu);
}

void
letter_list_menu(struct app *app, struct letter *letter)
{
	want_head(app, letter_ref(letter), NULL, show_list_menu);
}

/* the invitation */

static const char *
invitation_mode(const char *word)
{
	static const char *const modes[] = {"accept", "tentative", "decline"};
	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++)
		if (word != NULL && *word != '\0' && g_str_has_prefix(modes[i], word))
			return modes[i];
	return NULL;
}

static void
answer_invitation(struct app *app, struct letter *letter, const char *mode)
{
	struct message *m;
	struct letter *now = message_letter(app, &m);
	if (now != NULL)
		reply_start(app, letter, m->account, (struct reply_how){mode, NULL});
	letter_unref(now);
}

static void
on_invitation_answer(struct app *app, char answer, void *user)
{
	const char word[] = {answer, '\0'};
	const char *mode = invitation_mode(word);
	if (mode != NULL)
		answer_invitation(app, user, mode);
}

static void
ask_invitation(struct app *app, struct letter *letter, const json_t *head, const char *arg)
{
	const json_t *calendar = json_object_get(head, "calendar");
	if (!jsonl_bool(calendar, "may_answer", false))
		app_say(app, "there is no invitation to answer in this message");
	else if (arg != NULL && invitation_mode(arg) == NULL)
		app_error(app, "the answer is accept, tentative or decline");
	else if (arg != NULL)
		answer_invitation(app, letter, invitation_mode(arg));
	else
		prompt_choose(app, "Accept, tentative or decline? (a/t/d) ", "atd",
		    on_invitation_answer, letter_ref(letter), free_letter);
}

void
act_message_invitation(struct app *app, const char *arg)
{
	with_head(app, arg, ask_invitation);
}

/* sending on */

void
act_message_bounce(struct app *app, const char *arg)
{
	struct message *m;
	struct letter *letter = message_letter(app, &m);
	if (letter != NULL && placeholder_is(m->path))
		app_error(app, "only the header of this letter is here; B brings the rest, then it can be sent on");
	else if (letter != NULL)
		resend_ask(app, letter, m->account, arg);
	letter_unref(letter);
}

void
act_message_edit_as_new(struct app *app, const char *arg)
{
	struct message *m;
	struct letter *letter = message_letter(app, &m);
	(void)arg;
	if (letter != NULL)
		reply_start(app, letter, m->account, (struct reply_how){"edit", NULL});
	letter_unref(letter);
}

void
act_message_print(struct app *app, const char *arg)
{
	struct message *m;
	if (list_letters_of_marked(app, LIST_LETTERS_PRINT, arg))
		return;
	struct letter *letter = message_shown(app, &m);
	if (letter != NULL)
		print_letter(app, letter);
	letter_unref(letter);
}
