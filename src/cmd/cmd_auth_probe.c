/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold auth-probe: does the account's provider take forged Authentication-Results away? A letter with such
 * fields, under the ids that the account trusts, is sent to oneself, fetched again, and read. */
#include "base/when.h"
#include "cmd/cmd_round.h"

#include <stdio.h>
#include <string.h>

#define WAIT_S	    120
#define ASK_MS	    60000
#define USAGE	    "usage: penfold auth-probe [--account A] [--via B] [--wait SECONDS]"

struct probe {
	struct cmd_round round;
	char *nonce; /* of this letter alone */
	json_t *ids; /* that the account trusts */
};

/* The letter, with one forged field for each id. Owned. */
static char *
letter(const struct probe *p)
{
	char *date = when_date_field(g_get_real_time() / G_USEC_PER_SEC);
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
	    p->round.via->address, p->round.account->address, p->nonce, date, p->round.id);
	g_free(date);
	return g_string_free(out, FALSE);
}

static int
tell(struct probe *p, const char *head)
{
	/* the nonce stands in the Subject too: the fields are known by its other form */
	char *mark = g_strconcat(p->nonce, ".invalid", NULL);
	bool is_stripped = strstr(head, mark) == NULL;

	if (p->round.ctx->opts->json)
		cmd_print_json(json_pack("{s:s, s:O, s:b, s:s}", "account", p->round.account->name, "ids", p->ids,
		    "stripped", is_stripped, "message_id", p->round.id));
	else if (is_stripped)
		(void)printf("%s: the provider takes forged Authentication-Results away.\n", p->round.account->name);
	else
		(void)printf("%s: forged Authentication-Results come through. Penfold believes such a field only where "
			     "the provider's own server writes it, and marks others as forged.\n",
		    p->round.account->name);
	g_free(mark);
	return is_stripped ? 0 : 1;
}

static int
run_probe(struct probe *p, int seconds)
{
	GError *error = NULL;
	json_t *trusted = supervisor_call(client_auth(cmd_client(p->round.ctx)),
	    json_pack("{s:s, s:s}", "op", "trusted", "account", p->round.account->name), NULL, 0, ASK_MS, NULL,
	    NULL, &error);
	char *text, *path = NULL, *head = NULL;
	int code;

	p->ids = json_incref(json_object_get(trusted, "ids"));
	text = letter(p);
	if (error == NULL && json_array_size(p->ids) == 0)
		g_set_error(&error, PF_ERROR, PF_ERROR_CONFIG,
		    "%s: no authserv-id is trusted for this account; `penfold auth-trust` proposes one",
		    p->round.account->name);
	if (error == NULL && cmd_round_send(&p->round, text, &error)) {
		path = cmd_round_fetch(&p->round, seconds);
		head = path != NULL ? cmd_round_header(path) : NULL;
		if (head == NULL)
			g_set_error(&error, PF_ERROR, PF_ERROR_TEMPORARY,
			    "%s: the probe was sent, but did not come within %d s", p->round.account->name, seconds);
	}
	code = head != NULL ? tell(p, head) : cmd_fail(error);
	g_free(head);
	g_free(path);
	g_free(text);
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
	struct probe p = { .round.ctx = ctx };
	guint64 seconds = WAIT_S;
	int code;

	if (cmd_unknown_option(&argc, argv) != NULL || argc != 1 ||
	    (wait != NULL && !g_ascii_string_to_unsigned(wait, 10, 1, 86400, &seconds, NULL)))
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE, USAGE));
	p.round.account = account != NULL ? rc_account(cmd_rc(ctx), account) : accounts[0];
	p.round.via = via != NULL ? rc_account(cmd_rc(ctx), via) : p.round.account;
	if (p.round.account == NULL || p.round.via == NULL)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_CONFIG, "%s: there is no [account \"%s\"]",
		    rc_path(cmd_rc(ctx)), p.round.account == NULL ? (account != NULL ? account : "") : via));
	p.nonce = g_strdup_printf("probe-%08x%08x", g_random_int(), g_random_int());
	p.round.id = g_strdup_printf("%s@%s", p.nonce, strrchr(p.round.via->address, '@') + 1);
	code = run_probe(&p, (int)seconds);
	g_free(p.nonce);
	g_free(p.round.id);
	return code;
}
