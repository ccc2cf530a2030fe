/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.c - programs started and waited for inside the one loop. */
#include "ui/run.h"

#include "base/error.h"
#include "base/spawn.h"
#include "ui/handover.h"
#include "ui/page.h"

#include <glib-unix.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define BLOCK 16384

struct session {
	struct app *app;
	run_fn fn;
	void *user;
	struct handover handover;
};

/* In the child: the terminal's signals mean the program again, and its errors go to the terminal. */
static void
prepare_child(gpointer user)
{
	(void)user;
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGQUIT, SIG_DFL);
	(void)signal(SIGTSTP, SIG_DFL);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)dup2(STDOUT_FILENO, STDERR_FILENO);
}

static void
on_terminal_end(GPid pid, gint status, gpointer user)
{
	struct session *s = user;
	g_spawn_close_pid(pid);
	handover_take(&s->handover, s->app);
	s->fn(s->app, status, s->user);
	g_free(s);
}

static struct session *
session_new(struct app *app, run_fn fn, void *user)
{
	struct session *s = g_new0(struct session, 1);
	s->app = app;
	s->fn = fn;
	s->user = user;
	return s;
}

bool
run_terminal(struct app *app, char **argv, run_fn fn, void *user, GError **error)
{
	struct session *s = session_new(app, fn, user);
	GPid pid;
	handover_give(&s->handover, app);
	if (g_spawn_async(NULL, argv, NULL,
		G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CHILD_INHERITS_STDIN,
		prepare_child, NULL, &pid, error)) {
		g_child_watch_add(pid, on_terminal_end, s);
		return true;
	}
	spawn_error(error, argv[0], NULL);
	handover_take(&s->handover, s->app);
	g_free(s);
	return false;
}

/* detached */

static void
detach_child(gpointer user)
{
	(void)user;
	(void)signal(SIGPIPE, SIG_DFL);
	(void)setsid(); /* a ^C here is not meant for a viewer */
}

static void
on_detached_end(GPid pid, gint status, gpointer user)
{
	struct session *s = user;
	g_spawn_close_pid(pid);
	if (s->fn != NULL)
		s->fn(s->app, status, s->user);
	g_free(s);
}

bool
run_detached(struct app *app, char **argv, run_fn fn, void *user, GError **error)
{
	GPid pid;
	if (!g_spawn_async(NULL, argv, NULL,
		G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
		    G_SPAWN_STDERR_TO_DEV_NULL,
		detach_child, NULL, &pid, error)) {
		spawn_error(error, argv[0], NULL);
		return false;
	}
	g_child_watch_add(pid, on_detached_end, session_new(app, fn, user));
	return true;
}

/* captured */

struct capture {
	struct app *app;
	run_output_fn fn;
	void *user;
	GString *output;
	int fd; /* -1 at the end of the output */
	int status;
	bool has_ended;
};

static void
finish_capture(struct capture *c)
{
	if (c->fd >= 0 || !c->has_ended)
		return;
	c->fn(c->app, c->status, c->output->str, c->output->len, c->user);
	g_string_free(c->output, TRUE);
	g_free(c);
}

static gboolean
on_output(gint fd, GIOCondition condition, gpointer user)
{
	struct capture *c = user;
	char block[BLOCK];
	(void)condition;
	ssize_t n = read(fd, block, sizeof(block));
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return G_SOURCE_CONTINUE;
	if (n > 0) {
		size_t room = RUN_MAX_OUTPUT - MIN(c->output->len, RUN_MAX_OUTPUT);
		g_string_append_len(c->output, block, (gssize)MIN((size_t)n, room));
		return G_SOURCE_CONTINUE;
	}
	close(fd);
	c->fd = -1;
	finish_capture(c);
	return G_SOURCE_REMOVE;
}

static void
on_capture_end(GPid pid, gint status, gpointer user)
{
	struct capture *c = user;
	g_spawn_close_pid(pid);
	c->status = status;
	c->has_ended = true;
	finish_capture(c);
}

bool
run_capture(struct app *app, char **argv, const char *dir, int stdin_fd, run_output_fn fn, void *user,
    GError **error)
{
	int fds[2];
	GPid pid;
	int input = stdin_fd >= 0 ? fcntl(stdin_fd, F_DUPFD_CLOEXEC, 3)
				  : open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (input < 0 || !g_unix_open_pipe(fds, FD_CLOEXEC, error)) {
		if (input >= 0)
			close(input);
		else
			g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: %s", argv[0],
			    g_strerror(errno));
		return false;
	}
	bool ok = g_spawn_async_with_pipes_and_fds(dir, (const char *const *)argv, NULL,
	    G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, prepare_child, NULL, input, fds[1],
	    fds[1], NULL, NULL, 0, &pid, NULL, NULL, NULL, error);
	close(input);
	close(fds[1]);
	if (!ok) {
		spawn_error(error, argv[0], dir);
		close(fds[0]);
		return false;
	}
	struct capture *c = g_new0(struct capture, 1);
	c->app = app;
	c->fn = fn;
	c->user = user;
	c->fd = fds[0];
	c->output = g_string_new(NULL);
	g_unix_set_fd_nonblocking(fds[0], TRUE, NULL);
	g_unix_fd_add(fds[0], G_IO_IN | G_IO_HUP | G_IO_ERR, on_output, c);
	g_child_watch_add(pid, on_capture_end, c);
	return true;
}

struct paged {
	char *title, *name;
};

static void
on_paged(struct app *app, int status, const char *bytes, size_t len, void *user)
{
	struct paged *p = user;
	char *words = run_status_words(status);
	if (len > 0) {
		struct lines *lines = page_open(app, p->title, NULL);
		char *text = g_strndup(bytes, len);
		lines_add(lines, STYLE_TEXT, g_strchomp(text));
		g_free(text);
	}
	if (words != NULL)
		app_error(app, "%s ended with %s", p->name, words);
	else if (len == 0)
		app_say(app, "%s is done", p->name);
	g_free(words);
	g_free(p->title);
	g_free(p->name);
	g_free(p);
}

bool
run_to_page(struct app *app, char **argv, const char *dir, int stdin_fd, const char *title,
    GError **error)
{
	struct paged *p = g_new0(struct paged, 1);
	p->title = g_strdup(title);
	p->name = g_path_get_basename(argv[0]);
	if (run_capture(app, argv, dir, stdin_fd, on_paged, p, error)) {
		app_say(app, "%s is running", p->name);
		return true;
	}
	g_free(p->title);
	g_free(p->name);
	g_free(p);
	return false;
}

char *
run_status_words(int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return NULL;
	if (WIFEXITED(status))
		return g_strdup_printf("status %d", WEXITSTATUS(status));
	return g_strdup_printf("signal %d", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

char **
run_words(const char *text, GError **error)
{
	char **words = NULL;
	char *path = NULL;
	if (!g_shell_parse_argv(text, NULL, &words, NULL) || words[0] == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "\"%s\" is no command", text);
	} else if ((path = g_find_program_in_path(words[0])) == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "there is no program \"%s\"",
		    words[0]);
		g_clear_pointer(&words, g_strfreev);
	}
	g_free(path);
	return words;
}
