/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold auth: the verdict on a message, judged now; --recheck keeps it. */
#include "cmd/cmd.h"
#include "base/file.h"
#include "base/safe_text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define AUTH_DEADLINE_MS 60000

static void
print_lines(const json_t *lines)
{
	size_t i;
	json_t *line;

	json_array_foreach(lines, i, line) {
		char *text = safe_line(jsonl_string(line, "t"));

		(void)printf("%s\n", text);
		g_free(text);
	}
}

static bool
keep(struct cmd_context *ctx, int fd, const json_t *verdict, GError **error)
{
	char *sha256 = file_sha256_fd(fd, error);
	json_t *answer;

	if (sha256 == NULL)
		return false;
	answer = supervisor_call(client_store(cmd_client(ctx)),
	    json_pack("{s:s, s:s, s:O}", "op", "verdict-put", "sha256", sha256, "verdict", verdict),
	    NULL, 0, 0, NULL, NULL, error);
	g_free(sha256);
	json_decref(answer);
	return answer != NULL;
}

/* The detail page, as the screen shows it. */
static bool
print_detail(struct cmd_context *ctx, json_t *args, int fd, GError **error)
{
	json_t *answer;

	json_object_set_new(args, "op", json_string("detail"));
	json_object_set_new(args, "width", json_integer(100));
	answer = supervisor_call(client_auth(cmd_client(ctx)), json_copy(args), &fd, 1,
	    AUTH_DEADLINE_MS, NULL, NULL, error);
	print_lines(json_object_get(answer, "lines"));
	json_decref(answer);
	return answer != NULL;
}

static int
judge(struct cmd_context *ctx, json_t *args, int fd, bool recheck)
{
	GError *error = NULL;
	json_t *answer = supervisor_call(client_auth(cmd_client(ctx)), json_copy(args), &fd, 1,
	    AUTH_DEADLINE_MS, NULL, NULL, &error);
	json_t *verdict = json_object_get(answer, "verdict");

	if (answer == NULL)
		return cmd_fail(error);
	if (recheck && !keep(ctx, fd, verdict, &error)) {
		json_decref(answer);
		return cmd_fail(error);
	}
	if (ctx->opts->json) {
		cmd_print_json(json_incref(verdict));
	} else {
		json_object_set(args, "verdict", verdict);
		if (!print_detail(ctx, args, fd, &error)) {
			json_decref(answer);
			return cmd_fail(error);
		}
	}
	json_decref(answer);
	return 0;
}

/* --dns ZONE is the setting dns.zone for this run, so that the helper answers from it. The setting's
 * text is given back for the caller to free, with opts->overrides, when the helper has been started. */
static char *
use_zone(struct cmd_context *ctx, struct program_options *opts, const char *zone)
{
	GPtrArray *overrides = g_ptr_array_new();
	char *path = g_canonicalize_filename(zone, NULL);
	char *setting = g_strconcat("dns.zone=", path, NULL);

	for (size_t i = 0; ctx->opts->overrides[i] != NULL; i++)
		g_ptr_array_add(overrides, (gpointer)(guintptr)ctx->opts->overrides[i]);
	g_ptr_array_add(overrides, setting);
	g_ptr_array_add(overrides, NULL);
	*opts = *ctx->opts;
	opts->overrides = (const char *const *)g_ptr_array_free(overrides, FALSE);
	ctx->opts = opts;
	g_free(path);
	return setting;
}

static int
judge_file(struct cmd_context *ctx, const char *name, const char *account, const char *now,
    bool recheck)
{
	GError *error = NULL;
	json_t *message = NULL, *args;
	int fd, code;

	if (account != NULL && rc_account(cmd_rc(ctx), account) == NULL)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_CONFIG,
		    "%s: there is no [account \"%s\"]", rc_path(cmd_rc(ctx)), account));
	fd = cmd_open_message(ctx, name, &message, &error);
	if (fd < 0)
		return cmd_fail(error);
	if (account == NULL)
		account = jsonl_string(message, "account");
	args = json_pack("{s:s, s:s*, s:s*, s:b}", "op", "judge", "account", account, "now", now,
	    "submitted", jsonl_bool(message, "submitted", false));
	code = judge(ctx, args, fd, recheck);
	json_decref(args);
	json_decref(message);
	close(fd);
	return code;
}

int
cmd_auth(struct cmd_context *ctx, int argc, char **argv)
{
	const char *zone = cmd_take_option(&argc, argv, "--dns");
	const char *now = cmd_take_option(&argc, argv, "--now");
	const char *account = cmd_take_option(&argc, argv, "--account");
	bool recheck = cmd_take_switch(&argc, argv, "--recheck");
	const struct program_options *given = ctx->opts;
	struct program_options opts;
	char *setting;
	int code;

	if (cmd_unknown_option(&argc, argv) != NULL || argc != 2)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
		    "usage: penfold auth [--dns ZONE] [--now TIME] [--account A] [--recheck] FILE"));
	if (zone == NULL)
		return judge_file(ctx, argv[1], account, now, recheck);
	setting = use_zone(ctx, &opts, zone);
	code = judge_file(ctx, argv[1], account, now, recheck);
	client_free(ctx->client, false); /* it was made with the options that end here */
	ctx->client = NULL;
	ctx->opts = given;
	g_free((gpointer)(guintptr)opts.overrides);
	g_free(setting);
	return code;
}
