/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold setup: from an address to an account in the rc file. Servers are found and the log-in is
 * tested by penfold-setup; here are the questions, at most four, and the lines that are written. */
#include "cmd/cmd_setup.h"

#include "base/rc_value.h"
#include "base/rc_write.h"
#include "base/safe_text.h"
#include "cmd/cmd_ask.h"
#include "cmd/cmd_certificate.h"
#include "cmd/foreign.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PASSWORD_TRIES 3

/* --- who --- */

static bool
take_mailbox(struct setup *s, const char *text, GError **error)
{
	char *display = NULL, *address = NULL;

	if (!rc_value_mailbox(text, &display, &address, error))
		return false;
	g_free(s->address);
	s->address = address;
	if (s->display == NULL || *display != '\0') {
		g_free(s->display);
		s->display = display;
	} else {
		g_free(display);
	}
	return true;
}

/* "Ann Example" of the machine's own list of users; "" when that says nothing. */
static const char *
own_name(void)
{
	const char *name = g_get_real_name();

	return name == NULL || strcmp(name, "Unknown") == 0 || strcmp(name, "root") == 0 ? "" : name;
}

static bool
ask_who(struct setup *s, const char *given, GError **error)
{
	char *text, *question;

	if (given != NULL && !take_mailbox(s, given, error))
		return false;
	while (s->address == NULL && s->may_ask) {
		GError *why = NULL;

		text = cmd_ask_line("Your mail address:", NULL);
		if (text == NULL || *text == '\0') {
			g_free(text);
			break;
		}
		if (!take_mailbox(s, text, &why))
			setup_say("%s", why->message);
		g_clear_error(&why);
		g_free(text);
	}
	if (s->address == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "no address was given");
		return false;
	}
	if (*s->display == '\0' && s->may_ask) {
		question = g_strdup_printf("Your name, as others are to see it%s%s%s:",
		    *own_name() != '\0' ? " [" : "", own_name(), *own_name() != '\0' ? "]" : "");
		g_free(s->display);
		s->display = cmd_ask_line(question, own_name());
		if (s->display == NULL)
			s->display = g_strdup("");
		g_free(question);
	}
	return true;
}

/* A name that no account has: "example" of example.org, else with a number behind it. */
static char *
free_name(const struct rc *rc, const char *address)
{
	const char *domain = strrchr(address, '@') + 1;
	size_t len = strcspn(domain, ".");
	char *base = len > 0 && domain[len] == '.' ? g_ascii_strdown(domain, (gssize)len)
						   : g_strdup("mail");
	char *name = g_strdup(base);

	for (int i = 2; rc_account(rc, name) != NULL; i++) {
		g_free(name);
		name = g_strdup_printf("%s%d", base, i);
	}
	g_free(base);
	return name;
}

static bool
check_new(struct setup *s, GError **error)
{
	const struct rc *rc = cmd_rc(s->ctx);
	const struct rc_account *same = rc_account_of_address(rc, s->address);

	if (same != NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
		    "%s: [account \"%s\"] has the address %s already; what stands there is yours to "
		    "change",
		    rc_path(rc), same->name, s->address);
	else if (s->account == NULL)
		s->account = free_name(rc, s->address);
	else if (rc_account(rc, s->account) != NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
		    "%s: there is an [account \"%s\"] already; choose another name by --account",
		    rc_path(rc), s->account);
	else if (strpbrk(s->account, "\"\\/\n") != NULL || *s->account == '\0')
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
		    "an account's name is a word without quotes, slashes and line ends");
	return s->account != NULL && (error == NULL || *error == NULL);
}

/* --- the password, and whether it is good --- */

static bool
wants_password(const struct setup *s)
{
	const char *auth = jsonl_string(s->servers, "auth");

	return g_strcmp0(auth, "oauth2") != 0 && g_strcmp0(auth, "external") != 0;
}

static bool
get_secret(struct setup *s, const char *reason, GError **error)
{
	char *question, **argv;

	secret_free(s->secret);
	s->secret = NULL;
	if (s->command != NULL) {
		argv = rc_value_argv(s->command, error);
		s->secret = argv != NULL ? secret_of_argv(s->account, "password-command", argv, error) : NULL;
		g_strfreev(argv);
		return s->secret != NULL;
	}
	question = g_strdup_printf("Password of %s:", s->address);
	s->secret = cmd_ask_secret(reason, question);
	g_free(question);
	if (s->secret != NULL && secret_len(s->secret) > 0)
		return true;
	g_set_error(error, PF_ERROR, PF_ERROR_NO_SECRET, "no password was given");
	return false;
}

static json_t *
try_request(const struct setup *s)
{
	json_t *obj = json_pack(
	    "{s:s, s:s, s:s}", "op", "try", "address", s->address, "account", s->account);
	static const char *const keys[] = { "imap", "pop3", "smtp", "auth" };

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
		if (json_object_get(s->servers, keys[i]) != NULL)
			json_object_set(obj, keys[i], json_object_get(s->servers, keys[i]));
	return obj;
}

static bool
try_once(struct setup *s, GError **error)
{
	int fd = secret_to_fd(s->secret, error);
	json_t *done;

	if (fd < 0)
		return false;
	done = supervisor_call(client_setup(cmd_client(s->ctx)), try_request(s), &fd, 1, 0, setup_event,
	    s, error);
	close(fd);
	if (done == NULL)
		return false;
	json_object_update(s->servers, done);
	json_decref(done);
	return true;
}

/* A server whose certificate nobody vouches for may be taken by its fingerprint. */
static bool
try_with_certificates(struct setup *s, GError **error)
{
	GError *why = NULL;
	json_t *about = try_request(s);
	bool is_good = try_once(s, &why);

	if (!is_good && s->may_ask && cmd_certificate_settle(s->ctx, about, why)) {
		g_clear_error(&why);
		is_good = try_once(s, &why);
	}
	json_decref(about);
	if (why != NULL)
		g_propagate_error(error, why);
	return is_good;
}

/* A mistyped password is asked for again. */
static bool
log_in(struct setup *s, GError **error)
{
	const char *note = jsonl_string(s->servers, "note");
	GError *why = NULL; /* of the password before */

	if (note != NULL && !s->ctx->opts->json)
		setup_say("%s", note);
	if (!wants_password(s))
		return true;
	for (int tries = 1;; tries++) {
		bool is_there = get_secret(s, why != NULL ? why->message : NULL, error);

		g_clear_error(&why);
		if (!is_there)
			return false;
		if (s->is_untested || try_with_certificates(s, &why))
			return true;
		if (!s->may_ask || s->command != NULL || tries == PASSWORD_TRIES ||
		    !g_error_matches(why, PF_ERROR, PF_ERROR_AUTH)) {
			g_propagate_error(error, why);
			return false;
		}
	}
}

/* --- what is written --- */

static bool
keep_secret(struct setup *s, GError **error)
{
	json_t *done;
	int fd;
	bool has_keyring = json_is_true(json_object_get(s->servers, "has_keyring"));

	if (s->secret == NULL || s->command != NULL || !has_keyring || !s->may_ask ||
	    cmd_ask_letter("Keep the password in the keyring of the desktop, or in the rc file, which "
			   "only you can read? [k/r]",
		"kr") != 'k')
		return true;
	fd = secret_to_fd(s->secret, error);
	if (fd < 0)
		return false;
	done = supervisor_call(client_setup(cmd_client(s->ctx)),
	    json_pack("{s:s, s:s}", "op", "keep", "account", s->account), &fd, 1, 0, NULL, NULL,
	    error);
	close(fd);
	s->is_kept = done != NULL;
	json_decref(done);
	return s->is_kept;
}

bool
cmd_setup_readdress(struct setup *s, const char *text, GError **error)
{
	char *address = g_strdup(s->address), *account = g_strdup(s->account);

	if (!s->is_named)
		g_clear_pointer(&s->account, g_free); /* it came from the address before */
	if (take_mailbox(s, text, error) && check_new(s, error)) {
		g_free(address);
		g_free(account);
		return true;
	}
	g_free(s->address);
	g_free(s->account);
	s->address = address;
	s->account = account;
	return false;
}

bool
cmd_setup_login(struct setup *s, GError **error)
{
	return log_in(s, error) && keep_secret(s, error);
}

bool
cmd_setup_write(struct setup *s, GError **error)
{
	GString *text = cmd_setup_text(s);
	bool is_secret = s->secret != NULL && s->command == NULL && !s->is_kept;
	bool is_good = rc_write_append(rc_path(cmd_rc(s->ctx)), text->str, is_secret, error);

	explicit_bzero(text->str, text->len);
	g_string_free(text, TRUE);
	return is_good;
}

static void
tell_done(const struct setup *s)
{
	const char *path = rc_path(cmd_rc(s->ctx));

	if (s->ctx->opts->json) {
		json_t *obj = json_copy(s->servers);

		json_object_set_new(obj, "event", json_string("done"));
		json_object_set_new(obj, "account", json_string(s->account));
		json_object_set_new(obj, "address", json_string(s->address));
		json_object_set_new(obj, "rc", json_string(path));
		cmd_print_json(obj);
		return;
	}
	setup_say("[account \"%s\"] is written to %s.", s->account, path);
	if (!wants_password(s))
		setup_say("Now allow Penfold to use it: penfold login %s", s->account);
	if (jsonl_string(s->servers, "smtp") == NULL)
		setup_say("No server for sending was found: add smtp = smtps://HOST there.");
}

bool
cmd_setup_known(struct setup *s, GError **error)
{
	return ask_who(s, NULL, error) && check_new(s, error);
}

static bool
run(struct setup *s, const char *address, GError **error)
{
	return ask_who(s, address, error) && check_new(s, error) && setup_find(s, error) &&
	    cmd_setup_login(s, error) && cmd_setup_write(s, error);
}

static void
take_server(int *argc, char **argv, struct setup *s, const char *option)
{
	const char *text = cmd_take_option(argc, argv, option);

	if (text != NULL)
		json_object_set_new(s->servers, option + 2, jsonl_text(text, -1));
}

static void
take_options(int *argc, char **argv, struct setup *s)
{
	s->servers = json_object();
	take_server(argc, argv, s, "--imap");
	take_server(argc, argv, s, "--pop3");
	take_server(argc, argv, s, "--smtp");
	take_server(argc, argv, s, "--auth");
	s->account = g_strdup(cmd_take_option(argc, argv, "--account"));
	s->is_named = s->account != NULL;
	s->command = g_strdup(cmd_take_option(argc, argv, "--password-command"));
	s->is_untested = cmd_take_switch(argc, argv, "--no-test");
	s->may_ask = cmd_ask_may();
}

void
cmd_setup_free(struct setup *s)
{
	if (s->more != NULL)
		g_string_free(s->more, TRUE);
	g_free(s->address);
	g_free(s->display);
	g_free(s->account);
	g_free(s->command);
	json_decref(s->servers);
	secret_free(s->secret);
}

int
cmd_setup(struct cmd_context *ctx, int argc, char **argv)
{
	struct setup s = { .ctx = ctx };
	GError *error = NULL;
	const char *bad, *file;
	GPtrArray *from = g_ptr_array_new();
	bool is_yes = cmd_take_switch(&argc, argv, "--yes");
	int code;

	take_options(&argc, argv, &s);
	while ((file = cmd_take_option(&argc, argv, "--from")) != NULL)
		g_ptr_array_add(from, (gpointer)(guintptr)file);
	bad = cmd_unknown_option(&argc, argv);
	if (bad == NULL && argc == 1 && from->len > 0) {
		code = cmd_setup_from(ctx, from, is_yes, s.is_untested);
		cmd_setup_free(&s);
		g_ptr_array_unref(from);
		return code;
	}
	g_ptr_array_unref(from);
	if (bad != NULL || argc > 2) {
		cmd_setup_free(&s);
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
		    "usage: penfold setup [OPTIONS] [ADDRESS]; see penfold help setup"));
	}
	if (run(&s, argv[1], &error))
		tell_done(&s);
	cmd_setup_free(&s);
	return error != NULL ? cmd_fail(error) : 0;
}

bool
cmd_setup_is_due(struct cmd_context *ctx)
{
	return rc_accounts(cmd_rc(ctx))[0] == NULL && cmd_ask_may() && isatty(STDERR_FILENO);
}

bool
cmd_setup_first(struct cmd_context *ctx)
{
	struct setup s = { .ctx = ctx, .may_ask = true, .servers = json_object() };
	GError *error = NULL;
	bool is_written;

	if (cmd_setup_offer(ctx)) {
		cmd_setup_free(&s);
		return true;
	}
	setup_say("Welcome to Penfold.");
	setup_say("%s", "");
	setup_say("Your address and your password will do; the rest is looked for, and tried.");
	setup_say("An empty line goes on without one; `penfold setup --from FILE` takes accounts from " FOREIGN_PROGRAMS ".");
	setup_say("%s", "");
	is_written = run(&s, NULL, &error);
	if (is_written)
		tell_done(&s);
	else if (!g_error_matches(error, PF_ERROR, PF_ERROR_USAGE)) {
		setup_say("%s", error->message);
		setup_say("%s", "");
		g_free(cmd_ask_line(
		    "No account was written; `penfold setup` asks again. Enter opens Penfold without one, ^C leaves.",
		    NULL));
	}
	g_clear_error(&error);
	cmd_setup_free(&s);
	return is_written;
}
