/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_dkim.h - what the actions of `penfold dkim` share. */
#ifndef PENFOLD_CMD_CMD_DKIM_H
#define PENFOLD_CMD_CMD_DKIM_H

#include "cmd/cmd.h"

/* The account named, else the first one with a key, else the first one; NULL when there is none. */
const char *
cmd_dkim_account(struct cmd_context *ctx, const char *named);

/* penfold-crypt's {keys: [{name, domain, selector, type, record, zone}]}; keys (may be NULL, borrowed) as op
 * dkim-public takes them. NULL and error. */
json_t *
cmd_dkim_public(struct cmd_context *ctx, const char *account, json_t *keys, GError **error);

/* --key FILE --selector S --domain D: a key that no account has, for cmd_dkim_public(); NULL when none of
 * the three is there. Owned. */
json_t *
cmd_dkim_take_key(int *argc, char **argv);

/* Judge the signatures of a message and print them; 0 when one is right, 1 when none is. now may be NULL. */
int
cmd_dkim_verify_fd(struct cmd_context *ctx, int fd, const char *now);

/* the other files' actions */
int
cmd_dkim_selftest(struct cmd_context *ctx, int argc, char **argv);
int
cmd_dkim_verify(struct cmd_context *ctx, int argc, char **argv);
int
cmd_dkim_check(struct cmd_context *ctx, int argc, char **argv);

/* Say that the account has no key; the exit code. */
int
cmd_dkim_no_key(struct cmd_context *ctx, const char *account);

#endif
