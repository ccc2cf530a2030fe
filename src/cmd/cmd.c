/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands share: the context, arguments, errors, and opening a message by its name. */
#include "cmd/cmd.h"

#include "base/file.h"
#include "base/safe_text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL_DIGITS 15 /* what a double has whole: 0.1 is 0.1 */

const struct rc *
cmd_rc(struct cmd_context *ctx)
{
	if (ctx->rc == NULL)
		ctx->rc = program_rc(ctx->opts);
	return ctx->rc;
}

struct client *
cmd_client(struct cmd_context *ctx)
{
	if (ctx->client == NULL)
		ctx->client = client_new(cmd_rc(ctx), ctx->opts);
	return ctx->client;
}

void
cmd_forget(struct cmd_context *ctx)
{
	client_free(ctx->client, false);
	rc_free(ctx->rc);
	ctx->client = NULL;
	ctx->rc = NULL;
}

int
cmd_fail(GError *error)
{
	return program_fail(error);
}

void
cmd_print_json(json_t *obj)
{
	char *text = json_dumps(obj, JSON_COMPACT | JSON_REAL_PRECISION(REAL_DIGITS));

	(void)printf("%s\n", text != NULL ? text : "{}");
	(void)fflush(stdout);
	free(text);
	json_decref(obj);
}

bool
cmd_reader_left(void)
{
	struct pollfd out = {.fd = STDOUT_FILENO};

	return ferror(stdout) && poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0;
}

void
cmd_end_unread(void)
{
	if (cmd_reader_left())
		exit(0); /* the helpers end with us */
}

static void
remove_args(int *argc, char **argv, int at, int n)
{
	for (int i = at; i + n <= *argc; i++)
		argv[i] = argv[i + n];
	*argc -= n;
}

int
cmd_columns(void)
{
	struct winsize size;
	bool is_known = isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;

	return is_known ? CLAMP(size.ws_col, 40, 100) : 0;
}

void
cmd_write_wrapped(FILE *to, const char *first, const char *text, int cols)
{
	int indent = safe_text_columns(first), used = indent;
	char *safe = safe_line(text != NULL ? text : "");
	char **words = g_strsplit(safe, " ", -1);

	if (safe[0] != '\0')
		(void)fputs(first, to);
	for (size_t i = 0; safe[0] != '\0' && words[i] != NULL; i++) {
		int width = safe_text_columns(words[i]);
		bool is_first = used == indent;

		if (!is_first && cols > 0 && used + 1 + width > cols) {
			(void)fprintf(to, "\n%*s", indent, "");
			used = indent;
			is_first = true;
		}
		(void)fprintf(to, "%s%s", is_first ? "" : " ", words[i]);
		used += width + (is_first ? 0 : 1);
	}
	if (safe[0] != '\0')
		(void)fputc('\n', to);
	g_strfreev(words);
	g_free(safe);
}

void
cmd_print_wrapped(const char *first, const char *text, int cols)
{
	cmd_write_wrapped(stdout, first, text, cols);
}

void
cmd_print_item(const char *label, const char *text)
{
	char *safe = text != NULL && text[0] != '\0' ? safe_line(text) : NULL;

	if (safe != NULL)
		(void)printf("%-14s %s\n", label, safe);
	g_free(safe);
}

const char *
cmd_take_option(int *argc, char **argv, const char *name)
{
	size_t len = strlen(name);

	for (int i = 1; i < *argc && strcmp(argv[i], "--") != 0; i++) {
		const char *value;

		if (strcmp(argv[i], name) == 0 && i + 1 < *argc) {
			value = argv[i + 1];
			remove_args(argc, argv, i, 2);
			return value;
		}
		if (strncmp(argv[i], name, len) == 0 && argv[i][len] == '=' && len > 2) {
			value = argv[i] + len + 1;
			remove_args(argc, argv, i, 1);
			return value;
		}
	}
	return NULL;
}

bool
cmd_take_switch(int *argc, char **argv, const char *name)
{
	for (int i = 1; i < *argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], name) == 0) {
			remove_args(argc, argv, i, 1);
			return true;
		}
	return false;
}

const char *
cmd_unknown_option(int *argc, char **argv)
{
	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "--") == 0) {
			remove_args(argc, argv, i, 1);
			return NULL;
		}
		if (argv[i][0] == '-' && argv[i][1] != '\0')
			return argv[i];
	}
	return NULL;
}

void
cmd_zone_begin(struct cmd_context *ctx, struct cmd_zone *own, const char *zone)
{
	GPtrArray *overrides;
	char *path;

	*own = (struct cmd_zone){ .given = NULL };
	if (zone == NULL)
		return;
	overrides = g_ptr_array_new();
	path = g_canonicalize_filename(zone, NULL);
	own->setting = g_strconcat("dns.zone=", path, NULL);
	for (size_t i = 0; ctx->opts->overrides[i] != NULL; i++)
		g_ptr_array_add(overrides, (gpointer)(guintptr)ctx->opts->overrides[i]);
	g_ptr_array_add(overrides, own->setting);
	g_ptr_array_add(overrides, NULL);
	own->opts = *ctx->opts;
	own->opts.overrides = (const char *const *)g_ptr_array_free(overrides, FALSE);
	own->given = ctx->opts;
	ctx->opts = &own->opts;
	g_free(path);
}

void
cmd_zone_end(struct cmd_context *ctx, struct cmd_zone *own)
{
	if (own->given == NULL)
		return;
	client_free(ctx->client, false); /* it was made with the options that end here */
	ctx->client = NULL;
	ctx->opts = own->given;
	g_free((gpointer)(guintptr)own->opts.overrides);
	g_free(own->setting);
}

/* Ask the store for the message and open its file. */
static int
open_by_id(struct cmd_context *ctx, const char *id, json_t **message_out, GError **error)
{
	json_t *message = supervisor_call(client_store(cmd_client(ctx)),
	    json_pack("{s:s, s:s}", "op", "message", "message_id", id), NULL, 0, 0, NULL, NULL,
	    error);
	const char *path;
	int fd;

	if (message == NULL) {
		if (g_error_matches(*error, PF_ERROR, PF_ERROR_NOT_FOUND))
			g_prefix_error(error, "id:");
		return -1;
	}
	path = jsonl_string(message, "path");
	fd = path != NULL ? file_open_regular(path, true) : -1;
	if (fd < 0)
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "id:%s: the file %s is gone", id,
		    path != NULL ? path : "(unknown)");
	if (fd >= 0 && message_out != NULL)
		*message_out = json_incref(message);
	json_decref(message);
	return fd;
}

/* Standard input, kept in an unnamed file: the helpers map what they read. */
static int
open_stdin(GError **error)
{
	int fd = file_unnamed(error);

	if (fd < 0)
		return -1;
	if (!file_copy_fd(STDIN_FILENO, fd, NULL, error)) {
		g_prefix_error(error, "standard input: ");
		close(fd);
		return -1;
	}
	(void)lseek(fd, 0, SEEK_SET);
	return fd;
}

/* What opens and is no file of bytes, a folder that is, is named before a helper fails on it. */
static int
open_file(const char *name, GError **error)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		fd = -1;
		errno = EISDIR;
	}
	if (fd < 0)
		g_set_error(error, PF_ERROR, PF_ERROR_NO_INPUT, "%s: %s", name, g_strerror(errno));
	return fd;
}

int
cmd_open_message(struct cmd_context *ctx, const char *name, json_t **message_out, GError **error)
{
	if (message_out != NULL)
		*message_out = NULL;
	if (strcmp(name, "-") == 0)
		return open_stdin(error);
	if (strncmp(name, "id:", 3) == 0)
		return open_by_id(ctx, name + 3, message_out, error);
	return open_file(name, error);
}
