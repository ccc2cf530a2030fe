/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ask.c - requests to the helpers. */
#include "ui/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Generous: a deadline is there to end a hang, not to hurry a slow disk. */
#define READ_MS	  (60 * 1000)
#define RENDER_MS (30 * 1000)
#define AUTH_MS	  (60 * 1000)

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

/* Open a message for another program to read; its bytes are not looked at here. */
static int
open_message(const struct app *app, const char *path, GError **error)
{
	if (app->is_ended) {
		g_set_error_literal(error, PF_ERROR, PF_ERROR_CANCELLED, "Penfold is ending");
		return -1;
	}
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		g_set_error(error, PF_ERROR, errno == ENOENT ? PF_ERROR_NOT_FOUND : PF_ERROR_IO,
		    "the message's file cannot be opened: %s", g_strerror(errno));
	return fd;
}

bool
ask_render(struct app *app, struct ask *ask, const char *path, json_t *obj, int extra_fd,
    supervisor_reply_fn fn, void *user, GError **error)
{
	int fds[2] = {open_message(app, path, error), extra_fd};
	if (fds[0] < 0) {
		json_decref(obj);
		return false;
	}
	struct supervisor *s = client_render(app->client);
	remember(ask, s,
	    supervisor_request(s, obj, fds, extra_fd >= 0 ? 2 : 1, RENDER_MS, path, fn, user));
	close(fds[0]);
	return true;
}

bool
ask_auth(struct app *app, struct ask *ask, const char *path, json_t *obj, supervisor_reply_fn fn,
    void *user, GError **error)
{
	int fd = open_message(app, path, error);
	if (fd < 0) {
		json_decref(obj);
		return false;
	}
	struct supervisor *s = client_auth(app->client);
	remember(ask, s, supervisor_request(s, obj, &fd, 1, AUTH_MS, path, fn, user));
	close(fd);
	return true;
}
