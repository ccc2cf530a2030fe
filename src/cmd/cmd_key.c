/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold key: the keyring of gpg and gpgsm, as far as mail needs it. */
#include "cmd/cmd_key.h"
#include "base/file.h"
#include "base/safe_text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define KEY_DEADLINE_MS 600000 /* a passphrase may have to be typed */

struct key_options {
	bool secret, yes, minimal;
	const char *protocol, *server, *output;
};

static int
fail_usage(void)
{
	return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
	    "usage: penfold key [list [--secret] [PATTERN] | import FILE | export PATTERN | fetch ADDRESS | "
	    "trust FINGERPRINT | setup-message [ADDRESS]]"));
}

static json_t *
ask(struct cmd_context *ctx, json_t *request, const int *fd, GError **error)
{
	json_object_set_new(request, "ask", json_true());
	return supervisor_call(client_crypt(cmd_client(ctx)), request, fd, fd != NULL ? 1 : 0, KEY_DEADLINE_MS,
	    NULL, NULL, error);
}

static void
print_key(const json_t *key)
{
	const char *expires = jsonl_string(key, "expires"), *state = jsonl_string(key, "state");
	char *line = g_strdup_printf("%s  %s  %s%s%s", jsonl_string(key, "protocol"),
	    jsonl_string(key, "fingerprint"), strcmp(state, "ok") == 0 ? jsonl_string(key, "validity") : state,
	    expires != NULL ? "  until " : "", expires != NULL ? expires : "");
	json_t *uid;
	size_t i;

	(void)printf("%s\n", line);
	json_array_foreach(json_object_get(key, "user_ids"), i, uid) {
		char *name = safe_line(jsonl_string(uid, "user_id"));

		(void)printf("    %s (%s)\n", name, jsonl_string(uid, "validity"));
		g_free(name);
	}
	g_free(line);
}

static int
print_keys(struct cmd_context *ctx, json_t *answer)
{
	const json_t *keys = json_object_get(answer, "keys");
	size_t n = json_array_size(keys);

	if (ctx->opts->json)
		cmd_print_json(json_incref((json_t *)(guintptr)keys));
	for (size_t i = 0; !ctx->opts->json && i < n; i++)
		print_key(json_array_get(keys, i));
	json_decref(answer);
	return n > 0 ? 0 : 1;
}

static int
list(struct cmd_context *ctx, const struct key_options *o, const char *pattern)
{
	GError *error = NULL;
	json_t *answer = ask(ctx,
	    json_pack("{s:s, s:s*, s:b}", "op", "key-list", "pattern", pattern, "secret", o->secret), NULL, &error);

	return answer != NULL ? print_keys(ctx, answer) : cmd_fail(error);
}

/* Nothing goes into the keyring that was not shown before. */
static bool
may_import(const struct key_options *o, const json_t *keys)
{
	char answer[16];
	size_t n = json_array_size(keys);

	if (o->yes)
		return true;
	for (size_t i = 0; i < n; i++)
		print_key(json_array_get(keys, i));
	if (!isatty(STDIN_FILENO)) {
		(void)fprintf(stderr, "penfold: nothing was imported; --yes says that these are to be\n");
		return false;
	}
	(void)printf("Import %s? (y/n) ", n == 1 ? "this key" : "these keys");
	(void)fflush(stdout);
	return fgets(answer, sizeof(answer), stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y');
}

/* Show what is in the file behind fd, ask, import. */
static int
import(struct cmd_context *ctx, const struct key_options *o, int fd)
{
	GError *error = NULL;
	json_t *seen = ask(ctx, json_pack("{s:s, s:s*}", "op", "key-look", "protocol", o->protocol), &fd, &error);
	json_t *answer;

	if (seen == NULL)
		return cmd_fail(error);
	if (json_array_size(json_object_get(seen, "keys")) == 0) {
		json_decref(seen);
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_DATA, "there is no key in it"));
	}
	if (!may_import(o, json_object_get(seen, "keys"))) {
		json_decref(seen);
		return 1;
	}
	json_decref(seen);
	answer = ask(ctx, json_pack("{s:s, s:s*}", "op", "key-import", "protocol", o->protocol), &fd, &error);
	return answer != NULL ? print_keys(ctx, answer) : cmd_fail(error);
}

/* A part of a message, decoded into memory; -1 when it is not there. */
static int
part_of(struct cmd_context *ctx, int fd, const char *part)
{
	int fds[2] = { fd, file_in_memory(NULL) };
	json_t *answer = fds[1] >= 0
	    ? supervisor_call(client_render(cmd_client(ctx)), json_pack("{s:s, s:s}", "op", "part", "part", part), fds, 2,
		  KEY_DEADLINE_MS, NULL, NULL, NULL)
	    : NULL;

	if (answer == NULL && fds[1] >= 0) {
		close(fds[1]);
		fds[1] = -1;
	}
	json_decref(answer);
	return fds[1];
}

/* One's own key, from another device. */
static int
import_setup(struct cmd_context *ctx, int fd, const char *part)
{
	GError *error = NULL;
	int from = part_of(ctx, fd, part);
	json_t *answer = from >= 0 ? cmd_key_setup_take(ctx, from, &error) : NULL;

	if (from >= 0)
		close(from);
	if (answer == NULL)
		return cmd_fail(error != NULL ? error
					      : g_error_new(PF_ERROR, PF_ERROR_DATA, "the setup message cannot be read"));
	return print_keys(ctx, answer);
}

/* The keys of a message: those attached, else the one of its header. */
static int
import_message(struct cmd_context *ctx, const struct key_options *o, int fd)
{
	json_t *shown = supervisor_call(client_render(cmd_client(ctx)), json_pack("{s:s}", "op", "show"), &fd, 1,
	    KEY_DEADLINE_MS, NULL, NULL, NULL), *part;
	bool found = false;
	int code = 1, from;
	size_t i;

	json_array_foreach(json_object_get(shown, "parts"), i, part) {
		const char *type = jsonl_string(part, "type");

		if (g_strcmp0(type, "application/autocrypt-setup") == 0) {
			code = import_setup(ctx, fd, jsonl_string(part, "id"));
			json_decref(shown);
			return code;
		}
		if (type == NULL || strcmp(type, "application/pgp-keys") != 0)
			continue;
		from = part_of(ctx, fd, jsonl_string(part, "id"));
		found = found || from >= 0;
		if (from >= 0) {
			code = import(ctx, o, from);
			close(from);
		}
	}
	json_decref(shown);
	from = found ? -1 : part_of(ctx, fd, "autocrypt");
	if (from >= 0) {
		code = import(ctx, o, from);
		close(from);
	} else if (!found) {
		code = cmd_fail(g_error_new(PF_ERROR, PF_ERROR_NOT_FOUND, "there is no key in the message"));
	}
	return code;
}

/* Keys are armoured, or begin with the high bit of a packet's tag (RFC 9580 4.2) or of an ASN.1 sequence. */
static bool
is_key_file(int fd)
{
	unsigned char start[16] = { 0 };
	ssize_t n = pread(fd, start, sizeof(start), 0);

	return n > 0 && (start[0] >= 0x80 || start[0] == 0x30 || memcmp(start, "-----BEGIN ", 11) == 0);
}

static int
import_file(struct cmd_context *ctx, const struct key_options *o, const char *name)
{
	GError *error = NULL;
	int fd = cmd_open_message(ctx, name, NULL, &error), code;

	if (fd < 0)
		return cmd_fail(error);
	code = is_key_file(fd) ? import(ctx, o, fd) : import_message(ctx, o, fd);
	close(fd);
	return code;
}

static int
fetch(struct cmd_context *ctx, const struct key_options *o, const char *address)
{
	GError *error = NULL;
	int fd = file_in_memory(&error), code;
	json_t *answer;

	if (fd < 0)
		return cmd_fail(error);
	answer = supervisor_call(client_auth(cmd_client(ctx)),
	    json_pack("{s:s, s:s, s:s*}", "op", "key-fetch", "address", address, "server", o->server), &fd, 1,
	    KEY_DEADLINE_MS, NULL, NULL, &error);
	code = answer != NULL ? import(ctx, o, fd) : cmd_fail(error);
	json_decref(answer);
	close(fd);
	return code;
}

static int
export(struct cmd_context *ctx, const struct key_options *o, const char *pattern)
{
	GError *error = NULL;
	int fd = file_in_memory(&error);
	json_t *answer = fd >= 0 ? ask(ctx,
	    json_pack("{s:s, s:s, s:s*, s:b}", "op", "key-export", "pattern", pattern, "protocol", o->protocol,
		"minimal", o->minimal), &fd, &error) : NULL;
	bool ok = answer != NULL && lseek(fd, 0, SEEK_SET) == 0 &&
	    file_copy_fd(fd, STDOUT_FILENO, NULL, &error);

	json_decref(answer);
	if (fd >= 0)
		close(fd);
	return ok ? 0 : cmd_fail(error);
}

static int
trust(struct cmd_context *ctx, const char *fingerprint)
{
	GError *error = NULL;
	json_t *answer = ask(ctx, json_pack("{s:s, s:s}", "op", "key-trust", "fingerprint", fingerprint), NULL,
	    &error);

	if (answer == NULL)
		return cmd_fail(error);
	json_decref(answer);
	return list(ctx, &(struct key_options){ 0 }, fingerprint);
}

int
cmd_key(struct cmd_context *ctx, int argc, char **argv)
{
	struct key_options o = {
		.secret = cmd_take_switch(&argc, argv, "--secret"),
		.yes = cmd_take_switch(&argc, argv, "--yes"),
		.minimal = cmd_take_switch(&argc, argv, "--minimal"),
		.protocol = cmd_take_switch(&argc, argv, "--smime") ? "smime" : NULL,
		.server = cmd_take_option(&argc, argv, "--server"),
		.output = cmd_take_option(&argc, argv, "--output"),
	};
	const char *what = argc > 1 ? argv[1] : "list";

	if (cmd_unknown_option(&argc, argv) != NULL || argc > 3)
		return fail_usage();
	if (strcmp(what, "list") == 0)
		return list(ctx, &o, argc > 2 ? argv[2] : NULL);
	if (strcmp(what, "setup-message") == 0)
		return cmd_key_setup_make(ctx, argc > 2 ? argv[2] : NULL, o.output);
	if (argc != 3)
		return fail_usage();
	if (strcmp(what, "import") == 0)
		return import_file(ctx, &o, argv[2]);
	if (strcmp(what, "fetch") == 0)
		return fetch(ctx, &o, argv[2]);
	if (strcmp(what, "export") == 0)
		return export(ctx, &o, argv[2]);
	if (strcmp(what, "trust") == 0)
		return trust(ctx, argv[2]);
	return fail_usage();
}
