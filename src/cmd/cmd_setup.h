/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_setup.h - the set-up questions, for `penfold setup` and for an empty home. */
#ifndef PENFOLD_CMD_CMD_SETUP_H
#define PENFOLD_CMD_CMD_SETUP_H

#include "base/secret.h"
#include "cmd/cmd.h"

/* What is known of an account that is set up. Strings are owned. */
struct setup {
	struct cmd_context *ctx;
	char *address, *display, *account;
	char *command;	       /* the password-command */
	json_t *servers;       /* imap, pop3, smtp, auth, source, note ... */
	struct secret *secret; /* NULL: none is needed */
	bool may_ask, is_untested, is_kept; /* the latter: in the keyring */
	bool is_named;	       /* the account's name was given */
	GString *more; /* further lines of the section; NULL */
};

/* A line to the person; what penfold-setup tells on the way (user: the struct setup). cmd_setup_find.c. */
void
setup_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void
setup_event(const struct reply *reply, void *user);
/* The servers of the address, unless they are given. */
bool
setup_find(struct setup *s, GError **error);

/* Its section of the rc file, with a comment; may hold the password. Owned. */
GString *
cmd_setup_text(const struct setup *s);

/* The steps of a set-up: ask what is not known of the person, and refuse an account that is there already; ask for the
 * password, and try it; write the section. Told by error. */
bool
cmd_setup_known(struct setup *s, GError **error);
/* It was mistyped: text is the address. */
bool
cmd_setup_readdress(struct setup *s, const char *text, GError **error);
bool
cmd_setup_login(struct setup *s, GError **error);
bool
cmd_setup_write(struct setup *s, GError **error);
void
cmd_setup_free(struct setup *s);

/* Accounts from the configuration files (paths) of other programs: shown, and with is_yes or after a question
 * written. Exit code. */
int
cmd_setup_from(struct cmd_context *ctx, const GPtrArray *files, bool is_yes, bool is_untested);
/* Offer that for what is in this home; false when nothing was written. */
bool
cmd_setup_offer(struct cmd_context *ctx);

/* No account, and a terminal to ask on? */
bool
cmd_setup_is_due(struct cmd_context *ctx);
/* Ask, and write the first account. False when none was written, which has been told. */
bool
cmd_setup_first(struct cmd_context *ctx);

#endif
