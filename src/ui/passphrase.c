/* SPDX-License-Identifier: GPL-3.0-or-later */
/* passphrase.c - quietly first, with the terminal second. */
#include "ui/passphrase.h"

#include "base/limits.h"
#include "ui/handover.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define QUIET_MS 60000
#define ASK_MS	 600000
#define WAIT_MS	 200 /* between looks whether the terminal is free */

struct passphrase {
	struct app *app;
	struct supervisor *helper;
	json_t *obj;
	int fds[LIMIT_JSON_FDS];
	size_t n_fds;
	char *subject;
	supervisor_reply_fn fn; /* NULL: dropped */
	void *user;
	bool has_asked;
	struct handover handover;
	guint waiting; /* timer, while another program has the terminal */
};

static void
passphrase_free(struct passphrase *p)
{
	for (size_t i = 0; i < p->n_fds; i++)
		close(p->fds[i]);
	json_decref(p->obj);
	g_free(p->subject);
	g_free(p);
}

static void
on_reply(const struct reply *reply, void *user);

static void
send_request(struct passphrase *p)
{
	json_t *obj = json_deep_copy(p->obj);
	json_object_set_new(obj, "ask", json_boolean(p->has_asked));
	supervisor_request(p->helper, obj, p->fds, p->n_fds, p->has_asked ? ASK_MS : QUIET_MS,
	    p->subject, on_reply, p);
}

static bool
needs_passphrase(const struct reply *reply)
{
	if (reply->kind == REPLY_FAILED)
		return g_error_matches(reply->error, PF_ERROR, PF_ERROR_AUTH);
	return reply->kind == REPLY_DONE && jsonl_bool(reply->obj, "passphrase", false);
}

/* Once more, with the terminal lent to the pinentry. */
static void
ask_aloud(struct passphrase *p)
{
	handover_give(&p->handover, p->app);
	(void)printf("\r\nPenfold: gpg-agent asks for the passphrase of your key.\r\n");
	(void)fflush(stdout);
	send_request(p);
}

/* An editor or a shell that has the terminal keeps it until it ends. */
static gboolean
on_wait(gpointer user)
{
	struct passphrase *p = user;
	if (p->fn != NULL && p->app->n_handed > 0)
		return G_SOURCE_CONTINUE;
	p->waiting = 0;
	if (p->fn != NULL)
		ask_aloud(p);
	else
		passphrase_free(p);
	return G_SOURCE_REMOVE;
}

static void
on_reply(const struct reply *reply, void *user)
{
	struct passphrase *p = user;
	if (reply->kind != REPLY_EVENT && needs_passphrase(reply) && !p->has_asked && p->fn != NULL &&
	    !p->app->is_ended) {
		p->has_asked = true;
		if (p->app->n_handed > 0)
			p->waiting = g_timeout_add(WAIT_MS, on_wait, p);
		else
			ask_aloud(p);
		return;
	}
	if (reply->kind != REPLY_EVENT)
		handover_take(&p->handover, p->app);
	if (p->fn != NULL)
		p->fn(reply, p->user);
	if (reply->kind != REPLY_EVENT)
		passphrase_free(p);
}

struct passphrase *
passphrase_ask(struct app *app, struct supervisor *helper, json_t *obj, const int *fds, size_t n_fds,
    const char *subject, supervisor_reply_fn fn, void *user)
{
	struct passphrase *p = g_new0(struct passphrase, 1);
	p->app = app;
	p->helper = helper;
	p->obj = obj;
	p->subject = g_strdup(subject);
	p->fn = fn;
	p->user = user;
	for (size_t i = 0; i < n_fds && i < LIMIT_JSON_FDS; i++)
		p->fds[p->n_fds++] = fcntl(fds[i], F_DUPFD_CLOEXEC, 3);
	send_request(p);
	return p;
}

void
passphrase_drop(struct passphrase *p)
{
	if (p != NULL)
		p->fn = NULL;
}
