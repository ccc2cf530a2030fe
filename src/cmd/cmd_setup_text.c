/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_setup_text.c - the lines of a new account, as a person would write them. */
#include "base/mailbox_text.h"
#include "base/rc_write.h"
#include "cmd/cmd_setup.h"

#include <string.h>

static void
add_line(GString *out, const char *key, const char *text)
{
	char *value;

	if (text == NULL)
		return;
	value = rc_write_value(text);
	g_string_append_printf(out, "%s = %s\n", key, value);
	explicit_bzero(value, strlen(value));
	g_free(value);
}

static void
add_address(GString *out, const struct setup *s)
{
	char *text = mailbox_text(s->display, s->address);

	add_line(out, "address", text);
	g_free(text);
}

GString *
cmd_setup_text(const struct setup *s)
{
	GDateTime *now = g_date_time_new_now_local();
	char *day = g_date_time_format(now, "%Y-%m-%d");
	const char *source = jsonl_string(s->servers, "source");
	const char *auth = jsonl_string(s->servers, "auth");
	GString *out = g_string_sized_new(4096);

	g_string_append_printf(out, "# Added by penfold setup on %s; the servers are from %s.\n", day,
	    source != NULL ? source : "the command line");
	g_string_append_printf(out, "[account \"%s\"]\n", s->account);
	add_address(out, s);
	add_line(out, "imap", jsonl_string(s->servers, "imap"));
	add_line(out, "pop3", jsonl_string(s->servers, "pop3"));
	add_line(out, "smtp", jsonl_string(s->servers, "smtp"));
	if (auth != NULL && strcmp(auth, "auto") != 0)
		add_line(out, "auth", auth);
	if (s->command != NULL)
		g_string_append_printf(out, "password-command = %s\n", s->command);
	else if (s->is_kept)
		g_string_append_printf(out,
		    "# The password is in the keyring: application penfold, account %s.\n",
		    s->account);
	else if (s->secret != NULL)
		add_line(out, "password", secret_bytes(s->secret));
	if (s->more != NULL)
		g_string_append(out, s->more->str);
	g_date_time_unref(now);
	g_free(day);
	return out;
}
