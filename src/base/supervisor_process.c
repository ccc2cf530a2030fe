/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process behind a supervisor: started on a socket pair, given up, or waited for. */
#define _GNU_SOURCE /* close_range */
#include "base/supervisor_private.h"

#include "base/paths.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRACE_TERM_MS 2000
#define GRACE_KILL_MS 5000
#define MAX_DESCRIPTORS 4096 /* of a kernel that closes them one by one */

void
supervisor_drop_source(guint *source)
{
	if (*source != 0)
		g_source_remove(*source);
	*source = 0;
}

void
supervisor_process_abandon(struct supervisor *s, int sig)
{
	supervisor_drop_source(&s->watch_in);
	supervisor_drop_source(&s->watch_out);
	supervisor_drop_source(&s->idle_more);
	supervisor_drop_source(&s->timer_deadline);
	if (s->j != NULL)
		jsonl_free(s->j);
	s->j = NULL;
	if (s->pid > 0 && sig != 0)
		kill(s->pid, sig);
}

/* A handler of the parent's (curses has one for ^Z) allocates and paints; the child has no right to either. */
static void
drop_handlers(void)
{
	struct sigaction sa;

	for (int sig = 1; sig < NSIG; sig++)
		if (sigaction(sig, NULL, &sa) == 0 && sa.sa_handler != SIG_IGN && sa.sa_handler != SIG_DFL)
			(void)signal(sig, SIG_DFL);
	(void)signal(SIGPIPE, SIG_DFL);
}

/* In the child, with all signals blocked: only what may be called between fork() and exec(). */
static void
become(int fd, char *const *argv)
{
	sigset_t none;

	drop_handlers();
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	/* a ^C in a program that is lent the terminal reaches the whole job; we are ended by closing the line */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGQUIT, SIG_IGN);
	bool is_ready = dup2(fd, STDIN_FILENO) >= 0 && dup2(fd, STDOUT_FILENO) >= 0;
	/* all are closed by exec() already; this is for what a library may have forgotten */
	if (close_range(STDERR_FILENO + 1, UINT_MAX, 0) != 0)
		for (int i = STDERR_FILENO + 1; i < MAX_DESCRIPTORS; i++)
			(void)close(i);
	if (is_ready)
		(void)execv(argv[0], argv);
	_exit(127);
}

/* GLib's spawning waits until the new program has replaced the child; a screen has keys to answer meanwhile. */
static GPid
start(int fd, char *const *argv, GError **error)
{
	sigset_t all, before;
	GPid pid = -1;

	sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	if (access(argv[0], X_OK) == 0)
		pid = fork();
	if (pid == 0)
		become(fd, argv);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (pid < 0)
		g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE, "%s: %s", argv[0], g_strerror(errno));
	return pid;
}

bool
supervisor_process_spawn(struct supervisor *s, GError **error)
{
	GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY, "cannot make a socket pair");
		g_ptr_array_unref(argv);
		return false;
	}
	g_ptr_array_add(argv, paths_helper(s->program));
	for (char **a = s->argv; *a != NULL; a++)
		g_ptr_array_add(argv, g_strdup(*a));
	g_ptr_array_add(argv, NULL);
	s->pid = start(pair[1], (char *const *)argv->pdata, error);
	g_ptr_array_unref(argv);
	close(pair[1]);
	if (s->pid < 0) {
		close(pair[0]);
		s->pid = 0;
		return false;
	}
	s->j = jsonl_new(pair[0], pair[0]);
	return true;
}

static bool
wait_gone(GPid pid, int ms)
{
	gint64 end = g_get_monotonic_time() + (gint64)ms * 1000;
	gulong pause = 500;

	/* most are gone in a moment */
	while (waitpid(pid, NULL, WNOHANG) == 0) {
		if (g_get_monotonic_time() > end)
			return false;
		g_usleep(pause);
		pause = MIN(2 * pause, 10000);
	}
	return true;
}

void
supervisor_process_end(GPid pid)
{
	if (wait_gone(pid, GRACE_TERM_MS))
		return;
	kill(pid, SIGTERM);
	if (wait_gone(pid, GRACE_KILL_MS - GRACE_TERM_MS))
		return;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

enum supervisor_state
supervisor_state(const struct supervisor *s)
{
	return s->state;
}

int
supervisor_pid(const struct supervisor *s)
{
	return s->pid > 0 ? (int)s->pid : -1;
}

const char *
supervisor_program(const struct supervisor *s)
{
	return s->program;
}
