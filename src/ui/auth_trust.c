/* SPDX-License-Identifier: GPL-3.0-or-later */
/* auth_trust.c - see auth_trust.h. Learning never trusts by itself: a letter could teach it. */
#include "ui/auth_trust.h"

#include "base/rc_insert.h"
#include "client/authserv.h"
#include "ui/ask.h"
#include "ui/prompt.h"

struct trusting {
	struct app *app;
	char *account, *id;
	json_t *trusted; /* ids */
	char *source;
};

static void
trusting_free(gpointer data)
{
	struct trusting *t = data;
	json_decref(t->trusted);
	g_free(t->account);
	g_free(t->id);
	g_free(t->source);
	g_free(t);
}

static void
on_answer(struct app *app, char answer, void *user)
{
	const struct trusting *t = user;
	GError *error = NULL;
	if (answer != 'y')
		return;
	if (rc_insert(rc_path(app->rc), "account", t->account, "authserv-id", t->id, &error)) {
		/* the judges see that the file has changed */
		app_say(app, "%s is trusted for %s from now on; %s says so", t->id, t->account, rc_path(app->rc));
	} else {
		app_error(app, "%s", error->message);
	}
	g_clear_error(&error);
}

static void
say_nothing_new(const struct trusting *t, const json_t *learnt)
{
	if (json_array_size(t->trusted) > 0)
		app_say(t->app, "%s: %s is trusted, by %s; its mail suggests no other", t->account,
		    json_string_value(json_array_get(t->trusted, 0)),
		    g_strcmp0(t->source, "rc") == 0 ? "your rc file" : "what is known of the provider");
	else
		app_say(t->app, "%s: no server stands at the head of nine messages of ten (%d judged so far)",
		    t->account, (int)jsonl_int(learnt, "messages", 0));
}

static void
on_learnt(const struct reply *reply, void *user)
{
	struct trusting *t = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED) {
		app_error(t->app, "%s", reply->error->message);
		trusting_free(t);
		return;
	}
	json_t *learnt = json_deep_copy(reply->obj);
	authserv_weigh(learnt, t->trusted);
	const json_t *proposed = authserv_proposed(learnt);
	if (proposed == NULL) {
		say_nothing_new(t, learnt);
		trusting_free(t);
	} else {
		t->id = authserv_pattern(proposed);
		char *question = g_strdup_printf("Trust what %s says of the senders of mail to %s? (y/n) ",
		    jsonl_string(proposed, "id"), t->account);
		prompt_choose(t->app, question, "ny", on_answer, t, trusting_free);
		g_free(question);
	}
	json_decref(learnt);
}

static void
on_trusted(const struct reply *reply, void *user)
{
	struct trusting *t = user;
	if (reply->kind == REPLY_EVENT)
		return;
	t->trusted = json_deep_copy(json_object_get(reply->obj, "ids"));
	t->source = g_strdup(jsonl_string(reply->obj, "source"));
	ask_reader(t->app, NULL, json_pack("{s:s, s:s}", "op", "authserv", "account", t->account),
	    on_learnt, t);
}

void
auth_trust_start(struct app *app, const char *account)
{
	const struct rc_account *found = app_account(app, account);
	if (found == NULL)
		return;
	struct trusting *t = g_new0(struct trusting, 1);
	t->app = app;
	t->account = g_strdup(found->name);
	supervisor_request(client_auth(app->client),
	    json_pack("{s:s, s:s}", "op", "trusted", "account", found->name), NULL, 0, 0, NULL, on_trusted, t);
}
