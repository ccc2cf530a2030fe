/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold dkim verify and check: what the DNS says of signatures and of keys. */
#include "cmd/cmd_dkim.h"
#include "base/safe_text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DEADLINE_MS 60000

/* --- verify --- */

static void
print_signature(const json_t *one)
{
	char *domain = safe_line(jsonl_string(one, "d")), *selector = safe_line(jsonl_string(one, "s"));
	char *reason = safe_line(jsonl_string(one, "reason"));

	(void)printf("%-9s  %s  %s._domainkey.%s%s%s\n", jsonl_string(one, "result"),
	    jsonl_string(one, "a") != NULL ? jsonl_string(one, "a") : "?", selector, domain,
	    *reason != '\0' ? "  " : "", reason);
	g_free(domain);
	g_free(selector);
	g_free(reason);
}

int
cmd_dkim_verify_fd(struct cmd_context *ctx, int fd, const char *now)
{
	GError *error = NULL;
	json_t *answer = supervisor_call(client_auth(cmd_client(ctx)),
	    json_pack("{s:s, s:s*}", "op", "judge", "now", now), &fd, 1, DEADLINE_MS, NULL, NULL,
	    &error);
	json_t *list = json_object_get(json_object_get(answer, "verdict"), "dkim"), *one;
	bool is_any = false;
	size_t i;

	if (answer == NULL)
		return cmd_fail(error);
	json_array_foreach(list, i, one)
	{
		is_any = is_any || g_strcmp0(jsonl_string(one, "result"), "pass") == 0;
		if (!ctx->opts->json)
			print_signature(one);
	}
	if (ctx->opts->json)
		cmd_print_json(json_pack("{s:b, s:O}", "ok", is_any, "dkim", list));
	else if (json_array_size(list) == 0)
		(void)printf("none\n");
	json_decref(answer);
	return is_any ? 0 : 1;
}

int
cmd_dkim_verify(struct cmd_context *ctx, int argc, char **argv)
{
	const char *zone = cmd_take_option(&argc, argv, "--dns");
	const char *now = cmd_take_option(&argc, argv, "--now");
	struct cmd_zone own;
	GError *error = NULL;
	int fd, code;

	if (cmd_unknown_option(&argc, argv) != NULL || argc != 2)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
		    "usage: penfold dkim verify [--dns ZONE] [--now TIME] FILE"));
	cmd_zone_begin(ctx, &own, zone);
	fd = cmd_open_message(ctx, argv[1], NULL, &error);
	code = fd >= 0 ? cmd_dkim_verify_fd(ctx, fd, now) : cmd_fail(error);
	if (fd >= 0)
		close(fd);
	cmd_zone_end(ctx, &own);
	return code;
}

/* --- check --- */

static void
print_state(const json_t *key, const json_t *told)
{
	const json_t *finding;
	size_t i;

	(void)printf("%-8s  %-7s  %s\n", jsonl_string(told, "state"), jsonl_string(key, "type"),
	    jsonl_string(key, "name"));
	json_array_foreach(json_object_get(told, "findings"), i, finding) {
		char *text = safe_line(jsonl_string(finding, "text"));

		(void)printf("  %s: %s\n", jsonl_string(finding, "level"), text);
		g_free(text);
	}
	if (g_strcmp0(jsonl_string(told, "state"), "match") != 0)
		(void)printf("  to publish: %s\n", jsonl_string(key, "zone"));
}

/* Each key with what the DNS says of it. */
static int
print_states(struct cmd_context *ctx, const json_t *keys, const json_t *told)
{
	json_t *out = json_array(), *key, *one;
	bool is_ok = true;
	size_t i;

	json_array_foreach(keys, i, key)
	{
		const json_t *of_it = json_array_get(told, i);

		is_ok = is_ok && g_strcmp0(jsonl_string(of_it, "state"), "match") == 0;
		if (!ctx->opts->json)
			print_state(key, of_it);
		one = json_copy(key);
		json_object_set(one, "state", json_object_get(of_it, "state"));
		json_object_set(one, "findings", json_object_get(of_it, "findings"));
		json_array_append_new(out, one);
	}
	if (ctx->opts->json)
		cmd_print_json(json_pack("{s:b, s:O}", "ok", is_ok, "keys", out));
	json_decref(out);
	return is_ok ? 0 : 1;
}

static int
check(struct cmd_context *ctx, const char *account, json_t *given)
{
	GError *error = NULL;
	json_t *keys = cmd_dkim_public(ctx, account, given, &error), *told;
	const json_t *list = json_object_get(keys, "keys");
	int code;

	if (keys == NULL)
		return cmd_fail(error);
	if (json_array_size(list) == 0) {
		json_decref(keys);
		return cmd_dkim_no_key(ctx, account);
	}
	told = supervisor_call(client_auth(cmd_client(ctx)),
	    json_pack("{s:s, s:O}", "op", "dkim-record", "keys", list), NULL, 0, DEADLINE_MS, NULL, NULL,
	    &error);
	code = told != NULL ? print_states(ctx, list, json_object_get(told, "keys")) : cmd_fail(error);
	json_decref(told);
	json_decref(keys);
	return code;
}

int
cmd_dkim_check(struct cmd_context *ctx, int argc, char **argv)
{
	const char *zone = cmd_take_option(&argc, argv, "--dns");
	const char *account = cmd_take_option(&argc, argv, "--account");
	json_t *given = cmd_dkim_take_key(&argc, argv);
	struct cmd_zone own;
	int code;

	if (cmd_unknown_option(&argc, argv) != NULL || argc != 1) {
		json_decref(given);
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
		    "usage: penfold dkim check [--dns ZONE] [--account A | --key FILE --selector S "
		    "--domain D]"));
	}
	cmd_zone_begin(ctx, &own, zone);
	code = check(ctx, given != NULL ? NULL : cmd_dkim_account(ctx, account), given);
	cmd_zone_end(ctx, &own);
	json_decref(given);
	return code;
}
