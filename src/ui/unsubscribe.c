/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unsubscribe.c - leaving the list that the open message came through: first the judge says whether the offer may
 * be believed and whose it is; then the user says yes; then one request goes out. */
#include "ui/ask.h"
#include "ui/message_actions.h"
#include "ui/pager.h"
#include "ui/prompt.h"

struct leaving {
	struct app *app;
	struct letter *letter;
	json_t *verdict; /* the kept one; NULL */
	bool has_menu;	 /* where no click is offered, all that the list offers is shown */
	struct ask ask;
};

static void
leaving_free(gpointer data)
{
	struct leaving *l = data;
	letter_unref(l->letter);
	json_decref(l->verdict);
	g_free(l);
}

static void
request(struct leaving *l, bool post, supervisor_reply_fn fn)
{
	json_t *obj = json_pack("{s:s, s:b, s:O*}", "op", "unsubscribe", "post", post, "verdict", l->verdict);
	ask_auth(l->app, &l->ask, l->letter, obj, fn, l);
}

static void
on_left(const struct reply *reply, void *user)
{
	struct leaving *l = user;
	const json_t *offer = json_object_get(reply->obj, "offer");
	if (reply->kind == REPLY_EVENT)
		return;
	ask_end(&l->ask);
	if (reply->kind == REPLY_FAILED)
		app_error(l->app, "not unsubscribed: %s", reply->error->message);
	else if (jsonl_bool(offer, "done", false))
		app_say(l->app, "%s was told that you leave; it answered %d", jsonl_string(offer, "host"),
		    (int)jsonl_int(offer, "status", 0));
	else
		app_error(l->app, "not unsubscribed: %s answered %d; M-l shows the list's other ways",
		    jsonl_string(offer, "host"), (int)jsonl_int(offer, "status", 0));
	leaving_free(l);
}

static void
on_choice(struct app *app, char answer, void *user)
{
	const struct leaving *asked = user;
	if (answer != 'y')
		return;
	struct leaving *l = g_new0(struct leaving, 1);
	l->app = app;
	l->letter = letter_ref(asked->letter);
	l->verdict = json_incref(asked->verdict);
	request(l, true, on_left);
	app_say(app, "telling the list");
}

static void
on_offer(const struct reply *reply, void *user)
{
	struct leaving *l = user;
	const json_t *offer = json_object_get(reply->obj, "offer");
	if (reply->kind == REPLY_EVENT)
		return;
	ask_end(&l->ask);
	if (reply->kind == REPLY_FAILED) {
		app_error(l->app, "%s", reply->error->message);
		leaving_free(l);
		return;
	}
	if (!jsonl_bool(offer, "one_click", false) && l->has_menu) {
		letter_list_menu(l->app, l->letter);
		leaving_free(l);
		return;
	}
	if (!jsonl_bool(offer, "one_click", false)) {
		app_say(l->app, "%s; M-l shows what the list itself offers",
		    jsonl_string(offer, "reason"));
		leaving_free(l);
		return;
	}
	char *label = g_strdup_printf("Leave the list of %s? %s will be told. (y/n) ",
	    jsonl_string(offer, "domain"), jsonl_string(offer, "host"));
	prompt_choose(l->app, label, "yn", on_choice, l, leaving_free);
	g_free(label);
}

static void
begin(struct app *app, struct letter *letter, const json_t *verdict, bool has_menu)
{
	struct leaving *l = g_new0(struct leaving, 1);
	l->app = app;
	l->letter = letter;
	l->verdict = json_incref((json_t *)(guintptr)verdict);
	l->has_menu = has_menu;
	request(l, false, on_offer);
}

void
letter_leave_list(struct app *app, struct letter *letter, const json_t *verdict)
{
	begin(app, letter_ref(letter), verdict, true);
}

void
act_message_unsubscribe(struct app *app, const char *arg)
{
	struct message *m;
	struct letter *letter = message_letter(app, &m);
	struct pager *p = pager_top(app);
	(void)arg;
	if (letter != NULL)
		begin(app, letter, p != NULL ? p->verdict : NULL, false);
}
