/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settings.c - see settings.h. Everything borrows from the rc file's tree, so that a new one is a new start: a few
 * milliseconds, and all that there is of state lies on the disk. */
#include "ui/settings.h"

#include "base/paths.h"
#include "ui/common.h"
#include "ui/editor.h"
#include "ui/list_view.h"
#include "ui/place.h"
#include "ui/prompt.h"
#include "ui/run.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static char *
rc_file(const struct app *app)
{
	return app->options->rc_path != NULL ? g_strdup(app->options->rc_path) : paths_rc();
}

/* The place of the list in front, as -f takes it; owned, NULL for the usual one. */
static char *
place_word(struct app *app)
{
	struct list_view *l = list_view_of(app);
	const struct place *p = l != NULL ? list_view_place(l) : NULL;
	return p != NULL && p->kind == PLACE_FOLDER ? g_strdup(p->name) : NULL;
}

void
act_settings_reload(struct app *app, const char *arg)
{
	GError *error = NULL;
	char *path = rc_file(app);
	struct rc *rc = rc_load(path, app->options->overrides, &error);
	(void)arg;
	if (rc == NULL) {
		app_error(app, "%s; the settings are as before", error->message);
		g_clear_error(&error);
	} else {
		rc_free(rc);
		app->wants_reload = true;
		g_free(app->reload_place);
		app->reload_place = place_word(app);
		common_quit(app);
	}
	g_free(path);
}

static void
on_edited(struct app *app, int status, void *user)
{
	char *words = run_status_words(status);
	(void)user;
	if (words != NULL)
		app_error(app, "the editor ended with %s; the settings are as before", words);
	else
		act_settings_reload(app, NULL);
	g_free(words);
}

void
act_settings_edit(struct app *app, const char *arg)
{
	GError *error = NULL;
	char *path = rc_file(app), **argv = editor_argv(app, path, &error);
	(void)arg;
	if (argv == NULL || !run_terminal(app, argv, on_edited, NULL, &error)) {
		app_error(app, "the editor cannot start: %s", error->message);
		g_clear_error(&error);
	}
	g_strfreev(argv);
	g_free(path);
}

static void
on_shell_ended(struct app *app, int status, void *user)
{
	char *words = run_status_words(status);
	(void)user;
	if (words != NULL)
		app_say(app, "the shell ended with %s", words);
	g_free(words);
}

static void
run_typed(struct app *app, const char *text, void *user)
{
	GError *error = NULL;
	const char *shell = g_getenv("SHELL");
	(void)user;
	if (text == NULL)
		return;
	bool is_shell = *text == '\0';
	char **argv = run_words(is_shell ? (shell != NULL && *shell != '\0' ? shell : "/bin/sh") : text, &error);
	bool ok = argv != NULL && (is_shell ? run_terminal(app, argv, on_shell_ended, NULL, &error)
					    : run_to_page(app, argv, NULL, -1, text, &error));
	if (!ok) {
		app_error(app, "%s", error->message);
		g_clear_error(&error);
	}
	g_strfreev(argv);
}

void
act_settings_shell(struct app *app, const char *arg)
{
	if (arg != NULL)
		run_typed(app, arg, NULL);
	else
		prompt_ask(app, PROMPT_TEXT, "Run (nothing: a shell): ", NULL, run_typed, NULL, NULL);
}

static void
add_word(GPtrArray *argv, const char *word)
{
	g_ptr_array_add(argv, g_strdup(word));
}

bool
settings_again(struct app *app, GError **error)
{
	if (!app->wants_reload)
		return true;
	GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);
	add_word(argv, "penfold");
	if (app->options->rc_path != NULL) {
		add_word(argv, "--rc");
		add_word(argv, app->options->rc_path);
	}
	for (size_t i = 0; app->options->overrides[i] != NULL; i++) {
		add_word(argv, "-o");
		add_word(argv, app->options->overrides[i]);
	}
	if (app->is_read_only)
		add_word(argv, "-R");
	if (app->reload_place != NULL) {
		add_word(argv, "-f");
		add_word(argv, app->reload_place);
	}
	g_ptr_array_add(argv, NULL);
	execv("/proc/self/exe", (char **)argv->pdata);
	g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE, "Penfold cannot start again: %s", g_strerror(errno));
	g_ptr_array_unref(argv);
	return false;
}
