/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold auth-trust: whose Authentication-Results are believed, what the mail so far suggests, and the user's
 * word on it. Nothing is learnt without him. */
#include "cmd/cmd.h"

#include "base/rc_insert.h"
#include "base/safe_text.h"
#include "client/authserv.h"
#include "client/takeover.h"

#include <stdio.h>
#include <string.h>

#define USAGE "usage: penfold auth-trust [--account A] [ID...]"

/* {account, trusted, source, messages, domains, ids}; NULL and error. */
static json_t *
survey(struct cmd_context *ctx, const char *account, GError **error)
{
	json_t *trusted = supervisor_call(client_auth(cmd_client(ctx)),
	    json_pack("{s:s, s:s}", "op", "trusted", "account", account), NULL, 0, 0, NULL, NULL, error);
	json_t *learnt = trusted != NULL
	    ? supervisor_call(client_store(cmd_client(ctx)),
		  json_pack("{s:s, s:s}", "op", "authserv", "account", account), NULL, 0, 0, NULL, NULL,
		  error)
	    : NULL;

	if (learnt != NULL) {
		authserv_weigh(learnt, json_object_get(trusted, "ids"));
		json_object_set_new(learnt, "account", json_string(account));
		json_object_set(learnt, "trusted", json_object_get(trusted, "ids"));
		json_object_set(learnt, "source", json_object_get(trusted, "source"));
	}
	json_decref(trusted);
	return learnt;
}

static void
print_survey(const json_t *survey)
{
	const char *source = jsonl_string(survey, "source"), *account = jsonl_string(survey, "account");
	const json_t *one;
	size_t i;

	(void)printf("%s: %d judged messages, authors of %d domains\n", account,
	    (int)jsonl_int(survey, "messages", 0), (int)jsonl_int(survey, "domains", 0));
	json_array_foreach(json_object_get(survey, "trusted"), i, one) {
		char *id = safe_line(json_string_value(one));

		(void)printf("  trusted   %-32s by %s\n", id,
		    strcmp(source, "rc") == 0 ? "your rc file" : "what is known of this provider");
		g_free(id);
	}
	json_array_foreach(json_object_get(survey, "ids"), i, one) {
		bool is_proposed = jsonl_bool(one, "proposed", false);
		char *pattern = authserv_pattern(one), *id = safe_line(pattern);

		if (!jsonl_bool(one, "trusted", false))
			(void)printf("  %s  %-32s at the head of %d%%%s%s\n", is_proposed ? "proposed" : "seen    ",
			    id, (int)jsonl_int(one, "share", 0),
			    is_proposed ? "; to trust it: penfold auth-trust " : "", is_proposed ? id : "");
		g_free(pattern);
		g_free(id);
	}
}

/* Let a screen that runs say so; its judge sees the file. False: there is none, or it does not listen ([ui] takeover). */
static bool
tell_screen(struct cmd_context *ctx, const char *account, const char *id)
{
	char *state_dir = rc_state_dir(cmd_rc(ctx));
	json_t *obj = json_pack("{s:s, s:s, s:s}", "op", "trust", "account", account, "authserv_id", id);
	bool ok = takeover_ask(state_dir, obj);

	json_decref(obj);
	g_free(state_dir);
	return ok;
}

static int
confirm(struct cmd_context *ctx, const char *account, int n, char **ids)
{
	GError *error = NULL;

	for (int i = 0; i < n; i++) {
		if (!rc_insert(rc_path(cmd_rc(ctx)), "account", account, "authserv-id", ids[i], &error))
			return cmd_fail(error);
		bool is_told = tell_screen(ctx, account, ids[i]);
		if (!ctx->opts->json)
			(void)printf("%s is trusted for %s from now on (%s)%s\n", ids[i], account,
			    rc_path(cmd_rc(ctx)), is_told ? "; the screen that runs knows" : "");
	}
	if (ctx->opts->json)
		cmd_print_json(json_pack("{s:s, s:i}", "account", account, "added", n));
	return 0;
}

int
cmd_auth_trust(struct cmd_context *ctx, int argc, char **argv)
{
	const char *account = cmd_take_option(&argc, argv, "--account");
	const struct rc_account *const *accounts = rc_accounts(cmd_rc(ctx));
	GError *error = NULL;
	json_t *answer;

	if (cmd_unknown_option(&argc, argv) != NULL)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE, USAGE));
	if (account == NULL && accounts[0] != NULL)
		account = accounts[0]->name;
	if (account == NULL || rc_account(cmd_rc(ctx), account) == NULL)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_CONFIG, "%s: there is no [account \"%s\"]",
		    rc_path(cmd_rc(ctx)), account != NULL ? account : ""));
	if (argc > 1)
		return confirm(ctx, account, argc - 1, argv + 1);
	answer = survey(ctx, account, &error);
	if (answer == NULL)
		return cmd_fail(error);
	if (ctx->opts->json)
		cmd_print_json(json_incref(answer));
	else
		print_survey(answer);
	json_decref(answer);
	return 0;
}
