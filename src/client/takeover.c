/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One socket, one line each way. The socket is reached through the folder's descriptor, since a socket's
 * path may have no more than a hundred bytes. */
#define _GNU_SOURCE /* SO_PEERCRED, accept4() */
#include "client/takeover.h"

#include "base/jsonl.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define NAME	   "screen.socket"
#define PATIENCE_MS 2000
#define MAX_GUESTS 4 /* at a time */

struct guest {
	struct takeover *takeover;
	struct jsonl *j;
	guint watch, timer;
};

struct takeover {
	int fd, dir_fd;
	guint watch;
	takeover_fn fn;
	void *user;
	GPtrArray *guests;
};

static bool
is_same_user(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && peer.uid == geteuid();
}

static void
name_in(int dir_fd, struct sockaddr_un *out)
{
	memset(out, 0, sizeof(*out));
	out->sun_family = AF_UNIX;
	(void)g_snprintf(out->sun_path, sizeof(out->sun_path), "/proc/self/fd/%d/%s", dir_fd, NAME);
}

/* A descriptor connected to whoever listens, -1 for nobody. */
static int
reach(int dir_fd)
{
	struct sockaddr_un name;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	name_in(dir_fd, &name);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&name, sizeof(name)) == 0 && is_same_user(fd))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static int
open_dir(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* listening */

static void
guest_free(gpointer data)
{
	struct guest *g = data;

	if (g->watch != 0)
		g_source_remove(g->watch);
	if (g->timer != 0)
		g_source_remove(g->timer);
	jsonl_free(g->j);
	g_free(g);
}

static gboolean
on_guest_line(gint fd, GIOCondition condition, gpointer data)
{
	struct guest *g = data;
	json_t *obj = NULL, *answer;
	enum jsonl_status status = jsonl_receive(g->j, false, &obj, NULL, NULL, NULL);

	(void)fd;
	(void)condition;
	if (status == JSONL_AGAIN)
		return G_SOURCE_CONTINUE;
	if (status == JSONL_ITEM) {
		answer = json_pack("{s:b}", "ok", g->takeover->fn(obj, g->takeover->user));
		if (jsonl_queue(g->j, answer, NULL, 0, NULL))
			(void)jsonl_flush(g->j, NULL);
		json_decref(answer);
		json_decref(obj);
	}
	g->watch = 0;
	g_ptr_array_remove(g->takeover->guests, g);
	return G_SOURCE_REMOVE;
}

static gboolean
on_guest_late(gpointer data)
{
	struct guest *g = data;

	g->timer = 0;
	g_ptr_array_remove(g->takeover->guests, g);
	return G_SOURCE_REMOVE;
}

static gboolean
on_knock(gint listening, GIOCondition condition, gpointer data)
{
	struct takeover *t = data;
	struct guest *g;
	int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)condition;
	if (fd < 0)
		return G_SOURCE_CONTINUE;
	if (t->guests->len >= MAX_GUESTS || !is_same_user(fd)) {
		close(fd);
		return G_SOURCE_CONTINUE;
	}
	g = g_new0(struct guest, 1);
	g->takeover = t;
	g->j = jsonl_new(fd, fd);
	g->watch = g_unix_fd_add(fd, G_IO_IN | G_IO_HUP, on_guest_line, g);
	g->timer = g_timeout_add(PATIENCE_MS, on_guest_late, g);
	g_ptr_array_add(t->guests, g);
	return G_SOURCE_CONTINUE;
}

/* Bind with the name that a dead screen left behind out of the way. */
static int
bind_name(int dir_fd)
{
	struct sockaddr_un name;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mode_t old;
	bool ok;

	if (fd < 0)
		return -1;
	name_in(dir_fd, &name);
	(void)unlinkat(dir_fd, NAME, 0);
	old = umask(0177);
	ok = bind(fd, (const struct sockaddr *)&name, sizeof(name)) == 0;
	umask(old);
	if (ok && listen(fd, MAX_GUESTS) == 0)
		return fd;
	close(fd);
	return -1;
}

struct takeover *
takeover_listen(const char *state_dir, takeover_fn fn, void *user)
{
	struct takeover *t;
	int dir_fd = open_dir(state_dir);
	int other = dir_fd >= 0 ? reach(dir_fd) : -1;
	int fd = dir_fd >= 0 && other < 0 ? bind_name(dir_fd) : -1;

	if (other >= 0)
		close(other);
	if (fd < 0) {
		if (dir_fd >= 0)
			close(dir_fd);
		return NULL;
	}
	t = g_new0(struct takeover, 1);
	t->fd = fd;
	t->dir_fd = dir_fd;
	t->fn = fn;
	t->user = user;
	t->guests = g_ptr_array_new_with_free_func(guest_free);
	t->watch = g_unix_fd_add(fd, G_IO_IN, on_knock, t);
	return t;
}

void
takeover_free(struct takeover *t)
{
	if (t == NULL)
		return;
	g_source_remove(t->watch);
	g_ptr_array_unref(t->guests);
	(void)unlinkat(t->dir_fd, NAME, 0);
	close(t->fd);
	close(t->dir_fd);
	g_free(t);
}

/* asking */

/* One answer within the time, on a descriptor that does not block. */
static bool
await_answer(struct jsonl *j)
{
	struct pollfd p = { .fd = jsonl_fd_in(j), .events = POLLIN };
	gint64 deadline = g_get_monotonic_time() + PATIENCE_MS * 1000;
	enum jsonl_status status = JSONL_AGAIN;
	json_t *answer = NULL;
	bool ok;

	while (status == JSONL_AGAIN && g_get_monotonic_time() < deadline) {
		if (poll(&p, 1, PATIENCE_MS) < 0 && errno != EINTR)
			break;
		status = jsonl_receive(j, false, &answer, NULL, NULL, NULL);
	}
	ok = status == JSONL_ITEM && jsonl_bool(answer, "ok", false);
	json_decref(answer);
	return ok;
}

bool
takeover_ask(const char *state_dir, const json_t *obj)
{
	int dir_fd = open_dir(state_dir);
	int fd = dir_fd >= 0 ? reach(dir_fd) : -1;
	struct jsonl *j;
	bool ok;

	if (dir_fd >= 0)
		close(dir_fd);
	if (fd < 0)
		return false;
	j = jsonl_new(fd, fd);
	ok = jsonl_send(j, obj, NULL, 0, NULL) && await_answer(j);
	jsonl_free(j);
	return ok;
}
