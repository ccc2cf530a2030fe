/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ask.c - requests to the helpers. */
#include "ui/ask.h"

/* Generous: a deadline is there to end a hang, not to hurry a slow disk. */
#define READ_MS	  (60 * 1000)
#define RENDER_MS (30 * 1000)
#define AUTH_MS	  (60 * 1000)
#define IMAGE_MS  (60 * 1000) /* over redirects */
#define CRYPT_MS  (60 * 1000)
#define SETUP_MS  (120 * 1000) /* a log-in, and a server that reads a script */

void
ask_drop(struct ask *ask)
{
	if (ask->id != 0)
		supervisor_drop(ask->helper, ask->id);
	ask_end(ask);
}

void
ask_end(struct ask *ask)
{
	ask->helper = NULL;
	ask->id = 0;
}

bool
ask_is_open(const struct ask *ask)
{
	return ask->id != 0;
}

static void
remember(struct ask *ask, struct supervisor *helper, guint64 id)
{
	if (ask == NULL)
		return;
	ask_drop(ask);
	ask->helper = helper;
	ask->id = id;
}

/* A change that must reach the disk: leaving waits for it. */
struct write {
	struct app *app;
	supervisor_reply_fn fn;
	void *user;
};

static void
on_written(const struct reply *reply, void *user)
{
	struct write *w = user;
	w->fn(reply, w->user);
	if (reply->kind == REPLY_EVENT)
		return;
	app_write_ends(w->app);
	g_free(w);
}

void
ask_store(struct app *app, struct ask *ask, json_t *obj, supervisor_reply_fn fn, void *user)
{
	if (app->is_ended) {
		json_decref(obj);
		return;
	}
	struct supervisor *s = client_store(app->client);
	/* no deadline: killing a writer would undo nothing and lose the answer */
	if (ask != NULL) {
		remember(ask, s, supervisor_request(s, obj, NULL, 0, 0, NULL, fn, user));
		return;
	}
	struct write *w = g_new0(struct write, 1);
	w->app = app;
	w->fn = fn;
	w->user = user;
	app_write_begins(app);
	supervisor_request(s, obj, NULL, 0, 0, NULL, on_written, w);
}

void
ask_reader(struct app *app, struct ask *ask, json_t *obj, supervisor_reply_fn fn, void *user)
{
	if (app->is_ended) {
		json_decref(obj);
		return;
	}
	struct supervisor *s = client_search(app->client);
	remember(ask, s, supervisor_request(s, obj, NULL, 0, READ_MS, NULL, fn, user));
}

void
ask_render(struct app *app, struct ask *ask, const struct letter *letter, json_t *obj, int extra_fd,
    supervisor_reply_fn fn, void *user)
{
	const int fds[2] = {letter_fd(letter), extra_fd};
	if (app->is_ended) {
		json_decref(obj);
		return;
	}
	struct supervisor *s = client_render(app->client);
	remember(ask, s,
	    supervisor_request(s, obj, fds, extra_fd >= 0 ? 2 : 1, RENDER_MS, letter_path(letter), fn,
		user));
}

void
ask_image(struct app *app, struct ask *ask, int fd, json_t *obj, supervisor_reply_fn fn, void *user)
{
	if (app->is_ended) {
		json_decref(obj);
		return;
	}
	struct supervisor *s = client_fetch(app->client);
	remember(ask, s, supervisor_request(s, obj, &fd, 1, IMAGE_MS, NULL, fn, user));
}

void
ask_picture(struct app *app, struct ask *ask, int fd, json_t *obj, unsigned deadline_ms,
    supervisor_reply_fn fn, void *user)
{
	if (app->is_ended) {
		json_decref(obj);
		return;
	}
	struct supervisor *s = client_picture(app->client);
	remember(ask, s, supervisor_request(s, obj, &fd, 1, deadline_ms, NULL, fn, user));
}

void
ask_auth(struct app *app, struct ask *ask, const struct letter *letter, json_t *obj,
    supervisor_reply_fn fn, void *user)
{
	const int fd = letter_fd(letter);
	if (app->is_ended) {
		json_decref(obj);
		return;
	}
	struct supervisor *s = client_auth(app->client);
	remember(ask, s,
	    supervisor_request(s, obj, &fd, 1, AUTH_MS, letter_path(letter), fn, user));
}

void
ask_setup(struct app *app, struct ask *ask, json_t *obj, int fd, supervisor_reply_fn fn, void *user)
{
	if (app->is_ended) {
		json_decref(obj);
		return;
	}
	struct supervisor *s = client_setup(app->client);
	remember(ask, s, supervisor_request(s, obj, &fd, fd >= 0 ? 1 : 0, SETUP_MS, NULL, fn, user));
}

void
ask_key_fetch(struct app *app, const char *address, int fd, supervisor_reply_fn fn, void *user)
{
	if (!app->is_ended)
		supervisor_request(client_auth(app->client),
		    json_pack("{s:s, s:s}", "op", "key-fetch", "address", address), &fd, 1, AUTH_MS, NULL, fn, user);
}

void
ask_crypt(struct app *app, json_t *obj, const int *fds, size_t n_fds, supervisor_reply_fn fn, void *user)
{
	if (app->is_ended)
		json_decref(obj);
	else
		supervisor_request(client_crypt(app->client), obj, fds, n_fds, CRYPT_MS, NULL, fn, user);
}
