/* SPDX-License-Identifier: GPL-3.0-or-later */
/* message_keys.c - the keys that came with a message: attached ones, else that of its Autocrypt field. */
#include "base/file.h"
#include "ui/ask.h"
#include "ui/keys_setup.h"
#include "ui/keys_view.h"
#include "ui/message_actions.h"

#include <string.h>
#include <unistd.h>

#define MAX_PARTS 8 /* with keys, of one message */
#define SHOW_COLS 80

struct gathering {
	struct app *app;
	struct letter *letter;
	json_t *ids; /* of parts with keys, that are still to come */
	int fd;	     /* where they are put together */
	bool is_autocrypt, is_setup;
};

static void
gathering_free(struct gathering *g)
{
	if (g->fd >= 0)
		close(g->fd);
	json_decref(g->ids);
	letter_unref(g->letter);
	g_free(g);
}

static void
next(struct gathering *g);

static void
on_part(const struct reply *reply, void *user)
{
	struct gathering *g = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED && json_array_size(g->ids) == 1 && lseek(g->fd, 0, SEEK_CUR) == 0) {
		app_say(g->app, "no key came with this message");
		gathering_free(g);
		return;
	}
	json_array_remove(g->ids, 0);
	next(g);
}

static void
next(struct gathering *g)
{
	const char *id = json_string_value(json_array_get(g->ids, 0));
	if (id == NULL && g->is_setup) {
		keys_setup_open(g->app, g->fd);
		g->fd = -1;
		gathering_free(g);
		return;
	}
	if (id == NULL) {
		(void)lseek(g->fd, 0, SEEK_SET);
		keys_view_found(g->app, g->fd, "openpgp",
		    g->is_autocrypt ? "in the header of the message" : "in the message");
		g->fd = -1;
		gathering_free(g);
		return;
	}
	ask_render(g->app, NULL, g->letter, json_pack("{s:s, s:s}", "op", "part", "part", id), g->fd, on_part, g);
}

static void
on_shown(const struct reply *reply, void *user)
{
	struct gathering *g = user;
	size_t i;
	json_t *part;
	if (reply->kind == REPLY_EVENT)
		return;
	json_array_foreach(json_object_get(reply->obj, "parts"), i, part)
	{
		const char *type = jsonl_string(part, "type");
		if (g_strcmp0(type, "application/autocrypt-setup") == 0) {
			g->is_setup = true;
			json_array_clear(g->ids);
			json_array_append(g->ids, json_object_get(part, "id"));
			break;
		}
		if (g_strcmp0(type, "application/pgp-keys") == 0 && json_array_size(g->ids) < MAX_PARTS)
			json_array_append(g->ids, json_object_get(part, "id"));
	}
	g->is_autocrypt = json_array_size(g->ids) == 0;
	if (g->is_autocrypt)
		json_array_append_new(g->ids, json_string("autocrypt"));
	next(g);
}

void
act_message_keys(struct app *app, const char *arg)
{
	struct message *m;
	struct letter *letter = message_shown(app, &m); /* what lay within an encryption, too */
	(void)arg;
	if (letter == NULL)
		return;
	struct gathering *g = g_new0(struct gathering, 1);
	g->app = app;
	g->letter = letter;
	g->fd = file_in_memory(NULL);
	g->ids = json_array();
	ask_render(app, NULL, g->letter, json_pack("{s:s, s:i}", "op", "show", "width", SHOW_COLS), -1, on_shown, g);
}
