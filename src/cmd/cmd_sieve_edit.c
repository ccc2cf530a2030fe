/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold sieve edit: a script fetched, edited, and kept when the server takes it. What was typed is lost in no case. */
#include "cmd/cmd_sieve.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "cmd/cmd_ask.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The editor with the file as its last word; NULL-terminated, owned; NULL with error. */
static char **
editor_argv(const struct rc *rc, const char *path, GError **error)
{
	char **words = rc_editor(rc, error);
	guint n;

	if (words == NULL)
		return NULL;
	n = g_strv_length(words);
	words = g_renew(char *, words, n + 2);
	words[n] = g_strdup(path);
	words[n + 1] = NULL;
	return words;
}

static bool
run_editor(const struct rc *rc, const char *path, GError **error)
{
	char **argv = editor_argv(rc, path, error);
	int status = 0;
	bool is_good = argv != NULL &&
	    g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, NULL, NULL,
		&status, error) &&
	    g_spawn_check_wait_status(status, error);

	if (argv != NULL && !is_good)
		g_prefix_error(error, "the editor: ");
	g_strfreev(argv);
	return is_good;
}

/* The script into the file behind fd; one that is not there yet is empty. */
static bool
fetch(struct cmd_context *ctx, const char *account, const char *name, int fd, GError **error)
{
	GError *why = NULL;
	json_t *done = cmd_sieve_ask(ctx, "get", account, name, fd, &why);
	bool is_good = done != NULL || g_error_matches(why, PF_ERROR, PF_ERROR_NOT_FOUND);

	json_decref(done);
	if (is_good)
		g_clear_error(&why);
	else
		g_propagate_error(error, why);
	return is_good;
}

static bool
wants_again(void)
{
	return cmd_ask_may() && cmd_ask_letter("The server does not take it. Edit it again? [y/n]", "yn") == 'y';
}

/* Edit and send until the server takes it or the user has enough of it. The exit code; -1 with error. */
static int
edit_until_good(struct cmd_context *ctx, const char *const *args, const char *path, GError **error)
{
	GBytes *before = file_read(path, LIMIT_SIEVE_SCRIPT, error), *after = NULL;
	int code = before != NULL ? 1 : -1;

	while (code == 1) {
		g_clear_pointer(&after, g_bytes_unref);
		if (!run_editor(cmd_rc(ctx), path, error) || (after = file_read(path, LIMIT_SIEVE_SCRIPT, error)) == NULL)
			code = -1;
		else if (g_bytes_equal(before, after))
			code = 0;
		else
			code = cmd_sieve_send(ctx, "put", args[0], args[1], path, error);
		if (code == 1 && !wants_again())
			break;
	}
	g_clear_pointer(&before, g_bytes_unref);
	g_clear_pointer(&after, g_bytes_unref);
	return code;
}

int
cmd_sieve_edit(struct cmd_context *ctx, const char *const *args, GError **error)
{
	char *path = NULL;
	int fd = g_file_open_tmp("penfold-XXXXXX.sieve", &path, error), code = -1;

	if (fd >= 0 && fetch(ctx, args[0], args[1], fd, error))
		code = edit_until_good(ctx, args, path, error);
	if (fd >= 0)
		(void)close(fd);
	if (code == 0 || (fd >= 0 && code == -1 && error != NULL && *error == NULL))
		(void)unlink(path);
	else if (path != NULL)
		(void)fprintf(stderr, "penfold: what was edited is in %s\n", path);
	g_free(path);
	return code;
}
