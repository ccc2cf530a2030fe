/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resend.c - a message that is sent on as it is. */
#include "ui/resend.h"

#include "base/mailbox_text.h"
#include "ui/common.h"
#include "ui/outbox.h"
#include "ui/prompt.h"
#include "ui/undo.h"

struct resend {
	struct app *app;
	struct letter *letter;
	const struct rc_account *account;
	char *to;
};

static void
resend_free(struct resend *r)
{
	letter_unref(r->letter);
	g_free(r->to);
	g_free(r);
}

static void
on_queued(const struct reply *reply, void *user)
{
	struct resend *r = user;
	if (reply->kind == REPLY_EVENT)
		return;
	app_write_ends(r->app);
	if (reply->kind == REPLY_FAILED) {
		app_error(r->app, "not sent on: %s", reply->error->message);
	} else {
		const char *id = jsonl_string(reply->obj, "queue_id");
		if (id != NULL)
			undo_queued(r->app, "the message is sent on", id);
		app_say(r->app, "queued for %s; u takes it back", r->to);
		outbox_refresh(r->app);
	}
	resend_free(r);
}

static void
on_sure(struct app *app, char answer, void *user)
{
	struct resend *r = user;
	if (answer != 'y') {
		resend_free(r);
		return;
	}
	char *from = mailbox_text(r->account->display, r->account->address);
	json_t *obj = json_pack("{s:s, s:o, s:o, s:o, s:b}", "op", "queue-add-raw", "account",
	    jsonl_text(r->account->name, -1), "resend_from", jsonl_text(from, -1), "resend_to",
	    jsonl_text(r->to, -1), "override", true);
	app_write_begins(app);
	client_queue_raw(app->client, obj, letter_fd(r->letter),
	    (int)rc_int(app->rc, "queue", NULL, "undo-delay"), on_queued, r);
	g_free(from);
}

static void
on_to(struct app *app, const char *text, void *user)
{
	struct resend *r = user;
	if (text == NULL || *text == '\0') {
		resend_free(r);
		return;
	}
	r->to = g_strdup(text);
	char *question = g_strdup_printf("Send the message on to %s? (y/n) ", text);
	prompt_choose(app, question, "yn", on_sure, r, NULL);
	g_free(question);
}

void
resend_ask(struct app *app, struct letter *letter, const char *account_name, const char *to)
{
	const struct rc_account *account = common_account(app, account_name);
	if (account == NULL)
		return;
	struct resend *r = g_new0(struct resend, 1);
	r->app = app;
	r->letter = letter_ref(letter);
	r->account = account;
	if (to != NULL)
		on_to(app, to, r);
	else
		prompt_ask(app, PROMPT_ADDRESSES, "Send on to: ", NULL, on_to, r, NULL);
}
