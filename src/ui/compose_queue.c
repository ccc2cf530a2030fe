/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_queue.c - a finished letter goes to the queue. */
#include "base/file.h"
#include "ui/compose.h"
#include "ui/edit_file.h"
#include "ui/format.h"
#include "ui/outbox.h"
#include "ui/status.h"
#include "ui/undo.h"

#include <string.h>

/* What an answer carries that may outlive the page. */
struct asked {
	struct app *app;
	guint serial;
};

static void
send_to_queue(struct compose *c);

/* The file that the letter came from has it again as it was sent: all of it, or its text. */
static void
write_back(struct compose *c)
{
	const char *path = jsonl_string(c->write_back, "path");
	if (path == NULL)
		return;
	const char *body = jsonl_string(c->draft, "body");
	char *text = jsonl_bool(c->write_back, "whole", false) ? edit_file_from_draft(c->draft)
								 : g_strdup(body != NULL ? body : "");
	GError *error = NULL;
	if (!file_write_durable(path, text, strlen(text), 0600, &error))
		app_error(c->app, "the letter is queued, but %s", error->message);
	g_clear_error(&error);
	g_free(text);
}

static void
on_queued(const struct reply *reply, void *user)
{
	struct asked *a = user;
	struct app *app = a->app;
	struct compose *c = compose_of_serial(app, a->serial);
	if (reply->kind == REPLY_EVENT)
		return;
	app_write_ends(app);
	if (c != NULL && !c->handover.is_given &&
	    g_error_matches(reply->error, PF_ERROR, PF_ERROR_AUTH)) {
		/* a passphrase: once more, with the terminal lent to the pinentry */
		handover_give(&c->handover, app);
		send_to_queue(c);
	} else if (reply->kind == REPLY_FAILED) {
		if (c != NULL)
			handover_take(&c->handover, app);
		app_error(app, "not sent: %s", reply->error->message);
		if (c != NULL)
			c->is_queueing = false;
	} else {
		const char *id = jsonl_string(reply->obj, "queue_id");
		gint64 hold = rc_int(app->rc, "queue", NULL, "undo-delay");
		char *wait = format_duration(hold);
		if (c != NULL && c->send_at > 0)
			app_say(app, "queued, to leave at its time; O shows it, u takes it back");
		else if (hold > 0)
			app_say(app, "queued; it leaves in %s, u takes it back", wait);
		else
			app_say(app, "queued");
		status_until_sending(app);
		g_free(wait);
		if (id != NULL)
			undo_queued(app, "the letter is queued", id);
		if (c != NULL) {
			handover_take(&c->handover, app);
			write_back(c);
			compose_end(c);
		}
		outbox_refresh(app);
	}
	app_redraw(app);
	g_free(a);
}

static void
send_to_queue(struct compose *c)
{
	json_t *obj = json_pack("{s:s, s:o, s:b, s:b, s:s*}", "op", "queue-add", "draft",
	    json_deep_copy(c->draft), "override", c->wants_override, "ask", c->handover.is_given,
	    "draft_id", c->draft_id);
	if (c->send_at > 0)
		json_object_set_new(obj, "at", json_integer(c->send_at));
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	gint64 hold = c->send_at > 0 ? MAX(c->send_at - now, 0)
				     : rc_int(c->app->rc, "queue", NULL, "undo-delay");
	struct asked *a = g_new0(struct asked, 1);
	a->app = c->app;
	a->serial = c->serial;
	app_write_begins(c->app);
	client_queue_raw(c->app->client, obj, -1, (int)MIN(hold, G_MAXINT), on_queued, a);
}

void
compose_queue(struct compose *c)
{
	c->is_queueing = true;
	/* the draft is on disk before the queue has it: nothing is lost in between */
	if (c->n_saving > 0)
		return;
	send_to_queue(c);
	app_say(c->app, "queueing");
}
