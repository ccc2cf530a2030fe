/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programs of the user's that are told of events. */
#include "client/hooks.h"

#include "base/error.h"
#include "base/file.h"
#include "base/paths.h"
#include "base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define INPUT_MAX 60000 /* a pipe takes 64 kB without its reader */

struct hook {
	char *name; /* "[hooks] new-mail = /usr/bin/beep" */
	hooks_failed_fn failed;
	void *user;
};

static void
hook_free(struct hook *h)
{
	g_free(h->name);
	g_free(h);
}

static void
tell(const struct hook *h, const char *what)
{
	char *text;

	if (h->failed == NULL)
		return;
	text = g_strdup_printf("%s %s", h->name, what);
	h->failed(text, h->user);
	g_free(text);
}

static void
on_ended(GPid pid, gint status, gpointer user)
{
	struct hook *h = user;
	char what[64];

	g_spawn_close_pid(pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
		(void)g_snprintf(what, sizeof(what), "ended with code %d; run it by hand to see why",
		    WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		(void)g_snprintf(what, sizeof(what), "was ended by signal %d", WTERMSIG(status));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		tell(h, what);
	hook_free(h);
}

/* In the child: away from our terminal, so that it cannot draw there; signals as a shell would have them. */
static void
set_up_child(gpointer user)
{
	(void)user;
	(void)setsid();
	(void)signal(SIGPIPE, SIG_DFL);
}

/* The whole object in one piece, or nothing: the pipe is empty and has room for it. */
static bool
write_input(int fd, const json_t *obj)
{
	char *text = json_dumps(obj, JSON_COMPACT);
	size_t len = text != NULL ? strlen(text) : 0;
	bool ok = len > 0 && len < INPUT_MAX && fcntl(fd, F_SETFL, O_NONBLOCK) == 0;

	if (ok) {
		text[len] = '\n';
		ok = write(fd, text, len + 1) == (ssize_t)len + 1 || errno == EPIPE;
	}
	free(text);
	return ok;
}

static void
start(struct hook *h, char **argv, json_t *obj)
{
	GPid pid;
	int fd = -1;
	GError *error = NULL;

	if (!g_spawn_async_with_pipes(NULL, argv, NULL,
		G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
		    G_SPAWN_STDERR_TO_DEV_NULL,
		set_up_child, NULL, &pid, &fd, NULL, NULL, &error)) {
		char *words = spawn_words(error, NULL), *text = g_strconcat("cannot be started: ", words, NULL);

		tell(h, text);
		g_free(text);
		g_free(words);
		g_error_free(error);
		hook_free(h);
		return;
	}
	if (!write_input(fd, obj))
		tell(h, "was told nothing: what happened does not fit into a pipe");
	close(fd);
	g_child_watch_add(pid, on_ended, h);
}

bool
hooks_run(const struct rc *rc, const char *section, const char *key, json_t *obj, hooks_failed_fn failed,
    void *user)
{
	char **argv = rc_argv(rc, section, NULL, key);
	struct hook *h;
	bool has_any = argv != NULL && argv[0] != NULL;

	if (has_any) {
		h = g_new0(struct hook, 1);
		h->name = g_strdup_printf("[%s] %s: %s", section, key, argv[0]);
		h->failed = failed;
		h->user = user;
		start(h, argv, obj);
	}
	g_strfreev(argv);
	json_decref(obj);
	return has_any;
}

bool
hooks_run_helper(const char *program, json_t *obj)
{
	char *path = paths_helper(program);
	char *argv[] = { path, NULL };
	bool is_there = g_file_test(path, G_FILE_TEST_IS_EXECUTABLE);
	struct hook *h;

	if (is_there) {
		h = g_new0(struct hook, 1);
		h->name = g_strdup(program);
		start(h, argv, obj);
	}
	g_free(path);
	json_decref(obj);
	return is_there;
}
