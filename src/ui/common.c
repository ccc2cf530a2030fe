/* SPDX-License-Identifier: GPL-3.0-or-later */
/* common.c - what every view can do. */
#include "ui/common.h"

#include "base/account_log.h"
#include "base/mailbox_text.h"
#include "ui/auth_trust.h"
#include "ui/certificate.h"
#include "ui/command.h"
#include "ui/compose.h"
#include "ui/drafts_view.h"
#include "ui/help.h"
#include "ui/keys_view.h"
#include "ui/list_sweep.h"
#include "ui/list_view.h"
#include "ui/mailbox.h"
#include "ui/outbox.h"
#include "ui/outbox_view.h"
#include "ui/page.h"
#include "ui/place.h"
#include "ui/prompt.h"
#include "ui/sidebar.h"
#include "ui/settings.h"
#include "ui/sieve_view.h"
#include "ui/status.h"
#include "ui/tabs.h"
#include "ui/undo.h"
#include "ui/usage.h"

#include <string.h>

#define LOG_LINES 200 /* of each account, that are shown */

void
common_say_no_account(struct app *app)
{
	app_error(app, "an account with an address is needed first: `penfold setup` asks for it, or write it into %s",
	    rc_path(app->rc));
}

const struct rc_account *
common_account(struct app *app, const char *name)
{
	const struct rc_account *account = name != NULL ? rc_account(app->rc, name) : NULL;
	if (account == NULL)
		account = rc_accounts(app->rc)[0];
	if (account == NULL)
		common_say_no_account(app);
	return account;
}

json_t *
common_own_addresses(const struct app *app)
{
	json_t *own = json_array();
	const struct rc_account *const *accounts = rc_accounts(app->rc);
	for (size_t i = 0; accounts[i] != NULL; i++) {
		char *mailbox = mailbox_text(accounts[i]->display, accounts[i]->address);
		json_array_append_new(own, jsonl_text(mailbox, -1));
		g_free(mailbox);
		const char *const *aliases =
		    rc_list(app->rc, "account", accounts[i]->name, "aliases");
		for (size_t k = 0; aliases[k] != NULL; k++)
			json_array_append_new(own, jsonl_text(aliases[k], -1));
	}
	return own;
}

/* actions */

static void
act_close(struct app *app, const char *arg)
{
	(void)arg;
	app_pop(app);
}

static void
on_quit_answer(struct app *app, char answer, void *user)
{
	(void)user;
	if (answer == 'y')
		app_quit(app, 0);
	else
		app->wants_reload = false;
}

/* Views that must not be closed now. */
static bool
is_held(struct app *app)
{
	GPtrArray *views = tabs_views(app);
	bool held = false;
	for (guint i = 0; i < views->len; i++) {
		struct view *v = views->pdata[i];
		held = held || (v->class->holds != NULL && v->class->holds(app, v) != NULL);
	}
	g_ptr_array_unref(views);
	return held;
}

void
common_quit(struct app *app)
{
	if (is_held(app))
		prompt_choose(app, "A letter is in the editor: what is not written there is lost. Quit all the same? (y/n) ",
		    "yn", on_quit_answer, NULL, NULL);
	else if (client_is_sending(app->client) && outbox_n_waiting(app) > 0)
		prompt_choose(app, "A letter is being sent. Quit all the same? (y/n) ", "yn",
		    on_quit_answer, NULL, NULL);
	else
		app_quit(app, 0);
}

static void
act_quit(struct app *app, const char *arg)
{
	(void)arg;
	app->wants_reload = false;
	common_quit(app);
}

static void
act_help(struct app *app, const char *arg)
{
	(void)arg;
	help_open(app);
}

static void
act_command(struct app *app, const char *arg)
{
	(void)arg;
	command_ask(app);
}

static void
act_sync(struct app *app, const char *arg)
{
	(void)arg;
	bool has_remote = false;
	const struct rc_account *const *accounts = rc_accounts(app->rc);
	for (size_t i = 0; accounts[i] != NULL; i++)
		has_remote = has_remote || !accounts[i]->is_local;
	if (app->is_read_only) {
		app_say(app, "this Penfold was started with -R: no mail is fetched");
		return;
	}
	if (accounts[0] == NULL) {
		common_say_no_account(app);
		return;
	}
	status_tell_again(app);
	client_scan(app->client, NULL, NULL); /* what other programs have put into the folders */
	client_sync_retry(app->client);
	client_sync_all(app->client);
	client_queue_run(app->client);
	app_say(app, has_remote ? "fetching and sending" : "sending what waits");
}

/* What runs on and on is stopped; what is done stays done. */
static void
act_cancel(struct app *app, const char *arg)
{
	struct list_view *l = list_view_of(app);
	(void)arg;
	bool was_searching = l != NULL && (list_sweep_stop(l) || list_view_stop_marking(l) || rows_stop(list_view_rows(l)));
	unsigned n = client_stop_syncs(app->client);
	if (n > 0)
		app_say(app, "fetching is being stopped; $ goes on with it");
	else
		app_say(app, was_searching ? "the search is stopped" : "nothing is running that could be stopped");
}

static void
act_undo(struct app *app, const char *arg)
{
	(void)arg;
	undo_last(app);
}

static void
act_usage(struct app *app, const char *arg)
{
	(void)arg;
	usage_open(app);
}

static void
act_redo(struct app *app, const char *arg)
{
	(void)arg;
	undo_redo(app);
}

static void
act_macro(struct app *app, const char *arg)
{
	if (arg != NULL)
		command_macro(app, arg);
	else
		app_say(app, "macro NAME runs a [macro \"NAME\"] of the rc file");
}

static void
act_tab_new(struct app *app, const char *arg)
{
	struct place *p = arg != NULL ? mailbox_find_place(app, arg)
				      : place_copy(list_view_place(list_view_of(app)));
	if (p != NULL)
		tabs_open(app, p);
	else
		app_error(app, "there is no folder \"%s\"; c lists them", arg);
	place_free(p);
}

static void
act_tab_close(struct app *app, const char *arg)
{
	(void)arg;
	const char *why = tabs_holds(app);
	if (why != NULL)
		app_say(app, "%s", why);
	else if (!tabs_close(app))
		app_say(app, "this is the only %s; Q leaves Penfold", tabs_count(app) > 1 ? "list" : "tab");
}

static void
step_tab(struct app *app, int by)
{
	int n = (int)tabs_count(app);
	if (n == 1)
		app_say(app, "this is the only tab; C-t opens one");
	else
		tabs_show(app, (guint)(((int)tabs_current(app) + by + n) % n));
}

static void
act_tab_next(struct app *app, const char *arg)
{
	(void)arg;
	step_tab(app, 1);
}

static void
act_tab_previous(struct app *app, const char *arg)
{
	(void)arg;
	step_tab(app, -1);
}

/* M-1 is the first. */
static void
act_tab(struct app *app, const char *arg)
{
	guint64 n = (app->last_key & ~TERM_ALT) - '0';
	if (arg != NULL && !g_ascii_string_to_unsigned(arg, 10, 1, 99, &n, NULL))
		app_error(app, "a tab's number is wanted, not \"%s\"", arg);
	else if (n >= 1 && n <= 99)
		tabs_show(app, (guint)n - 1);
	else
		app_say(app, "tab NUMBER shows one");
}

static void
act_letter(struct app *app, const char *arg)
{
	(void)arg;
	if (!tabs_swap(app))
		app_say(app, "no letter is open; m writes one, R shows the drafts");
}

static void
act_outbox(struct app *app, const char *arg)
{
	(void)arg;
	struct place *p = place_special(PLACE_OUTBOX);
	if (app_top(app)->class->has_sidebar)
		sidebar_go(app, p);
	else
		outbox_view_open(app);
	place_free(p);
}

static void
act_drafts(struct app *app, const char *arg)
{
	(void)arg;
	if (drafts_view_recall_only(app)) /* there is nothing to choose */
		return;
	struct place *p = place_special(PLACE_DRAFTS);
	if (app_top(app)->class->has_sidebar)
		sidebar_go(app, p);
	else
		drafts_view_open(app);
	place_free(p);
}

static void
act_write(struct app *app, const char *arg)
{
	compose_new(app, arg);
}

static void
on_template(struct app *app, const char *name, void *user)
{
	(void)user;
	if (name != NULL && *name != '\0')
		compose_template(app, name);
}

static void
act_template(struct app *app, const char *arg)
{
	const char *const *names = rc_names(app->rc, "template");
	if (names[0] == NULL) {
		app_say(app, "[template \"NAME\"] in %s names a file to begin letters with",
		    rc_path(app->rc));
		return;
	}
	if (arg != NULL)
		on_template(app, arg, NULL);
	else
		prompt_ask(app, PROMPT_TEMPLATE, "Template: ", names[0], on_template, NULL, NULL);
}

static void
act_messages(struct app *app, const char *arg)
{
	(void)arg;
	const GPtrArray *history = status_history(app);
	struct lines *lines = page_open(app, "Messages", NULL);
	for (guint i = 0; i < history->len; i++)
		lines_add_wrapped(lines, STYLE_TEXT, "", STYLE_TEXT, history->pdata[i], page_text_cols());
	if (history->len == 0)
		lines_add(lines, STYLE_DIM, "Nothing has been said yet.");
}

/* Of each account, or of one, what was fetched and sent, newest first. */
static void
act_log(struct app *app, const char *arg)
{
	const struct rc_account *const *accounts = rc_accounts(app->rc);
	if (arg != NULL && rc_account(app->rc, arg) == NULL) {
		app_error(app, "%s: there is no such account in %s", arg, rc_path(app->rc));
		return;
	}
	struct lines *lines = page_open(app, "What happened", NULL);
	for (size_t i = 0; accounts[i] != NULL; i++) {
		if (arg != NULL && !g_str_equal(arg, accounts[i]->name))
			continue;
		GPtrArray *last = account_log_last(app->rc, accounts[i]->name, LOG_LINES);
		lines_add(lines, STYLE_HEADING, accounts[i]->name);
		for (guint k = last->len; k > 0; k--)
			lines_add_wrapped(lines, STYLE_TEXT, "  ", STYLE_TEXT, last->pdata[k - 1], page_text_cols());
		if (last->len == 0)
			lines_add(lines, STYLE_DIM, "  nothing yet");
		lines_add(lines, STYLE_TEXT, "");
		g_ptr_array_unref(last);
	}
}

static void
act_auth_trust(struct app *app, const char *arg)
{
	auth_trust_start(app, arg);
}

static void
act_certificate(struct app *app, const char *arg)
{
	certificate_start(app, arg);
}

static void
act_keys(struct app *app, const char *arg)
{
	keys_view_open(app, arg);
}

/* clang-format off */
static const struct action actions[] = {
	{"help",	"?, F1",	"help",	NULL,	"the keys as they are now",		act_help},
	{"close",	"q",		"back",	NULL,	"one level up",	act_close},
	{"quit",	"Q",		NULL,	NULL,	"leave Penfold",				act_quit},
	{"command",	":",		NULL,	NULL,	"type an action by its name",			act_command},
	{"undo",	"u",		NULL,	NULL,	"take back the last deed, on and on",	act_undo},
	{"cancel",	"C-g",		NULL,	NULL,	"stop what runs: a search, fetching",		act_cancel},
	{"redo",	"C-r",		NULL,	NULL,	"do again what was taken back",			act_redo},
	{"write",	"m",		"write",	"TO",	"write a letter",				act_write},
	{"template",	"M-m",		NULL,	"TEMPLATE",	"write a letter from a template",		act_template},
	{"auth-trust",	NULL,		NULL,	"ACCOUNT", "whose word on senders to believe",	act_auth_trust},
	{"certificate",	NULL,		NULL,	"ACCOUNT", "its servers' certificates, taken by the fingerprint", act_certificate},
	{"sieve",	NULL,		NULL,	"ACCOUNT", "filters that the server runs: look, edit, run", act_sieve},
	{"drafts",	"R",		NULL,	NULL,	"letters that are not finished; the only one at once", act_drafts},
	{"outbox",	"O",		NULL,	NULL,	"letters that are not gone yet",		act_outbox},
	{"sync",	"$",		NULL,	NULL,	"send what waits and fetch new mail",		act_sync},
	{"tab-new",	"C-t",		NULL,	"FOLDER", "another list beside this one",		act_tab_new},
	{"tab-close",	"C-w",		NULL,	NULL,	"close this tab",				act_tab_close},
	{"tab-next",	"}",		NULL,	NULL,	"the next tab",					act_tab_next},
	{"tab-previous", "{",		NULL,	NULL,	"the tab before",				act_tab_previous},
	{"tab",		"M-1, M-2, M-3, M-4, M-5, M-6, M-7, M-8, M-9", NULL, "NUMBER", "a tab by its number", act_tab},
	{"letter",	"C-]",		NULL,	NULL,	"to the letter that is written, and back",	act_letter},
	{"macro",	NULL,		NULL,	"MACRO", "run a macro of the rc file",			act_macro},
	{"keys",	NULL,		NULL,	"WORDS", "keys and certificates: validity, expiry, fingerprint", act_keys},
	{"settings",	NULL,		NULL,	NULL,	"the rc file in your editor, then taken in",	act_settings_edit},
	{"set",		NULL,		NULL,	"SETTING", "one setting of the rc file, changed and taken in",	act_settings_set},
	{"reload",	NULL,		NULL,	NULL,	"read the rc file anew",			act_settings_reload},
	{"shell",	"!",		NULL,	"COMMAND", "a shell, or what a command prints",	act_settings_shell},
	{"usage",	NULL,		NULL,	NULL,	"the store in figures, and how fast it was fetched", act_usage},
	{"messages",	NULL,		NULL,	NULL,	"what the last line has said",		act_messages},
	{"log",		NULL,		NULL,	"ACCOUNT", "what was fetched and sent, newest first",	act_log},
	{NULL,		NULL,		NULL,	NULL,	NULL,						NULL},
};
/* clang-format on */

const struct action_set common_actions = {NULL, "Everywhere", actions};
