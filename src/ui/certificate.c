/* SPDX-License-Identifier: GPL-3.0-or-later */
/* certificate.c - see certificate.h. One question a server; nothing is taken without a y. */
#include "ui/certificate.h"

#include "base/jsonl.h"
#include "ui/prompt.h"

#include <string.h>

/* What is being asked. */
struct question {
	struct app *app;
	char *account;
	json_t *servers; /* all of the account */
	size_t next;	 /* the first that was not looked at */
	int n_taken, n_refused;
};

static void
question_free(gpointer data)
{
	struct question *q = data;
	json_decref(q->servers);
	g_free(q->account);
	g_free(q);
}

static void
ask_next(struct question *q);

/* Is it the answer? One that says no ends the question. */
static bool
is_answer(struct question *q, const struct reply *reply)
{
	if (reply->kind == REPLY_FAILED) {
		app_error(q->app, "%s", reply->error->message);
		question_free(q);
	}
	return reply->kind == REPLY_DONE;
}

static void
on_taken(const struct reply *reply, void *user)
{
	struct question *q = user;
	if (!is_answer(q, reply))
		return;
	q->n_taken++;
	ask_next(q);
}

static void
on_answer(struct app *app, char answer, void *user)
{
	struct question *q = user;
	const json_t *server = json_array_get(q->servers, q->next - 1);
	if (answer == 'y') {
		supervisor_request(client_setup(app->client),
		    json_pack("{s:s, s:s, s:O, s:O}", "op", "certificate-take", "account", q->account, "server",
			json_object_get(server, "server"), "sha256", json_object_get(server, "sha256")),
		    NULL, 0, 0, NULL, on_taken, q);
	} else if (answer == 'n') {
		q->n_refused++;
		ask_next(q);
	} else {
		app_say(app, "no certificate was taken");
		question_free(q);
	}
}

/* All were looked at: what came of it. */
static void
tell_end(const struct question *q)
{
	const json_t *server;
	size_t i;
	if (q->n_taken > 0) {
		app_say(q->app, "%s: %d taken by the fingerprint; $ fetches", q->account, q->n_taken);
		return;
	}
	json_array_foreach(q->servers, i, server)
		if (g_strcmp0(jsonl_string(server, "state"), "unreachable") == 0) {
			app_error(q->app, "%s", jsonl_string(server, "problem"));
			return;
		}
	if (q->n_refused > 0)
		app_say(q->app, "no certificate was taken");
	else
		app_say(q->app, "%s: the certificates of all its servers are trusted", q->account);
}

static void
ask_next(struct question *q)
{
	const json_t *server = json_array_get(q->servers, q->next);
	while (server != NULL && !jsonl_bool(server, "may_take", false))
		server = json_array_get(q->servers, ++q->next);
	if (server == NULL) {
		tell_end(q);
		question_free(q);
		return;
	}
	q->next++;
	char *label = g_strdup_printf("%s shows %s that nobody vouches for (%s). SHA-256 %s. Take it if its operator "
				      "names the same? (y/n) ",
	    jsonl_string(server, "server"),
	    g_strcmp0(jsonl_string(server, "state"), "changed") == 0 ? "another certificate than before," : "a certificate",
	    jsonl_string(server, "problem"), jsonl_string(server, "fingerprint"));
	prompt_choose(q->app, label, "ny", on_answer, q, NULL);
	g_free(label);
}

static void
on_seen(const struct reply *reply, void *user)
{
	struct question *q = user;
	if (!is_answer(q, reply))
		return;
	q->servers = json_deep_copy(json_object_get(reply->obj, "servers"));
	ask_next(q);
}

void
certificate_start(struct app *app, const char *account)
{
	const struct rc_account *found = app_account(app, account);
	if (found == NULL)
		return;
	struct question *q = g_new0(struct question, 1);
	q->app = app;
	q->account = g_strdup(found->name);
	app_say(app, "%s: asking its servers for their certificates", found->name);
	supervisor_request(client_setup(app->client),
	    json_pack("{s:s, s:s}", "op", "certificates", "account", found->name), NULL, 0, 0, NULL, on_seen, q);
}
