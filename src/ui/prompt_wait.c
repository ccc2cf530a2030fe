/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prompt_wait.c - questions that nobody has asked for by a key: they wait while something is being typed. */
#include "ui/prompt_private.h"

bool
prompt_must_wait(const struct app *app)
{
	return app->n_acting == 0 && !app->is_ended && (app->prompt->is_open || app_is_typed_into(app));
}

void
prompt_queue(struct app *app, const struct question *like)
{
	struct question *q = g_new0(struct question, 1);
	*q = *like;
	q->label = g_strdup(like->label);
	q->initial = g_strdup(like->initial);
	q->letters = g_strdup(like->letters);
	g_queue_push_tail(&app->prompt->waiting, q);
	if (app_is_typed_into(app) && q->go == NULL)
		app_say(app, "a question waits until you leave the editor");
}

static void
question_free(struct question *q)
{
	g_free(q->label);
	g_free(q->initial);
	g_free(q->letters);
	g_free(q);
}

void
prompt_go_on(struct app *app)
{
	struct prompt *p = app->prompt;
	if (p->is_open || app_is_typed_into(app) || g_queue_is_empty(&p->waiting))
		return;
	struct question *q = g_queue_pop_head(&p->waiting);
	if (q->go != NULL)
		q->go(app, q->user);
	else if (q->chosen != NULL)
		prompt_choose(app, q->label, q->letters, q->chosen, q->user, q->free_user);
	else
		prompt_ask(app, q->kind, q->label, q->initial, q->done, q->user, q->free_user);
	if (q->go != NULL && q->free_user != NULL)
		q->free_user(q->user);
	question_free(q);
}

void
prompt_when_closed(struct app *app, prompt_go_fn go, void *user, GDestroyNotify free_user)
{
	const struct question like = {.go = go, .user = user, .free_user = free_user};
	if (app->prompt->is_open) {
		prompt_queue(app, &like);
		return;
	}
	go(app, user);
	if (free_user != NULL)
		free_user(user);
}

void
prompt_wait_drop(struct app *app)
{
	struct question *q;
	while ((q = g_queue_pop_head(&app->prompt->waiting)) != NULL) {
		if (q->chosen != NULL)
			q->chosen(app, 0, q->user);
		else if (q->done != NULL)
			q->done(app, NULL, q->user);
		if (q->free_user != NULL)
			q->free_user(q->user);
		question_free(q);
	}
}
