/* SPDX-License-Identifier: GPL-3.0-or-later */
/* doubt.c - see doubt.h. The question names what the judge said; the letter itself has no word in it. */
#include "ui/doubt.h"

#include "ui/pager.h"
#include "ui/prompt.h"
#include "ui/verdict.h"

struct doubted {
	void (*go)(struct app *app, void *user);
	void *user;
	GDestroyNotify free_user;
};

static bool
is_doubtful(enum row_verdict v)
{
	return v == ROW_VERDICT_SUSPECT || v == ROW_VERDICT_FAIL || v == ROW_VERDICT_FAIL_SOFT ||
	       v == ROW_VERDICT_DOUBTFUL;
}

char *
doubt_of(const struct message *m, const json_t *verdict)
{
	if (m == NULL || !is_doubtful(m->verdict))
		return NULL;
	if (json_is_object(verdict))
		return verdict_summary(verdict);
	return g_strdup_printf("the verdict on %s is %s",
	    *m->from_address != '\0' ? m->from_address : "its sender", verdict_word(m->verdict));
}

char *
doubt_of_open(const struct app *app)
{
	const struct pager *p = pager_open_last(app);
	return p != NULL ? doubt_of(pager_message(p), p->verdict) : NULL;
}

void
doubt_drop_links(const struct app *app)
{
	char *doubt = hyperlinks_any(app->canvas.hyperlinks) ? doubt_of_open(app) : NULL;
	if (doubt != NULL)
		hyperlinks_drop(app->canvas.hyperlinks);
	g_free(doubt);
}

static void
doubted_free(gpointer data)
{
	struct doubted *d = data;
	if (d->free_user != NULL)
		d->free_user(d->user);
	g_free(d);
}

static void
on_answer(struct app *app, char answer, void *user)
{
	struct doubted *d = user;
	if (answer == 'y')
		d->go(app, d->user);
}

void
doubt_ask(struct app *app, char *doubt, const char *what, void (*go)(struct app *app, void *user),
    void *user, GDestroyNotify free_user)
{
	if (doubt == NULL) {
		go(app, user);
		if (free_user != NULL)
			free_user(user);
		return;
	}
	struct doubted *d = g_new0(struct doubted, 1);
	*d = (struct doubted){go, user, free_user};
	char *question = g_strdup_printf("%s all the same? (y/n)  %s ", what, doubt);
	prompt_choose(app, question, "ny", on_answer, d, doubted_free);
	g_free(question);
	g_free(doubt);
}
