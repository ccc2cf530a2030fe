/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold spf: may this host send for this address? */
#include "cmd/cmd.h"

#include <arpa/inet.h>
#include <string.h>
#include <stdio.h>

#define SPF_DEADLINE_MS 60000

static void
print_result(const json_t *answer)
{
	const json_t *records = json_object_get(answer, "records");
	const json_t *one;
	size_t i;

	cmd_print_item("result", jsonl_string(answer, "result"));
	cmd_print_item("domain", jsonl_string(answer, "domain"));
	cmd_print_item("decided by", jsonl_string(answer, "matched"));
	cmd_print_item("because", jsonl_string(answer, "problem"));
	cmd_print_item("they explain", jsonl_string(answer, "explanation"));
	json_array_foreach(records, i, one)
		cmd_print_item(i == 0 ? "records" : "", json_string_value(one));
	(void)printf("%-14s %d of 10, %d of 2 without an answer\n", "look-ups",
	    (int)jsonl_int(answer, "lookups", 0), (int)jsonl_int(answer, "void_lookups", 0));
}

static int
ask(struct cmd_context *ctx, const char *ip, const char *helo, const char *from)
{
	GError *error = NULL;
	json_t *answer = supervisor_call(client_auth(cmd_client(ctx)),
	    json_pack("{s:s, s:s, s:s, s:s}", "op", "spf", "ip", ip, "helo", helo, "from", from),
	    NULL, 0, SPF_DEADLINE_MS, NULL, NULL, &error);

	if (answer == NULL)
		return cmd_fail(error);
	if (ctx->opts->json) {
		cmd_print_json(answer);
		return 0;
	}
	print_result(answer);
	json_decref(answer);
	return 0;
}

/* The path of MAIL FROM as SMTP writes it, <a@b.example> or <>, without its brackets. Owned. */
static char *
bare(const char *from)
{
	size_t len = strlen(from);

	return len >= 2 && from[0] == '<' && from[len - 1] == '>' ? g_strndup(from + 1, len - 2)
								  : g_strdup(from);
}

int
cmd_spf(struct cmd_context *ctx, int argc, char **argv)
{
	const char *zone = cmd_take_option(&argc, argv, "--dns");
	const char *ip = cmd_take_option(&argc, argv, "--ip");
	const char *helo = cmd_take_option(&argc, argv, "--helo");
	const char *from = cmd_take_option(&argc, argv, "--from");
	unsigned char bytes[16];
	struct cmd_zone own;
	int code;

	if (cmd_unknown_option(&argc, argv) != NULL || argc != 1 || ip == NULL || helo == NULL ||
	    from == NULL)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
		    "usage: penfold spf --ip IP --helo NAME --from ADDRESS [--dns ZONE]"));
	if (inet_pton(AF_INET, ip, bytes) != 1 && inet_pton(AF_INET6, ip, bytes) != 1)
		return cmd_fail(
		    g_error_new(PF_ERROR, PF_ERROR_USAGE, "--ip: \"%s\" is no IP address", ip));
	char *path = bare(from);
	cmd_zone_begin(ctx, &own, zone);
	code = ask(ctx, ip, helo, path);
	cmd_zone_end(ctx, &own);
	g_free(path);
	return code;
}
