/* SPDX-License-Identifier: GPL-3.0-or-later */
/* detail.c - the page behind a verdict, as the judge writes it. */
#include "ui/detail.h"

#include "ui/page.h"

struct subject {
	struct letter *letter;
	char *account;
};

static void
subject_free(gpointer data)
{
	struct subject *s = data;
	letter_unref(s->letter);
	g_free(s->account);
	g_free(s);
}

static void
start(struct app *app, struct ask *ask, int cols, supervisor_reply_fn fn, void *user,
    void *start_user)
{
	const struct subject *s = start_user;
	json_t *obj = json_pack("{s:s, s:i}", "op", "detail", "width", cols);
	if (s->account != NULL)
		json_object_set_new(obj, "account", jsonl_text(s->account, -1));
	ask_auth(app, ask, s->letter, obj, fn, user);
}

void
detail_open(struct app *app, struct letter *letter, const char *account)
{
	struct subject *s = g_new0(struct subject, 1);
	s->letter = letter_ref(letter);
	s->account = g_strdup(account);
	page_open_asked(app, "Who sent this", start, s, subject_free);
}
