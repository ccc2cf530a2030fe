/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys_setup.c - the code is drawn on a page of ours and kept nowhere. */
#include "ui/keys_setup.h"

#include "base/file.h"
#include "ui/keys_view.h"
#include "ui/outbox.h"
#include "ui/page.h"
#include "ui/passphrase.h"
#include "ui/prompt.h"

#include <string.h>
#include <unistd.h>

struct sending {
	struct app *app;
	const struct rc_account *account;
	char *code;
	int fd;
};

static void
sending_free(struct sending *s)
{
	if (s->code != NULL)
		explicit_bzero(s->code, strlen(s->code));
	g_free(s->code);
	close(s->fd);
	g_free(s);
}

static void
show_code(const struct sending *s)
{
	struct lines *lines = page_open(s->app, "Setup code", NULL);
	char *to = g_strdup_printf("The message with your key is on its way to %s.", s->account->address);
	lines_add(lines, STYLE_TEXT, "");
	lines_add(lines, STYLE_STRONG, s->code);
	lines_add(lines, STYLE_TEXT, "");
	lines_add(lines, STYLE_TEXT, to);
	lines_add(lines, STYLE_TEXT, "Open it in the other program, and type this code there.");
	lines_add(lines, STYLE_TEXT, "It is shown this once and kept nowhere.");
	g_free(to);
}

static void
on_queued(const struct reply *reply, void *user)
{
	struct sending *s = user;
	if (reply->kind == REPLY_EVENT)
		return;
	app_write_ends(s->app);
	if (reply->kind == REPLY_FAILED)
		app_error(s->app, "the setup message was not sent: %s", reply->error->message);
	else
		show_code(s);
	outbox_refresh(s->app);
	app_redraw(s->app);
	sending_free(s);
}

static void
on_made(const struct reply *reply, void *user)
{
	struct sending *s = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED) {
		app_error(s->app, "no setup message: %s", reply->error->message);
		sending_free(s);
		return;
	}
	s->code = g_strdup(jsonl_string(reply->obj, "code"));
	(void)lseek(s->fd, 0, SEEK_SET);
	app_write_begins(s->app);
	client_queue_raw(s->app->client,
	    json_pack("{s:s, s:s, s:[s], s:b, s:b}", "op", "queue-add-raw", "account", s->account->name, "recipients",
		s->account->address, "sign", false, "encrypt", false),
	    s->fd, 0, on_queued, s);
}

static void
on_sure(struct app *app, char answer, void *user)
{
	const struct rc_account *account = user;
	int fd = answer == 'y' ? file_in_memory(NULL) : -1;
	if (fd < 0)
		return;
	struct sending *s = g_new0(struct sending, 1);
	s->app = app;
	s->account = account;
	s->fd = fd;
	(void)passphrase_ask(app, client_crypt(app->client),
	    json_pack("{s:s, s:s, s:s}", "op", "setup-make", "account", account->name, "author", account->address), &fd, 1,
	    NULL, on_made, s);
}

void
keys_setup_send(struct app *app, const char *arg)
{
	const struct rc_account *a = arg != NULL ? rc_account_of_address(app->rc, arg) : rc_accounts(app->rc)[0];
	if (a == NULL) {
		app_error(app, "no account has %s", arg != NULL ? arg : "an address");
		return;
	}
	char *question = g_strdup_printf("Send your secret key of %s to yourself, under a code? (y/n) ", a->address);
	prompt_choose(app, question, "ny", on_sure, (void *)(guintptr)a, NULL);
	g_free(question);
}

/* --- taking in --- */

struct opening {
	struct app *app;
	int fd;
};

static void
on_taken(const struct reply *reply, void *user)
{
	struct app *app = user;
	if (reply->kind == REPLY_EVENT)
		return;
	const json_t *key = json_array_get(json_object_get(reply->obj, "keys"), 0);
	const char *fpr = jsonl_string(key, "fingerprint");
	if (reply->kind == REPLY_FAILED) {
		app_error(app, "%s", reply->error->message);
		return;
	}
	app_say(app, "your key has arrived; delete the setup message");
	keys_view_open(app, fpr);
}

static void
opening_free(gpointer data)
{
	struct opening *o = data;
	close(o->fd);
	g_free(o);
}

static void
on_code(struct app *app, const char *text, void *user)
{
	const struct opening *o = user;
	if (text == NULL || *text == '\0')
		return;
	json_t *request = json_pack("{s:s, s:s}", "op", "setup-take", "code", text);
	if (request != NULL)
		(void)passphrase_ask(app, client_crypt(app->client), request, &o->fd, 1, NULL, on_taken, app);
}

void
keys_setup_open(struct app *app, int fd)
{
	struct opening *o = g_new0(struct opening, 1);
	o->app = app;
	o->fd = fd;
	prompt_ask(app, PROMPT_SECRET, "Setup code: ", NULL, on_code, o, opening_free);
}
