/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold deliver: the last hop (MDA). 0 only when the message is on disk; any doubt is 75, so that the MTA keeps it
 * and tries again, also while the rc file holds a mistake. It is indexed as well, unless another program keeps the index
 * to itself: then by the next scan. */
#include "cmd/cmd.h"

#include <stdio.h>
#include <unistd.h>

#define EX_TEMPFAIL 75

int
cmd_deliver(struct cmd_context *ctx, int argc, char **argv)
{
	const char *folder = cmd_take_option(&argc, argv, "--folder");
	const char *account = cmd_take_option(&argc, argv, "--account");
	GError *error = NULL;
	json_t *answer;
	int fd;

	if (cmd_unknown_option(&argc, argv) != NULL || argc > 1)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
		    "usage: penfold deliver [--folder F] [--account A] < MESSAGE"));
	if (ctx->rc == NULL)
		ctx->rc = rc_load(ctx->opts->rc_path, ctx->opts->overrides, &error);
	fd = ctx->rc != NULL ? cmd_open_message(ctx, "-", NULL, &error) : -1;
	if (fd < 0) {
		(void)cmd_fail(error);
		return EX_TEMPFAIL;
	}
	answer = supervisor_call(client_store(cmd_client(ctx)),
	    json_pack("{s:s, s:b, s:s*, s:s*}", "op", "deliver", "index_later", true, "account", account, "folder", folder),
	    &fd, 1, 0, NULL, NULL, &error);
	close(fd);
	if (answer == NULL) {
		(void)cmd_fail(error);
		return EX_TEMPFAIL;
	}
	if (ctx->opts->json)
		cmd_print_json(answer);
	else
		json_decref(answer);
	return 0;
}
