/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draft_delete.c - a draft is thrown away. The store does one thing after the other, so what was asked for before is
 * done before. */
#include "ui/draft_delete.h"

#include "ui/ask.h"
#include "ui/draft_files.h"
#include "ui/outbox.h"

struct doomed {
	struct app *app;
	char *id;
	json_t *draft; /* with the files that go too; NULL: none */
};

static struct doomed *
doomed_new(struct app *app, const char *id)
{
	struct doomed *d = g_new0(struct doomed, 1);
	d->app = app;
	d->id = g_strdup(id);
	outbox_hide_draft(app, id);
	return d;
}

static void
on_deleted(const struct reply *reply, void *user)
{
	struct doomed *d = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_DONE && d->draft != NULL)
		draft_files_remove(d->app, d->draft);
	else if (reply->kind == REPLY_FAILED && !g_error_matches(reply->error, PF_ERROR, PF_ERROR_NOT_FOUND))
		app_error(d->app, "the draft could not be deleted: %s", reply->error->message);
	outbox_show_draft(d->app, d->id);
	json_decref(d->draft);
	g_free(d->id);
	g_free(d);
}

static void
delete(struct doomed *d)
{
	ask_store(d->app, NULL, json_pack("{s:s, s:s}", "op", "draft-delete", "draft_id", d->id), on_deleted, d);
}

static void
on_doomed(const struct reply *reply, void *user)
{
	struct doomed *d = user;
	if (reply->kind == REPLY_EVENT)
		return;
	/* one that cannot be read can be deleted all the same */
	d->draft = json_incref(json_object_get(reply->obj, "draft"));
	delete(d);
}

void
draft_delete(struct app *app, const char *draft_id)
{
	delete(doomed_new(app, draft_id));
}

void
draft_delete_with_files(struct app *app, const char *draft_id)
{
	struct doomed *d = doomed_new(app, draft_id);
	ask_store(app, NULL, json_pack("{s:s, s:s}", "op", "draft-get", "draft_id", d->id), on_doomed, d);
}
