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
	json_object_set_new(args, "width", json_integer(cmd_columns()));
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

/* What the store knows of these bytes: the verdict made when they came, and the keys of then. */
static void
add_memory(struct cmd_context *ctx, json_t *args, const json_t *message)
{
	const char *sha256 = jsonl_string(message, "sha256");
	json_t *memory = sha256 != NULL
	    ? supervisor_call(client_store(cmd_client(ctx)),
		  json_pack("{s:s, s:s}", "op", "memory", "sha256", sha256), NULL, 0, 0, NULL, NULL, NULL)
	    : NULL;

	if (json_is_object(json_object_get(memory, "kept"))) {
		json_object_set(args, "kept", json_object_get(memory, "kept"));
		json_object_set(args, "keys", json_object_get(memory, "keys"));
	}
	json_decref(memory);
}

/* Is there an index? Judging a file makes none. */
static bool
has_store(struct cmd_context *ctx)
{
	char *root = rc_path_value(cmd_rc(ctx), "store", NULL, "path");
	char *xapian = root != NULL ? g_build_filename(root, ".notmuch", NULL) : NULL;
	bool has = xapian != NULL && g_file_test(xapian, G_FILE_TEST_IS_DIR);

	g_free(xapian);
	g_free(root);
	return has;
}

void
cmd_tell_contacts(struct cmd_context *ctx)
{
	json_t *answer;

	if (!has_store(ctx))
		return;
	answer = supervisor_call(client_store(cmd_client(ctx)),
	    json_pack("{s:s, s:s}", "op", "complete", "what", "correspondents"), NULL, 0, 0, NULL, NULL,
	    NULL);

	if (json_is_array(json_object_get(answer, "items")))
		json_decref(supervisor_call(client_auth(cmd_client(ctx)),
		    json_pack("{s:s, s:O}", "op", "contacts", "items", json_object_get(answer, "items")),
		    NULL, 0, 0, NULL, NULL, NULL));
	json_decref(answer);
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
	add_memory(ctx, args, message);
	cmd_tell_contacts(ctx);
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
	struct cmd_zone own;
	int code;

	if (cmd_unknown_option(&argc, argv) != NULL || argc != 2)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
		    "usage: penfold auth [--dns ZONE] [--now TIME] [--account A] [--recheck] FILE"));
	cmd_zone_begin(ctx, &own, zone);
	code = judge_file(ctx, argv[1], account, now, recheck);
	cmd_zone_end(ctx, &own);
	return code;
}
