/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold sieve: the filter scripts that an account's server keeps and runs (RFC 5228), by ManageSieve. */
#include "cmd/cmd_sieve.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/safe_text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define USAGE                                                                                                         \
	"usage: penfold sieve list ACCOUNT | get ACCOUNT NAME | put ACCOUNT NAME FILE | check ACCOUNT FILE | "        \
	"edit ACCOUNT NAME | activate ACCOUNT NAME | deactivate ACCOUNT | delete ACCOUNT NAME"

json_t *
cmd_sieve_ask(struct cmd_context *ctx, const char *deed, const char *account, const char *name, int fd, GError **error)
{
	json_t *request = json_pack("{s:s, s:s, s:o, s:o*}", "op", "sieve", "do", deed, "account",
	    jsonl_text(account, -1), "name", name != NULL ? jsonl_text(name, -1) : NULL);

	return supervisor_call(client_setup(cmd_client(ctx)), request, &fd, fd >= 0 ? 1 : 0, 0, NULL, NULL, error);
}

static int
list(struct cmd_context *ctx, const char *const *args, GError **error)
{
	json_t *done = cmd_sieve_ask(ctx, "list", args[0], NULL, -1, error);
	const json_t *script;
	size_t i;

	if (done == NULL)
		return -1;
	if (ctx->opts->json)
		cmd_print_json(json_pack("{s:O, s:O}", "scripts", json_object_get(done, "scripts"), "extensions",
		    json_object_get(done, "extensions")));
	json_array_foreach(json_object_get(done, "scripts"), i, script) {
		char *name = safe_line(jsonl_string(script, "name"));

		if (!ctx->opts->json)
			(void)printf("%s %s\n", jsonl_bool(script, "active", false) ? "*" : " ", name);
		g_free(name);
	}
	json_decref(done);
	return 0;
}

/* What a script says goes to a terminal as text, and into a file or a pipe as it is. */
static bool
print_script(struct cmd_context *ctx, const char *name, int fd, GError **error)
{
	GMappedFile *file = g_mapped_file_new_from_fd(fd, FALSE, error);
	size_t len = file != NULL ? g_mapped_file_get_length(file) : 0;
	const char *bytes = len > 0 ? g_mapped_file_get_contents(file) : "";
	bool is_good = file != NULL;

	if (is_good && ctx->opts->json) {
		cmd_print_json(json_pack("{s:o, s:o}", "name", jsonl_text(name, -1), "script", jsonl_text(bytes, (gssize)len)));
	} else if (is_good && isatty(STDOUT_FILENO)) {
		char *safe = safe_text(bytes, len, SAFE_TEXT_BODY);

		(void)printf("%s", safe);
		g_free(safe);
	} else if (is_good) {
		is_good = file_write_all(STDOUT_FILENO, bytes, len, error);
	}
	if (file != NULL)
		g_mapped_file_unref(file);
	return is_good;
}

static int
get(struct cmd_context *ctx, const char *const *args, GError **error)
{
	int fd = file_in_memory(error);
	json_t *done = fd >= 0 ? cmd_sieve_ask(ctx, "get", args[0], args[1], fd, error) : NULL;
	bool is_good = done != NULL && print_script(ctx, args[1], fd, error);

	json_decref(done);
	if (fd >= 0)
		(void)close(fd);
	return is_good ? 0 : -1;
}

/* The file, or standard input, as a file in memory; -1 with error. */
static int
open_script(const char *path, GError **error)
{
	bool is_input = strcmp(path, "-") == 0;
	int from = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	int to = from >= 0 ? file_in_memory(error) : -1;

	if (from < 0)
		g_set_error(error, PF_ERROR, PF_ERROR_NO_INPUT, "%s: %s", path, g_strerror(errno));
	if (to >= 0 && !file_copy_fd(from, to, NULL, error)) {
		(void)close(to);
		to = -1;
	}
	if (from >= 0 && !is_input)
		(void)close(from);
	return to;
}

/* What the server says of a script, a line each, as compilers do. */
static void
print_said(const char *said)
{
	char **lines = g_strsplit(said, "\n", -1);

	for (size_t i = 0; lines[i] != NULL; i++) {
		char *safe = safe_line(g_strchomp(lines[i]));

		if (*safe != '\0')
			(void)printf("%s\n", safe);
		g_free(safe);
	}
	g_strfreev(lines);
}

int
cmd_sieve_send(struct cmd_context *ctx, const char *deed, const char *account, const char *name, const char *path,
    GError **error)
{
	int fd = open_script(path, error);
	json_t *done = fd >= 0 ? cmd_sieve_ask(ctx, deed, account, name, fd, error) : NULL;
	bool is_good = jsonl_bool(done, "is_good", false);
	const char *said = jsonl_string(done, "said");

	if (fd >= 0)
		(void)close(fd);
	if (done == NULL)
		return -1;
	if (ctx->opts->json)
		cmd_print_json(json_pack("{s:b, s:o}", "ok", is_good, "said", jsonl_text(said, -1)));
	else if (said != NULL)
		print_said(said);
	else if (!is_good)
		(void)printf("%s: the server says that it is no good, and not why\n", path);
	json_decref(done);
	return is_good ? 0 : 1;
}

static int
put(struct cmd_context *ctx, const char *const *args, GError **error)
{
	return cmd_sieve_send(ctx, "put", args[0], args[1], args[2], error);
}

static int
check(struct cmd_context *ctx, const char *const *args, GError **error)
{
	return cmd_sieve_send(ctx, "check", args[0], NULL, args[1], error);
}

static int
simply(struct cmd_context *ctx, const char *deed, const char *account, const char *name, GError **error)
{
	json_t *done = cmd_sieve_ask(ctx, deed, account, name, -1, error);

	if (done != NULL && ctx->opts->json)
		cmd_print_json(json_pack("{s:b}", "ok", 1));
	json_decref(done);
	return done != NULL ? 0 : -1;
}

static int
activate(struct cmd_context *ctx, const char *const *args, GError **error)
{
	return simply(ctx, "activate", args[0], args[1], error);
}

static int
deactivate(struct cmd_context *ctx, const char *const *args, GError **error)
{
	return simply(ctx, "activate", args[0], "", error);
}

static int
delete(struct cmd_context *ctx, const char *const *args, GError **error)
{
	return simply(ctx, "delete", args[0], args[1], error);
}

static const struct {
	const char *name;
	int n_args;
	/* The exit code; -1 with error. */
	int (*run)(struct cmd_context *ctx, const char *const *args, GError **error);
} deeds[] = {
	{ "list", 1, list }, { "get", 2, get }, { "put", 3, put }, { "check", 2, check }, { "edit", 2, cmd_sieve_edit }, { "activate", 2, activate },
	{ "deactivate", 1, deactivate }, { "delete", 2, delete },
};

int
cmd_sieve(struct cmd_context *ctx, int argc, char **argv)
{
	GError *error = NULL;
	int code = -1;

	for (size_t i = 0; cmd_unknown_option(&argc, argv) == NULL && i < G_N_ELEMENTS(deeds); i++) {
		if (argc != deeds[i].n_args + 2 || strcmp(argv[1], deeds[i].name) != 0)
			continue;
		code = deeds[i].run(ctx, (const char *const *)argv + 2, &error);
		return code >= 0 ? code : cmd_fail(error);
	}
	return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE, USAGE));
}
