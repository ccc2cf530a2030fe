/* SPDX-License-Identifier: GPL-3.0-or-later */
/* detail.c - the page behind a verdict, as the judge writes it. */
#include "ui/detail.h"

#include "ui/page.h"

struct subject {
	char *path, *account;
};

static void
subject_free(gpointer data)
{
	struct subject *s = data;
	g_free(s->path);
	g_free(s->account);
	g_free(s);
}

static bool
start(struct app *app, struct ask *ask, int cols, supervisor_reply_fn fn, void *user,
    void *start_user, GError **error)
{
	const struct subject *s = start_user;
	json_t *obj = json_pack("{s:s, s:i}", "op", "detail", "width", cols);
	if (s->account != NULL)
		json_object_set_new(obj, "account", jsonl_text(s->account, -1));
	return ask_auth(app, ask, s->path, obj, fn, user, error);
}

void
detail_open(struct app *app, const struct message *m)
{
	struct subject *s = g_new0(struct subject, 1);
	s->path = g_strdup(m->path);
	s->account = g_strdup(m->account);
	page_open_asked(app, "Who sent this", start, s, subject_free);
}
