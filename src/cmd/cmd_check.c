/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold check: the MSA checks on a message; --fix prints the mended one. */
#include "cmd/cmd.h"
#include "base/file.h"
#include "base/safe_text.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static void
print_findings(const json_t *findings)
{
	size_t i;
	json_t *one;

	json_array_foreach(findings, i, one) {
		char *where = safe_line(jsonl_string(one, "where"));
		char *text = safe_line(jsonl_string(one, "text"));

		(void)printf("%-5s  %s  %s: %s (%s)\n", jsonl_string(one, "level"),
		    jsonl_string(one, "code"), where, text, jsonl_string(one, "ref"));
		g_free(where);
		g_free(text);
	}
}

static int
check(struct cmd_context *ctx, int fd, const char *account, bool fix)
{
	GError *error = NULL;
	FILE *mended = fix ? tmpfile() : NULL;
	int fds[2] = { fd, mended != NULL ? fileno(mended) : -1 };
	json_t *answer = supervisor_call(client_store(cmd_client(ctx)),
	    json_pack("{s:s, s:s*, s:b}", "op", "check", "account", account, "fix", fix), fds,
	    mended != NULL ? 2 : 1, 0, NULL, NULL, &error);
	bool ok = jsonl_bool(answer, "ok", false);

	if (answer == NULL) {
		if (mended != NULL)
			(void)fclose(mended);
		return cmd_fail(error);
	}
	if (mended != NULL) {
		(void)lseek(fileno(mended), 0, SEEK_SET);
		ok = file_copy_fd(fileno(mended), STDOUT_FILENO, NULL, &error) && ok;
		(void)fclose(mended);
	} else if (ctx->opts->json) {
		cmd_print_json(json_pack("{s:b, s:O}", "ok", ok, "findings",
		    json_object_get(answer, "findings")));
	} else {
		print_findings(json_object_get(answer, "findings"));
	}
	json_decref(answer);
	if (error != NULL)
		return cmd_fail(error);
	return ok ? 0 : 1;
}

int
cmd_check(struct cmd_context *ctx, int argc, char **argv)
{
	const char *account = cmd_take_option(&argc, argv, "--account");
	bool fix = cmd_take_switch(&argc, argv, "--fix");
	GError *error = NULL;
	int fd, code;

	if (cmd_unknown_option(&argc, argv) != NULL || argc != 2)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
		    "usage: penfold check [--fix] [--account A] FILE"));
	fd = cmd_open_message(ctx, argv[1], NULL, &error);
	if (fd < 0)
		return cmd_fail(error);
	code = check(ctx, fd, account, fix);
	close(fd);
	return code;
}
