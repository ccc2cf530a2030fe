/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold certificate: what the servers of an account show, and whether one is taken for the server's by its
 * fingerprint. Nothing is taken unless the user says so. */
#include "cmd/cmd_certificate.h"

#include "base/safe_text.h"
#include "cmd/cmd_ask.h"

#include <stdio.h>
#include <string.h>

#define USAGE "usage: penfold certificate [ACCOUNT] [--take FINGERPRINT | --forget]"

static const struct {
	const char *state, *text;
	bool is_good;
} states[] = {
	{ "verified", "trusted: an authority of this machine vouches for it", true },
	{ "pinned", "trusted by its fingerprint alone, on your word", true },
	{ "changed", "NOT trusted, and not the one that you took before", false },
	{ "unknown", "NOT trusted", false },
	{ "unreachable", "not seen", false },
};

static size_t
state_of(const json_t *server)
{
	const char *state = jsonl_string(server, "state");
	size_t i = 0;

	while (i < G_N_ELEMENTS(states) - 1 && g_strcmp0(states[i].state, state) != 0)
		i++;
	return i;
}

static void
print_line(FILE *to, const char *label, const json_t *server, const char *key)
{
	const char *text = jsonl_string(server, key);
	char *safe = text != NULL ? safe_line(text) : NULL;

	if (safe != NULL)
		(void)fprintf(to, "  %-12s %s\n", label, safe);
	g_free(safe);
}

static void
print_server(FILE *to, const json_t *server)
{
	const json_t *pinned = json_object_get(server, "pinned");
	char *name = safe_line(jsonl_string(server, "server"));

	(void)fprintf(to, "%s: %s\n", name, states[state_of(server)].text);
	print_line(to, "problem", server, "problem");
	print_line(to, "for", server, "names");
	print_line(to, "subject", server, "subject");
	print_line(to, "issuer", server, "issuer");
	print_line(to, "valid from", server, "not_before");
	print_line(to, "until", server, "not_after");
	print_line(to, "SHA-256", server, "fingerprint");
	if (json_is_object(pinned)) {
		print_line(to, "taken", pinned, "since");
		print_line(to, "as", pinned, "sha256");
	}
	g_free(name);
}

/* An operation on the account; server: one of its, or NULL. New reference, NULL with error. */
static json_t *
call(struct cmd_context *ctx, const char *op, const json_t *about, const json_t *server, GError **error)
{
	json_t *request = json_copy((json_t *)(guintptr)about);

	json_object_set_new(request, "op", json_string(op));
	if (server != NULL) {
		json_object_set(request, "server", json_object_get(server, "server"));
		json_object_set(request, "sha256", json_object_get(server, "sha256"));
	}
	return supervisor_call(client_setup(cmd_client(ctx)), request, NULL, 0, 0, NULL, NULL, error);
}

json_t *
cmd_certificate_look(struct cmd_context *ctx, const json_t *about, GError **error)
{
	return call(ctx, "certificates", about, NULL, error);
}

static bool
take(struct cmd_context *ctx, const json_t *about, const json_t *server, GError **error)
{
	json_t *done = call(ctx, "certificate-take", about, server, error);

	json_decref(done);
	return done != NULL;
}

int
cmd_certificate_ask(struct cmd_context *ctx, const json_t *about, const json_t *found, GError **error)
{
	const json_t *server;
	int n = 0;
	size_t i;

	json_array_foreach(json_object_get(found, "servers"), i, server) {
		char *question, *name;

		if (!jsonl_bool(server, "may_take", false))
			continue;
		print_server(stderr, server);
		name = safe_line(jsonl_string(server, "server"));
		question = g_strdup_printf("Whoever answers as %s could have made this. Take it for the server's "
					   "only if its operator names the same fingerprint. Take it? [n/y]",
		    name);
		g_free(name);
		bool is_taken = cmd_ask_letter(question, "ny") == 'y';
		g_free(question);
		if (is_taken && !take(ctx, about, server, error))
			return -1;
		n += is_taken;
	}
	return n;
}

bool
cmd_certificate_settle(struct cmd_context *ctx, const json_t *about, const GError *why)
{
	json_t *found = NULL;
	int n = 0;

	/* what fails here is told with the log-in that failed */
	if (cmd_ask_may() && g_error_matches(why, PF_ERROR, PF_ERROR_TLS))
		found = cmd_certificate_look(ctx, about, NULL);
	if (found != NULL)
		n = cmd_certificate_ask(ctx, about, found, NULL);
	json_decref(found);
	return n > 0;
}

/* The one that shows this fingerprint. */
static int
take_named(struct cmd_context *ctx, const json_t *about, const json_t *found, const char *text)
{
	GString *hex = g_string_new(NULL);
	const json_t *server;
	GError *error = NULL;
	int n = 0;
	size_t i;

	for (; *text != '\0'; text++)
		if (g_ascii_isxdigit(*text))
			g_string_append_c(hex, g_ascii_tolower(*text));
	json_array_foreach(json_object_get(found, "servers"), i, server) {
		if (error != NULL || g_strcmp0(jsonl_string(server, "sha256"), hex->str) != 0)
			continue;
		if (jsonl_bool(server, "may_take", false) && take(ctx, about, server, &error) && !ctx->opts->json)
			(void)printf("%s: its certificate is taken by this fingerprint from now on\n",
			    jsonl_string(server, "server"));
		n++;
	}
	if (n == 0 && error == NULL)
		error = g_error_new(PF_ERROR, PF_ERROR_NOT_FOUND,
		    "account \"%s\": no server shows a certificate with that fingerprint; nothing was taken",
		    jsonl_string(about, "account"));
	g_string_free(hex, TRUE);
	if (error != NULL)
		return cmd_fail(error);
	if (ctx->opts->json)
		cmd_print_json(json_pack("{s:i}", "taken", n));
	return 0;
}

static int
forget(struct cmd_context *ctx, const json_t *about)
{
	GError *error = NULL;
	json_t *done = call(ctx, "certificate-forget", about, NULL, &error);

	if (done == NULL)
		return cmd_fail(error);
	if (ctx->opts->json)
		cmd_print_json(json_pack("{s:I}", "forgotten", jsonl_int(done, "forgotten", 0)));
	else
		(void)printf("%d certificates are not trusted by their fingerprint any more\n",
		    (int)jsonl_int(done, "forgotten", 0));
	json_decref(done);
	return 0;
}

static int
show(struct cmd_context *ctx, const json_t *about, const json_t *found)
{
	const json_t *server;
	GError *error = NULL;
	bool is_good = true;
	int n_open = 0, n_taken = 0;
	size_t i;

	json_array_foreach(json_object_get(found, "servers"), i, server) {
		is_good = is_good && states[state_of(server)].is_good;
		n_open += jsonl_bool(server, "may_take", false);
		if (!ctx->opts->json && !(cmd_ask_may() && jsonl_bool(server, "may_take", false)))
			print_server(stdout, server);
	}
	if (ctx->opts->json)
		cmd_print_json(json_deep_copy(found));
	else if (n_open > 0 && cmd_ask_may()) {
		n_taken = cmd_certificate_ask(ctx, about, found, &error);
		is_good = n_taken == n_open;
	}
	return error != NULL ? cmd_fail(error) : is_good ? 0 : 1;
}

int
cmd_certificate(struct cmd_context *ctx, int argc, char **argv)
{
	const char *fingerprint = cmd_take_option(&argc, argv, "--take");
	bool is_forget = cmd_take_switch(&argc, argv, "--forget");
	const struct rc_account *const *accounts = rc_accounts(cmd_rc(ctx));
	const char *account;
	GError *error = NULL;
	json_t *about, *found;
	int code;

	if (cmd_unknown_option(&argc, argv) != NULL || argc > 2 || (is_forget && fingerprint != NULL))
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE, USAGE));
	account = argc == 2 ? argv[1] : accounts[0] != NULL ? accounts[0]->name : "";
	if (rc_account(cmd_rc(ctx), account) == NULL && !is_forget)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_CONFIG, "%s: there is no [account \"%s\"]",
		    rc_path(cmd_rc(ctx)), account));
	about = json_pack("{s:s}", "account", account);
	found = is_forget ? NULL : cmd_certificate_look(ctx, about, &error);
	if (is_forget)
		code = forget(ctx, about);
	else if (found == NULL)
		code = cmd_fail(error);
	else
		code = fingerprint != NULL ? take_named(ctx, about, found, fingerprint) : show(ctx, about, found);
	json_decref(found);
	json_decref(about);
	return code;
}
