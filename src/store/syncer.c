/* SPDX-License-Identifier: GPL-3.0-or-later */
/* syncer.c - an octet asks the child, an errno answers. */
#include "store/syncer.h"

#include "base/error.h"
#include "base/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define FDS_MAX 1024 /* descriptors that a program of ours has, at most */

struct syncer {
	char *path;
	int fd;	  /* the folder */
	int line; /* to the child; -1: there is none */
	pid_t child;
	bool is_asked; /* the child has been */
	int result;    /* errno of what was done here */
};

int syncfs(int fd); /* unistd.h has it for _GNU_SOURCE alone */

/* 0 or errno. */
static int
sync_now(int fd)
{
	return syncfs(fd) == 0 ? 0 : errno;
}

/* The child. It keeps nothing open by which its parent would be thought to be still there, and calls nothing that takes a
 * lock: a library may have had a thread when it was forked. */
static void
serve(pid_t parent, int line, int fd)
{
	char ask;

	if (!worker_ends_with(parent))
		return;
	for (int i = 0; i < FDS_MAX; i++)
		if (i != line && i != fd)
			close(i);
	while (read(line, &ask, 1) == 1) {
		int result = sync_now(fd);

		if (write(line, &result, sizeof(result)) != (ssize_t)sizeof(result))
			return;
	}
}

static void
start_child(struct syncer *s)
{
	pid_t parent = getpid();
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return;
	s->child = fork();
	if (s->child == 0) {
		serve(parent, pair[1], s->fd);
		_exit(0);
	}
	close(pair[1]);
	if (s->child > 0)
		s->line = pair[0];
	else
		close(pair[0]);
}

static void
end_child(struct syncer *s)
{
	if (s->line < 0)
		return;
	close(s->line);
	s->line = -1;
	while (waitpid(s->child, NULL, 0) < 0 && errno == EINTR)
		;
}

struct syncer *
syncer_new(const char *folder_path, GError **error)
{
	struct syncer *s;
	int fd = open(folder_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: cannot open this folder: %s", folder_path,
		    g_strerror(errno));
		return NULL;
	}
	s = g_new0(struct syncer, 1);
	s->path = g_strdup(folder_path);
	s->fd = fd;
	s->line = -1;
	return s;
}

void
syncer_free(struct syncer *s)
{
	if (s == NULL)
		return;
	end_child(s);
	close(s->fd);
	g_free(s->path);
	g_free(s);
}

void
syncer_begin(struct syncer *s)
{
	if (s->line < 0)
		start_child(s);
	s->is_asked = s->line >= 0 && send(s->line, "s", 1, MSG_NOSIGNAL) == 1;
	if (!s->is_asked)
		s->result = sync_now(s->fd);
}

bool
syncer_is_busy(const struct syncer *s)
{
	struct pollfd p = {.fd = s->line, .events = POLLIN};

	return s->is_asked && poll(&p, 1, 0) == 0;
}

/* A child that dies takes what it saw of errors along: that counts as one. */
static int
answer(struct syncer *s)
{
	int result = EIO;
	ssize_t n;

	while ((n = read(s->line, &result, sizeof(result))) < 0 && errno == EINTR)
		;
	if (n == (ssize_t)sizeof(result))
		return result;
	end_child(s);
	return EIO;
}

static bool
check(const struct syncer *s, int result, GError **error)
{
	if (result == 0)
		return true;
	g_set_error(
	    error, PF_ERROR, PF_ERROR_IO, "%s: cannot sync: %s", s->path, g_strerror(result));
	return false;
}

bool
syncer_end(struct syncer *s, GError **error)
{
	int result = s->is_asked ? answer(s) : s->result;

	s->is_asked = false;
	s->result = 0;
	return check(s, result, error);
}

bool
syncer_now(struct syncer *s, GError **error)
{
	return check(s, sync_now(s->fd), error);
}
