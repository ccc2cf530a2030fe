/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor.c - running the user's editor by argv, with the terminal handed over and taken back. */
#include "ui/editor.h"

#include "base/file.h"
#include "ui/run.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_TEXT (32u << 20)

struct session {
	struct app *app;
	char *path;
	editor_fn fn;
	void *user;
};

static char *
edit_dir(const struct app *app)
{
	return g_build_filename(app->state_dir, "edit", NULL);
}

static char **
command(const struct app *app, const char *path, GError **error)
{
	char **words = rc_argv(app->rc, "ui", NULL, "editor");
	const char *env = g_getenv("VISUAL");
	if (env == NULL || *env == '\0')
		env = g_getenv("EDITOR");
	if (words == NULL && !g_shell_parse_argv(env != NULL && *env != '\0' ? env : "vi", NULL,
				 &words, error))
		return NULL;
	guint n = g_strv_length(words);
	words = g_renew(char *, words, n + 2);
	words[n] = g_strdup(path);
	words[n + 1] = NULL;
	return words;
}

static void
finish(struct session *s, GError *error)
{
	GBytes *bytes = error == NULL ? file_read(s->path, MAX_TEXT, &error) : NULL;
	gsize len = 0;
	const char *text = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;
	s->fn(s->app, bytes != NULL && text == NULL ? "" : text, len, s->path, error, s->user);
	g_clear_pointer(&bytes, g_bytes_unref);
	g_clear_error(&error);
	g_free(s->path);
	g_free(s);
}

static void
on_exit_of_editor(struct app *app, int status, void *user)
{
	struct session *s = user;
	GError *error = NULL;
	(void)app;
	if (!WIFEXITED(status))
		g_set_error(&error, PF_ERROR, PF_ERROR_CRASHED,
		    "the editor was ended by signal %d; the text is as it saved it last",
		    WIFSIGNALED(status) ? WTERMSIG(status) : 0);
	else if (WEXITSTATUS(status) != 0)
		g_set_error(&error, PF_ERROR, PF_ERROR_CANCELLED,
		    "the editor ended with status %d; the letter is as before",
		    WEXITSTATUS(status));
	/* a crash must not cost what was saved */
	if (g_error_matches(error, PF_ERROR, PF_ERROR_CRASHED)) {
		app_error(s->app, "%s", error->message);
		g_clear_error(&error);
	}
	finish(s, error);
}

static bool
write_file(struct session *s, const char *text, GError **error)
{
	char *dir = edit_dir(s->app);
	bool ok = file_make_dir(dir, error);
	/* the name tells a later start whether its writer still lives */
	char *name = g_strdup_printf("letter-%ld-XXXXXX.eml", (long)getpid());
	s->path = g_build_filename(dir, name, NULL);
	int fd = ok ? g_mkstemp_full(s->path, O_RDWR | O_CLOEXEC, 0600) : -1;
	if (ok && fd < 0)
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "no file for the editor: %s",
		    g_strerror(errno));
	ok = fd >= 0 && file_write_all(fd, text, strlen(text), error);
	if (fd >= 0)
		close(fd);
	g_free(name);
	g_free(dir);
	return ok;
}

void
editor_run(struct app *app, const char *text, editor_fn fn, void *user)
{
	struct session *s = g_new0(struct session, 1);
	GError *error = NULL;
	s->app = app;
	s->fn = fn;
	s->user = user;
	char **argv = write_file(s, text, &error) ? command(app, s->path, &error) : NULL;
	if (argv == NULL) {
		finish(s, error);
		return;
	}
	if (!run_terminal(app, argv, on_exit_of_editor, s, &error))
		finish(s, error);
	g_strfreev(argv);
}

void
editor_recover(struct app *app, editor_fn fn, void *user)
{
	char *dir_path = edit_dir(app);
	GDir *dir = g_dir_open(dir_path, 0, NULL);
	for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
		if (!g_str_has_prefix(name, "letter-"))
			continue;
		gint64 pid = g_ascii_strtoll(name + strlen("letter-"), NULL, 10);
		if (pid > 0 && (kill((pid_t)pid, 0) == 0 || errno == EPERM))
			continue; /* another Penfold has it in its editor */
		struct session *s = g_new0(struct session, 1);
		s->app = app;
		s->path = g_build_filename(dir_path, name, NULL);
		s->fn = fn;
		s->user = user;
		finish(s, NULL);
	}
	if (dir != NULL)
		g_dir_close(dir);
	g_free(dir_path);
}
