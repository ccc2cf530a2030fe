/* SPDX-License-Identifier: GPL-3.0-or-later */
/* secret_ask.c - a masked line, and whether the keyring is to have it. */
#include "ui/secret_ask.h"

#include "base/secret.h"
#include "ui/prompt.h"

#include <string.h>

static void
ask(struct app *app, const char *account);

/* The answer to the log-in may have come while this question was open. */
static void
on_keep(struct app *app, char answer, void *user)
{
	char *next = g_steal_pointer(&app->wants_secret);
	if (answer == 'k')
		client_keep_secret(app->client, user);
	if (next != NULL)
		ask(app, next);
	g_free(next);
}

static void
on_password(struct app *app, const char *text, void *user)
{
	const char *account = user;
	if (text == NULL || *text == '\0') {
		app->declines_secrets = true;
		app_say(app, "%s waits for its password; `penfold login %s` gives it to the keyring", account,
		    account);
		return;
	}
	struct secret *secret = secret_new(text, strlen(text));
	client_give_secret(app->client, account, secret);
	secret_free(secret);
	prompt_choose(app, "(r)emember it until you leave, or (k)eep it in the keyring of the desktop? ", "rk",
	    on_keep, g_strdup(account), g_free);
}

static void
ask(struct app *app, const char *account)
{
	char *label = g_strdup_printf("Password of %s: ", account);
	prompt_ask(app, PROMPT_SECRET, label, NULL, on_password, g_strdup(account), g_free);
	g_free(label);
}

void
secret_ask_waiting(struct app *app)
{
	if (app->wants_secret == NULL || prompt_is_open(app))
		return;
	char *account = g_steal_pointer(&app->wants_secret);
	ask(app, account);
	g_free(account);
}

void
secret_ask_notice(struct app *app, const struct client_notice *notice)
{
	const char *account = jsonl_string(notice->obj, "account");
	if (notice->kind != CLIENT_SYNC_ERROR || account == NULL || app->declines_secrets ||
	    g_strcmp0(jsonl_string(notice->obj, "code"), "no-password") != 0)
		return;
	if (!prompt_is_open(app) && !app_is_typed_into(app)) {
		ask(app, account);
		return;
	}
	g_free(app->wants_secret);
	app->wants_secret = g_strdup(account);
}
