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

/* Say that the account has no key; the exit code. */
int
cmd_dkim_no_key(struct cmd_context *ctx, const char *account);

#endif
