/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold login: permission for an account that logs in by OAuth; for any other, a password for the
 * keyring. */
#include "base/safe_text.h"
#include "cmd/cmd.h"
#include "cmd/cmd_ask.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
on_event(const struct reply *reply, void *user)
{
	struct cmd_context *ctx = user;
	const char *code = jsonl_string(reply->obj, "code");
	char *url, *shown;

	if (ctx->opts->json) {
		cmd_print_json(json_incref((json_t *)(guintptr)reply->obj));
		return;
	}
	url = safe_line(jsonl_string(reply->obj, "url"));
	shown = safe_line(code != NULL ? code : "");
	if (code != NULL)
		(void)printf("Open %s on any device and enter the code\n\n    %s\n\n", url, shown);
	else
		(void)printf("Open this address in a browser on this machine:\n\n%s\n\n", url);
	(void)printf("Waiting for your consent there.\n");
	(void)fflush(stdout);
	g_free(shown);
	g_free(url);
}

static bool
by_oauth(struct cmd_context *ctx, const char *account, const char *how, GError **error)
{
	json_t *request = json_pack("{s:s, s:s}", "op", "login", "account", account), *done;

	if (how != NULL)
		json_object_set_new(request, "how", json_string(how));
	done = supervisor_call(client_setup(cmd_client(ctx)), request, NULL, 0, 0, on_event, ctx,
	    error);
	if (done == NULL)
		return false;
	json_decref(done);
	if (ctx->opts->json)
		cmd_print_json(json_pack("{s:s, s:s}", "event", "done", "account", account));
	else
		(void)printf("Penfold may use the account \"%s\" now.\n", account);
	return true;
}

static bool
by_password(struct cmd_context *ctx, const struct rc_account *account, GError **error)
{
	char *question = g_strdup_printf("Password of %s, for the keyring:", account->address);
	struct secret *secret = cmd_ask_secret(NULL, question);
	json_t *done = NULL;
	int fd;

	g_free(question);
	if (secret == NULL || secret_len(secret) == 0) {
		g_set_error(error, PF_ERROR, PF_ERROR_NO_SECRET, "no password was given");
		secret_free(secret);
		return false;
	}
	fd = secret_to_fd(secret, error);
	secret_free(secret);
	if (fd < 0)
		return false;
	done = supervisor_call(client_setup(cmd_client(ctx)),
	    json_pack("{s:s, s:s}", "op", "keep", "account", account->name), &fd, 1, 0, NULL, NULL,
	    error);
	close(fd);
	if (done == NULL)
		return false;
	json_decref(done);
	if (ctx->opts->json)
		cmd_print_json(json_pack("{s:s, s:s}", "event", "done", "account", account->name));
	else
		(void)printf("The keyring has the password of \"%s\".\n", account->name);
	return true;
}

/* Does the account's `auth` take a token? */
static bool
wants_token(const struct rc *rc, const char *account)
{
	static const char *const tokens[] = { "oauth2", "oauthbearer", "xoauth2", NULL };
	const char *auth = rc_string(rc, "account", account, "auth");

	return auth != NULL && g_strv_contains(tokens, auth);
}

int
cmd_login(struct cmd_context *ctx, int argc, char **argv)
{
	bool by_code = cmd_take_switch(&argc, argv, "--device");
	bool by_browser = cmd_take_switch(&argc, argv, "--browser");
	const struct rc_account *account;
	const char *how = by_code ? "device" : by_browser ? "browser" : NULL;
	GError *error = NULL;

	if (cmd_unknown_option(&argc, argv) != NULL || argc != 2 || (by_code && by_browser))
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
		    "usage: penfold login [--device | --browser] ACCOUNT"));
	account = rc_account(cmd_rc(ctx), argv[1]);
	if (account == NULL)
		g_set_error(&error, PF_ERROR, PF_ERROR_CONFIG, "%s: there is no [account \"%s\"]",
		    rc_path(cmd_rc(ctx)), argv[1]);
	else if (wants_token(cmd_rc(ctx), argv[1]))
		(void)by_oauth(ctx, argv[1], how, &error);
	else
		(void)by_password(ctx, account, &error);
	return error != NULL ? cmd_fail(error) : 0;
}
