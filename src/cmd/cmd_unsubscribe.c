/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold unsubscribe: leave the list that a message came through. */
#include "cmd/cmd.h"

#include <stdio.h>
#include <unistd.h>

#define UNSUBSCRIBE_DEADLINE_MS 60000

static void
print_offer(const json_t *offer)
{
	cmd_print_item("one click", jsonl_bool(offer, "one_click", false) ? "yes" : "no");
	cmd_print_item("because", jsonl_string(offer, "reason"));
	cmd_print_item("signed by", jsonl_string(offer, "domain"));
	cmd_print_item("said to", jsonl_string(offer, "url"));
	cmd_print_item("or write to", jsonl_string(offer, "mailto"));
	if (json_object_get(offer, "status") != NULL)
		(void)printf("%-14s %d\n", "answer", (int)jsonl_int(offer, "status", 0));
}

/* Is what was wanted done: the offer believed, or the list left? */
static bool
is_done(const json_t *offer, bool post)
{
	return jsonl_bool(offer, post ? "done" : "one_click", false);
}

int
cmd_unsubscribe(struct cmd_context *ctx, int argc, char **argv)
{
	bool yes = cmd_take_switch(&argc, argv, "--yes");
	GError *error = NULL;
	json_t *message = NULL, *answer;
	int fd;

	if (cmd_unknown_option(&argc, argv) != NULL || argc != 2)
		return cmd_fail(g_error_new(
		    PF_ERROR, PF_ERROR_USAGE, "usage: penfold unsubscribe [--yes] FILE"));
	fd = cmd_open_message(ctx, argv[1], &message, &error);
	if (fd < 0)
		return cmd_fail(error);
	answer = supervisor_call(client_auth(cmd_client(ctx)),
	    json_pack("{s:s, s:b, s:O*, s:s*}", "op", "unsubscribe", "post", yes, "verdict",
		json_object_get(message, "verdict"), "account", jsonl_string(message, "account")),
	    &fd, 1, UNSUBSCRIBE_DEADLINE_MS, NULL, NULL, &error);
	close(fd);
	json_decref(message);
	if (answer == NULL)
		return cmd_fail(error);
	json_t *offer = json_incref(json_object_get(answer, "offer"));
	bool is_ok = is_done(offer, yes);
	json_decref(answer);
	if (ctx->opts->json) {
		cmd_print_json(offer);
	} else {
		print_offer(offer);
		json_decref(offer);
	}
	return is_ok ? 0 : 1;
}
