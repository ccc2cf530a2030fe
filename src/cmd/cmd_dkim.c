/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold dkim: keys made, published and used. penfold-crypt holds the keys, penfold-auth asks the DNS. */
#include "cmd/cmd_dkim.h"
#include "base/file.h"
#include "base/safe_text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CRYPT_DEADLINE_MS 120000 /* a passphrase may have to be typed */

static int
fail_usage(const char *text)
{
	return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE, "usage: penfold dkim %s", text));
}

json_t *
cmd_dkim_take_key(int *argc, char **argv)
{
	const char *path = cmd_take_option(argc, argv, "--key");
	const char *selector = cmd_take_option(argc, argv, "--selector");
	const char *domain = cmd_take_option(argc, argv, "--domain");

	if (path == NULL && selector == NULL && domain == NULL)
		return NULL;
	return json_pack("[{s:s*, s:s*, s:s*}]", "path", path, "selector", selector, "domain",
	    domain);
}

json_t *
cmd_dkim_public(struct cmd_context *ctx, const char *account, json_t *keys, GError **error)
{
	return supervisor_call(client_crypt(cmd_client(ctx)),
	    json_pack("{s:s, s:s*, s:O*}", "op", "dkim-public", "account", account, "keys", keys), NULL,
	    0, CRYPT_DEADLINE_MS, NULL, NULL, error);
}

/* --- keygen --- */

/* The folder "dkim" beside the rc file. */
static char *
key_folder(struct cmd_context *ctx)
{
	char *folder = g_path_get_dirname(rc_path(cmd_rc(ctx)));
	char *absolute = g_canonicalize_filename(folder, NULL);
	char *out = g_build_filename(absolute, "dkim", NULL);

	g_free(folder);
	g_free(absolute);
	return out;
}

static bool
make_one(struct cmd_context *ctx, json_t *args, const char *type, json_t *keys, GError **error)
{
	json_t *answer;

	json_object_set_new(args, "type", json_string(type));
	answer = supervisor_call(client_crypt(cmd_client(ctx)), json_copy(args), NULL, 0,
	    CRYPT_DEADLINE_MS, NULL, NULL, error);
	if (answer == NULL)
		return false;
	json_array_append(keys, json_object_get(answer, "key"));
	json_decref(answer);
	return true;
}

static void
print_made(const json_t *keys)
{
	size_t i;
	json_t *key;

	(void)printf("Publish in the DNS:\n");
	json_array_foreach(keys, i, key)
		(void)printf("%s\n", jsonl_string(key, "zone"));
	(void)printf("\nThen write into the account:\n");
	json_array_foreach(keys, i, key)
		(void)printf("dkim-key      = %s\ndkim-selector = %s\n", jsonl_string(key, "path"),
		    jsonl_string(key, "name"));
	(void)printf("\n`penfold dkim check` compares the two.\n");
}

static int
keygen(struct cmd_context *ctx, int argc, char **argv)
{
	const char *type = cmd_take_option(&argc, argv, "--type");
	const char *folder = cmd_take_option(&argc, argv, "--folder");
	const char *account = cmd_take_option(&argc, argv, "--account");
	char *where;
	json_t *args, *keys;
	GError *error = NULL;
	bool both = g_strcmp0(type, "both") == 0;

	if (cmd_unknown_option(&argc, argv) != NULL || argc < 2 || argc > 3 ||
	    (both && argc == 3) ||
	    (type != NULL && !both && strcmp(type, "rsa") != 0 && strcmp(type, "ed25519") != 0))
		return fail_usage("keygen [--type rsa|ed25519|both] [--folder DIR] DOMAIN [SELECTOR]");
	where = folder != NULL ? g_canonicalize_filename(folder, NULL) : key_folder(ctx);
	args = json_pack("{s:s, s:s, s:s*, s:s, s:s*}", "op", "dkim-keygen", "domain", argv[1],
	    "selector", argc == 3 ? argv[2] : NULL, "folder", where, "account", account);
	keys = json_array();
	if (make_one(ctx, args, both || type == NULL ? "rsa" : type, keys, &error) && both)
		(void)make_one(ctx, args, "ed25519", keys, &error);
	json_decref(args);
	g_free(where);
	if (json_array_size(keys) > 0 && ctx->opts->json)
		cmd_print_json(json_pack("{s:s, s:O}", "domain", argv[1], "keys", keys));
	else if (json_array_size(keys) > 0)
		print_made(keys);
	json_decref(keys);
	return error != NULL ? cmd_fail(error) : 0;
}

/* --- record --- */

int
cmd_dkim_no_key(struct cmd_context *ctx, const char *account)
{
	return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_CONFIG,
	    "%s: account \"%s\" has no dkim-key; `penfold dkim keygen DOMAIN` makes one",
	    rc_path(cmd_rc(ctx)), account != NULL ? account : ""));
}

const char *
cmd_dkim_account(struct cmd_context *ctx, const char *named)
{
	const struct rc_account *const *accounts = rc_accounts(cmd_rc(ctx));

	if (named != NULL || accounts[0] == NULL)
		return named;
	for (size_t i = 0; accounts[i] != NULL; i++)
		if (rc_list(cmd_rc(ctx), "account", accounts[i]->name, "dkim-key")[0] != NULL)
			return accounts[i]->name;
	return accounts[0]->name;
}

static int
record(struct cmd_context *ctx, int argc, char **argv)
{
	const char *account = cmd_take_option(&argc, argv, "--account");
	json_t *given = cmd_dkim_take_key(&argc, argv), *answer, *keys, *key;
	GError *error = NULL;
	size_t i;
	int code = 0;

	if (cmd_unknown_option(&argc, argv) != NULL || argc != 1) {
		json_decref(given);
		return fail_usage("record [--account A | --key FILE --selector S --domain D]");
	}
	account = given != NULL ? NULL : cmd_dkim_account(ctx, account);
	answer = cmd_dkim_public(ctx, account, given, &error);
	json_decref(given);
	if (answer == NULL)
		return cmd_fail(error);
	keys = json_object_get(answer, "keys");
	if (json_array_size(keys) == 0)
		code = cmd_dkim_no_key(ctx, account);
	else if (ctx->opts->json)
		cmd_print_json(json_pack("{s:O}", "keys", keys));
	else
		json_array_foreach(keys, i, key)
			(void)printf("%s\n", jsonl_string(key, "zone"));
	json_decref(answer);
	return code;
}

/* --- sign --- */

/* The account whose address stands in From, by way of the checks' own rule. */
static const char *
author_account(struct cmd_context *ctx, int fd, json_t **keep_out, GError **error)
{
	const char *account;

	*keep_out = supervisor_call(client_store(cmd_client(ctx)), json_pack("{s:s}", "op", "check"),
	    &fd, 1, 0, NULL, NULL, error);
	account = jsonl_string(*keep_out, "account");
	(void)lseek(fd, 0, SEEK_SET);
	return account != NULL ? account : cmd_dkim_account(ctx, NULL);
}

static int
print_signed(struct cmd_context *ctx, const json_t *answer, int fd)
{
	const json_t *fields = json_object_get(answer, "fields");
	GError *error = NULL;
	const json_t *field, *why;
	size_t i;

	json_array_foreach(json_object_get(answer, "skipped"), i, why) {
		char *line = safe_line(json_string_value(why));

		(void)fprintf(stderr, "penfold: %s\n", line);
		g_free(line);
	}
	if (json_array_size(fields) == 0)
		return 1;
	if (ctx->opts->json) {
		cmd_print_json(json_pack("{s:O}", "fields", fields));
		return 0;
	}
	json_array_foreach(fields, i, field)
		(void)fputs(json_string_value(field), stdout);
	(void)fflush(stdout);
	(void)lseek(fd, 0, SEEK_SET);
	return file_copy_fd(fd, STDOUT_FILENO, NULL, &error) ? 0 : cmd_fail(error);
}

/* The letter with everything mended that can be: what is signed must survive the way. */
static int
mended(struct cmd_context *ctx, int fd, const char *account, GError **error)
{
	int fds[2] = { fd, file_unnamed(error) };
	json_t *answer = fds[1] < 0
	    ? NULL
	    : supervisor_call(client_store(cmd_client(ctx)),
		  json_pack("{s:s, s:s*, s:b}", "op", "check", "account", account, "fix", true), fds, 2, 0,
		  NULL, NULL, error);

	if (answer == NULL && fds[1] >= 0) {
		close(fds[1]);
		fds[1] = -1;
	}
	json_decref(answer);
	return fds[1];
}

static int
sign_fd(struct cmd_context *ctx, int fd, const char *account, json_t *given, bool to_list)
{
	GError *error = NULL;
	json_t *keep = NULL, *answer = NULL;
	int fixed = -1, code;

	if (given == NULL && account == NULL)
		account = author_account(ctx, fd, &keep, &error);
	if (error == NULL)
		fixed = mended(ctx, fd, account, &error);
	if (fixed >= 0)
		answer = supervisor_call(client_crypt(cmd_client(ctx)),
		    json_pack("{s:s, s:s*, s:O*, s:b}", "op", "dkim-sign", "account", account, "keys",
			given, "to_list", to_list),
		    &fixed, 1, CRYPT_DEADLINE_MS, NULL, NULL, &error);
	if (answer == NULL)
		code = cmd_fail(error);
	else if (json_array_size(json_object_get(answer, "fields")) +
		json_array_size(json_object_get(answer, "skipped")) == 0)
		code = cmd_dkim_no_key(ctx, account);
	else
		code = print_signed(ctx, answer, fixed);
	if (fixed >= 0)
		close(fixed);
	json_decref(answer);
	json_decref(keep);
	return code;
}

static int
sign(struct cmd_context *ctx, int argc, char **argv)
{
	const char *account = cmd_take_option(&argc, argv, "--account");
	bool to_list = cmd_take_switch(&argc, argv, "--list");
	json_t *given = cmd_dkim_take_key(&argc, argv);
	GError *error = NULL;
	int fd, code;

	if (cmd_unknown_option(&argc, argv) != NULL || argc != 2) {
		json_decref(given);
		return fail_usage("sign [--account A | --key FILE --selector S --domain D] [--list] FILE");
	}
	fd = cmd_open_message(ctx, argv[1], NULL, &error);
	code = fd >= 0 ? sign_fd(ctx, fd, account, given, to_list) : cmd_fail(error);
	if (fd >= 0)
		close(fd);
	json_decref(given);
	return code;
}

int
cmd_dkim(struct cmd_context *ctx, int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(struct cmd_context *ctx, int argc, char **argv);
	} actions[] = {
		{ "keygen", keygen },
		{ "record", record },
		{ "sign", sign },
		{ "verify", cmd_dkim_verify },
		{ "check", cmd_dkim_check },
		{ "selftest", cmd_dkim_selftest },
	};

	for (size_t i = 0; argc > 1 && i < G_N_ELEMENTS(actions); i++)
		if (strcmp(argv[1], actions[i].name) == 0)
			return actions[i].run(ctx, argc - 1, argv + 1);
	return fail_usage("keygen DOMAIN [SELECTOR] | record | sign FILE | verify FILE | check | selftest");
}
