/* SPDX-License-Identifier: GPL-3.0-or-later */
/* worker.c - fork, a socket pair, and a child that does not outlive its parent. */
#include "base/worker.h"

#include "base/error.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

bool
worker_ends_with(pid_t parent)
{
#ifdef __linux__
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
#endif
	return getppid() == parent; /* else it died before it was asked to take us along */
}

bool
worker_start(struct worker *w, int (*run)(struct jsonl *line, void *user), void *user,
    GError **error)
{
	pid_t parent = getpid();
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY,
		    "cannot make a socket pair: %s", g_strerror(errno));
		return false;
	}
	w->pid = fork();
	if (w->pid == 0) {
		close(pair[0]);
		_exit(worker_ends_with(parent) ? run(jsonl_new(pair[1], pair[1]), user) : 75);
	}
	close(pair[1]);
	if (w->pid < 0) {
		close(pair[0]);
		g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY, "cannot fork: %s",
		    g_strerror(errno));
		return false;
	}
	w->line = jsonl_new(pair[0], pair[0]);
	return true;
}

void
worker_end(struct worker *w, bool is_killed)
{
	g_clear_pointer(&w->line, jsonl_free);
	if (w->pid <= 0)
		return;
	if (is_killed)
		(void)kill(w->pid, SIGKILL);
	while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
		;
	w->pid = 0;
}
