/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold dkim selftest: a signed letter to oneself is sent, fetched again and verified: does the way leave
 * signatures whole? */
#include "base/when.h"
#include "cmd/cmd_dkim.h"
#include "cmd/cmd_round.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WAIT_S 120
#define USAGE  "usage: penfold dkim selftest [--account A] [--wait SECONDS]"

/* Umlauts, long words, dots and blanks: what relays are known to touch. Owned. */
static char *
letter(const struct cmd_round *round)
{
	char *date = when_date_field(g_get_real_time() / G_USEC_PER_SEC);
	char *text = g_strdup_printf("From: <%s>\r\nTo: <%s>\r\nSubject: Penfold DKIM self-test\r\nDate: %s\r\n"
				     "Message-ID: <%s>\r\nMIME-Version: 1.0\r\n"
				     "Content-Type: text/plain; charset=utf-8\r\n"
				     "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
				     "This letter finds out whether its signature survives the way: =C3=A4=C3=B6=C3=BC,\r\n"
				     "=46rom the start of a line, a line with a dot,\r\n=2E\r\n  two blanks.\r\n"
				     "`penfold dkim selftest` sent it; it can be deleted.\r\n",
	    round->via->address, round->account->address, date, round->id);

	g_free(date);
	return text;
}

static int
round_trip(struct cmd_round *round, int seconds)
{
	char *text = letter(round), *path = NULL;
	GError *error = NULL;
	int fd = -1, code;

	if (cmd_round_send(round, text, &error)) {
		path = cmd_round_fetch(round, seconds);
		fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
		if (fd < 0)
			g_set_error(&error, PF_ERROR, PF_ERROR_TEMPORARY,
			    "%s: the letter was sent, but did not come back within %d s", round->account->name,
			    seconds);
	}
	code = fd >= 0 ? cmd_dkim_verify_fd(round->ctx, fd, NULL) : cmd_fail(error);
	if (fd >= 0)
		(void)close(fd); /* read only */
	g_free(path);
	g_free(text);
	return code;
}

int
cmd_dkim_selftest(struct cmd_context *ctx, int argc, char **argv)
{
	const char *account = cmd_take_option(&argc, argv, "--account");
	const char *wait = cmd_take_option(&argc, argv, "--wait");
	struct cmd_round round = { .ctx = ctx };
	guint64 seconds = WAIT_S;
	int code;

	if (cmd_unknown_option(&argc, argv) != NULL || argc != 1 ||
	    (wait != NULL && !g_ascii_string_to_unsigned(wait, 10, 1, 86400, &seconds, NULL)))
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE, USAGE));
	account = cmd_dkim_account(ctx, account);
	round.account = round.via = account != NULL ? rc_account(cmd_rc(ctx), account) : NULL;
	if (round.account == NULL)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_CONFIG, "%s: there is no [account \"%s\"]",
		    rc_path(cmd_rc(ctx)), account != NULL ? account : ""));
	if (rc_list(cmd_rc(ctx), "account", account, "dkim-key")[0] == NULL)
		return cmd_dkim_no_key(ctx, account);
	round.id = g_strdup_printf("selftest-%08x%08x@%s", g_random_int(), g_random_int(),
	    strrchr(round.via->address, '@') + 1);
	code = round_trip(&round, (int)seconds);
	g_free(round.id);
	return code;
}
