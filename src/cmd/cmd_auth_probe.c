/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold auth-probe: does the account's provider take forged Authentication-Results away? A letter with such
 * fields, under the ids that the account trusts, is sent to oneself, fetched again, and read. */
#include "cmd/cmd.h"

#include "base/file.h"
#include "base/safe_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WAIT_S	    120
#define PAUSE_MS    3000
#define HEADER_MAX  (1 << 20)
#define SEND_MS	    300000
#define USAGE	    "usage: penfold auth-probe [--account A] [--via B] [--wait SECONDS]"

struct probe {
	struct cmd_context *ctx;
	const struct rc_account *account, *via;
	char *nonce; /* of this letter alone */
	char *id;    /* its Message-ID, without <> */
	json_t *ids; /* that the account trusts */
};

static json_t *
call(struct probe *p, struct supervisor *s, json_t *obj, const int *fd, GError **error)
{
	(void)p;
	return supervisor_call(s, obj, fd, fd != NULL ? 1 : 0, SEND_MS, NULL, NULL, error);
}

/* The letter, with one forged field for each id. Owned. */
static char *
letter(const struct probe *p)
{
	GDateTime *now = g_date_time_new_now_utc();
	char *date = g_date_time_format(now, "%a, %d %b %Y %H:%M:%S +0000");
	GString *out = g_string_new(NULL);
	const json_t *id;
	size_t i;

	json_array_foreach(p->ids, i, id) {
		const char *text = json_string_value(id);

		g_string_append_printf(out,
		    "Authentication-Results: %s; dkim=pass header.d=%s.invalid;\r\n"
		    "\tdmarc=pass header.from=%s.invalid\r\n",
		    strncmp(text, "*.", 2) == 0 ? text + 2 : text, p->nonce, p->nonce);
	}
	g_string_append_printf(out,
	    "From: <%s>\r\nTo: <%s>\r\nSubject: Penfold probe %s\r\nDate: %s\r\n"
	    "Message-ID: <%s>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
	    "This letter carries forged Authentication-Results, to see whether your provider takes\r\n"
	    "them away. `penfold auth-probe` sent it; it can be deleted.\r\n",
	    p->via->address, p->account->address, p->nonce, date, p->id);
	g_free(date);
	g_date_time_unref(now);
	return g_string_free(out, FALSE);
}

static bool
send_letter(struct probe *p, GError **error)
{
	struct client *c = cmd_client(p->ctx);
	char *text = letter(p), *queue_id = NULL;
	FILE *file = tmpfile();
	json_t *answer = NULL, *run = NULL;
	int fd;

	if (file != NULL && fputs(text, file) >= 0 && fflush(file) == 0) {
		fd = fileno(file);
		(void)lseek(fd, 0, SEEK_SET);
		answer = call(p, client_store(c),
		    json_pack("{s:s, s:s, s:s, s:[s], s:b, s:i}", "op", "queue-add-raw", "account",
			p->via->name, "from", p->via->address, "recipients", p->account->address, "override",
			1, "hold", 0),
		    &fd, error);
	} else {
		g_set_error_literal(error, PF_ERROR, PF_ERROR_IO, "cannot make a temporary file");
	}
	if (answer != NULL) {
		queue_id = g_strdup(jsonl_string(answer, "queue_id"));
		run = call(p, client_send(c), json_pack("{s:s, s:s*}", "op", "run", "queue_id", queue_id), NULL,
		    error);
	}
	if (run != NULL && jsonl_int(run, "sent", 0) == 0)
		g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE,
		    "%s: the probe waits in the outbox; `penfold queue show %s` says why", p->via->name, queue_id);
	bool ok = run != NULL && jsonl_int(run, "sent", 0) > 0;
	if (file != NULL)
		(void)fclose(file);
	json_decref(run);
	json_decref(answer);
	g_free(queue_id);
	g_free(text);
	return ok;
}

/* The header of a file, NUL-terminated; NULL when it is gone. Owned. */
static char *
read_header(const char *path)
{
	int fd = file_open_regular(path, true);
	char *text = fd >= 0 ? g_malloc0(HEADER_MAX + 1) : NULL;
	ssize_t n = fd >= 0 ? read(fd, text, HEADER_MAX) : -1;

	if (fd >= 0)
		(void)close(fd); /* read only */
	if (n < 0)
		g_clear_pointer(&text, g_free);
	return text;
}

/* A letter that a server handed back has a trace; one that never left this machine lies outside of Sent. */
static bool
is_received(const struct probe *p, const char *path, const char *head)
{
	char *sent = g_strdup_printf("/%s/", p->via->sent != NULL ? p->via->sent : "Sent");
	bool is_copy = strstr(path, sent) != NULL;

	g_free(sent);
	return g_str_has_prefix(head, "Received:") || strstr(head, "\nReceived:") != NULL ||
	    (p->account->is_local && !is_copy);
}

/* Of the copies the one that came back. Owned; NULL. */
static char *
received_copy(struct probe *p)
{
	json_t *message = call(p, client_store(cmd_client(p->ctx)),
	    json_pack("{s:s, s:s}", "op", "message", "message_id", p->id), NULL, NULL);
	const json_t *paths = json_object_get(message, "paths"), *path;
	char *found = NULL;
	size_t i;

	json_array_foreach(paths, i, path) {
		char *head = found == NULL ? read_header(json_string_value(path)) : NULL;

		if (head != NULL && is_received(p, json_string_value(path), head))
			found = g_steal_pointer(&head);
		g_free(head);
	}
	json_decref(message);
	return found;
}

static gboolean
on_pause(gpointer loop)
{
	g_main_loop_quit(loop);
	return G_SOURCE_REMOVE;
}

static void
pause_ms(guint ms)
{
	GMainLoop *loop = g_main_loop_new(NULL, FALSE);

	g_timeout_add(ms, on_pause, loop);
	g_main_loop_run(loop);
	g_main_loop_unref(loop);
}

/* Fetch until it is there, or the time is over. Owned header; NULL. */
static char *
fetch_letter(struct probe *p, int seconds)
{
	struct client *c = cmd_client(p->ctx);
	gint64 end = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;
	char *head = NULL;

	while ((head = received_copy(p)) == NULL && g_get_monotonic_time() < end) {
		client_sync_account(c, p->account->name);
		do
			pause_ms(100);
		while (client_is_syncing(c) && g_get_monotonic_time() < end);
		/* a local account's letter was delivered by the sender */
		json_decref(call(p, client_store(c), json_pack("{s:s}", "op", "scan"), NULL, NULL));
		head = received_copy(p);
		if (head != NULL)
			break;
		pause_ms(PAUSE_MS);
	}
	return head;
}

static int
tell(struct probe *p, const char *head)
{
	/* the nonce stands in the Subject too: the fields are known by its other form */
	char *mark = g_strconcat(p->nonce, ".invalid", NULL);
	bool is_stripped = strstr(head, mark) == NULL;

	if (p->ctx->opts->json)
		cmd_print_json(json_pack("{s:s, s:O, s:b, s:s}", "account", p->account->name, "ids", p->ids,
		    "stripped", is_stripped, "message_id", p->id));
	else if (is_stripped)
		(void)printf("%s: the provider takes forged Authentication-Results away.\n", p->account->name);
	else
		(void)printf("%s: forged Authentication-Results come through. Penfold believes such a field only where "
			     "the provider's own server writes it, and marks others as forged.\n",
		    p->account->name);
	g_free(mark);
	return is_stripped ? 0 : 1;
}

static int
run_probe(struct probe *p, int seconds)
{
	GError *error = NULL;
	json_t *trusted = call(p, client_auth(cmd_client(p->ctx)),
	    json_pack("{s:s, s:s}", "op", "trusted", "account", p->account->name), NULL, &error);
	char *head = NULL;
	int code;

	p->ids = json_incref(json_object_get(trusted, "ids"));
	if (error == NULL && json_array_size(p->ids) == 0)
		g_set_error(&error, PF_ERROR, PF_ERROR_CONFIG,
		    "%s: no authserv-id is trusted for this account; `penfold auth-trust` proposes one",
		    p->account->name);
	if (error == NULL && send_letter(p, &error)) {
		head = fetch_letter(p, seconds);
		if (head == NULL)
			g_set_error(&error, PF_ERROR, PF_ERROR_TEMPORARY,
			    "%s: the probe was sent, but did not come within %d s", p->account->name, seconds);
	}
	code = head != NULL ? tell(p, head) : cmd_fail(error);
	g_free(head);
	json_decref(p->ids);
	json_decref(trusted);
	return code;
}

int
cmd_auth_probe(struct cmd_context *ctx, int argc, char **argv)
{
	const char *account = cmd_take_option(&argc, argv, "--account");
	const char *via = cmd_take_option(&argc, argv, "--via");
	const char *wait = cmd_take_option(&argc, argv, "--wait");
	const struct rc_account *const *accounts = rc_accounts(cmd_rc(ctx));
	struct probe p = { .ctx = ctx };
	guint64 seconds = WAIT_S;
	int code;

	if (cmd_unknown_option(&argc, argv) != NULL || argc != 1 ||
	    (wait != NULL && !g_ascii_string_to_unsigned(wait, 10, 1, 86400, &seconds, NULL)))
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE, USAGE));
	p.account = account != NULL ? rc_account(cmd_rc(ctx), account) : accounts[0];
	p.via = via != NULL ? rc_account(cmd_rc(ctx), via) : p.account;
	if (p.account == NULL || p.via == NULL)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_CONFIG, "%s: there is no [account \"%s\"]",
		    rc_path(cmd_rc(ctx)), p.account == NULL ? (account != NULL ? account : "") : via));
	p.nonce = g_strdup_printf("probe-%08x%08x", g_random_int(), g_random_int());
	p.id = g_strdup_printf("%s@%s", p.nonce, strrchr(p.via->address, '@') + 1);
	code = run_probe(&p, (int)seconds);
	g_free(p.nonce);
	g_free(p.id);
	return code;
}
