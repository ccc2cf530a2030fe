/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_key_setup.c - the Autocrypt setup message by command: one's own key to another device, and back. */
#include "cmd/cmd_key.h"

#include "base/file.h"
#include "cmd/cmd_ask.h"
#include "cmd/cmd_letter.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SETUP_DEADLINE_MS 600000 /* a passphrase may have to be typed */

static json_t *
call_crypt(struct cmd_context *ctx, json_t *request, int fd, GError **error)
{
	return supervisor_call(client_crypt(cmd_client(ctx)), request, &fd, 1, SETUP_DEADLINE_MS, NULL, NULL, error);
}

static const struct rc_account *
account_of(struct cmd_context *ctx, const char *address, GError **error)
{
	const struct rc *rc = cmd_rc(ctx);
	const struct rc_account *a = address != NULL ? rc_account_of_address(rc, address) : rc_accounts(rc)[0];

	if (a == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "no account of the rc file has %s",
		    address != NULL ? address : "an address");
	return a;
}

/* Queue it for oneself, as it is: its key is under its own code. */
static bool
queue(struct cmd_context *ctx, const struct rc_account *a, const char *address, int fd, GError **error)
{
	json_t *answer = supervisor_call(client_store(cmd_client(ctx)),
	    json_pack("{s:s, s:s, s:[s], s:b, s:b}", "op", "queue-add-raw", "account", a->name, "recipients", address,
		"sign", false, "encrypt", false), &fd, 1, 0, NULL, NULL, error);

	json_decref(answer);
	if (answer != NULL)
		cmd_letter_send_later(ctx->opts);
	return answer != NULL;
}

static void
print_code(struct cmd_context *ctx, const json_t *answer, const char *output, const char *address)
{
	const char *code = jsonl_string(answer, "code");

	if (ctx->opts->json) {
		cmd_print_json(json_pack("{s:s, s:O}", "code", code, "key", json_object_get(answer, "key")));
		return;
	}
	(void)printf("Setup code  %s\n\n", code);
	if (output != NULL)
		(void)printf("The setup message is in %s. ", output);
	else
		(void)printf("The setup message is on its way to %s. ", address);
	(void)printf("Open it in the other program with this code, which is\nshown this once and kept nowhere.\n");
}

int
cmd_key_setup_make(struct cmd_context *ctx, const char *address, const char *output)
{
	GError *error = NULL;
	const struct rc_account *a = account_of(ctx, address, &error);
	const char *own = address != NULL ? address : a != NULL ? a->address : NULL;
	int fd = a != NULL ? file_in_memory(&error) : -1;
	json_t *answer = NULL;
	GBytes *letter = NULL;
	gsize len;

	if (fd >= 0)
		answer = call_crypt(ctx, json_pack("{s:s, s:s, s:s, s:b}", "op", "setup-make", "account", a->name, "author",
		    own, "ask", true), fd, &error);
	if (answer != NULL && lseek(fd, 0, SEEK_SET) == 0 && output == NULL) {
		(void)queue(ctx, a, own, fd, &error); /* error says it */
	} else if (answer != NULL) {
		char *path = g_strdup_printf("/proc/self/fd/%d", fd);
		const void *data = (letter = file_read(path, 1u << 20, &error)) != NULL ? g_bytes_get_data(letter, &len) : NULL;

		if (letter != NULL)
			(void)file_write_durable(output, data, len, 0600, &error); /* error says it */
		g_clear_pointer(&letter, g_bytes_unref);
		g_free(path);
	}
	if (error == NULL)
		print_code(ctx, answer, output, own);
	json_decref(answer);
	if (fd >= 0)
		close(fd);
	return error == NULL ? 0 : cmd_fail(error);
}

json_t *
cmd_key_setup_take(struct cmd_context *ctx, int fd, GError **error)
{
	struct secret *code = cmd_ask_secret(NULL, "Setup code: ");
	json_t *request, *answer;

	if (code == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "no setup code was given; it is read from standard input");
		return NULL;
	}
	request = json_pack("{s:s, s:s%, s:b}", "op", "setup-take", "code", secret_bytes(code), secret_len(code), "ask", true);
	secret_free(code);
	if (request == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "a setup code has nine groups of four digits");
		return NULL;
	}
	answer = call_crypt(ctx, request, fd, error);
	return answer;
}
