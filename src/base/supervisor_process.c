/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process behind a supervisor: started on a socket pair, given up, or waited for. */
#include "base/supervisor_private.h"

#include "base/paths.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRACE_TERM_MS 2000
#define GRACE_KILL_MS 5000

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
	supervisor_drop_source(&s->timer_deadline);
	if (s->j != NULL)
		jsonl_free(s->j);
	s->j = NULL;
	if (s->pid > 0 && sig != 0)
		kill(s->pid, sig);
}

bool
supervisor_process_spawn(struct supervisor *s, GError **error)
{
	GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);
	int pair[2];
	bool ok;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY, "cannot make a socket pair");
		g_ptr_array_unref(argv);
		return false;
	}
	g_ptr_array_add(argv, paths_helper(s->program));
	for (char **a = s->argv; *a != NULL; a++)
		g_ptr_array_add(argv, g_strdup(*a));
	g_ptr_array_add(argv, NULL);
	ok = g_spawn_async_with_fds(NULL, (gchar **)argv->pdata, NULL,
	    G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &s->pid, pair[1], pair[1], -1, error);
	g_ptr_array_unref(argv);
	close(pair[1]);
	if (!ok) {
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
	for (int waited = 0; waited <= ms; waited += 10) {
		if (waitpid(pid, NULL, WNOHANG) != 0)
			return true;
		g_usleep(10000);
	}
	return false;
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
