/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_sieve.h - what the files of `penfold sieve` share. */
#ifndef PENFOLD_CMD_CMD_SIEVE_H
#define PENFOLD_CMD_CMD_SIEVE_H

#include "cmd/cmd.h"

/* The op sieve of penfold-setup. name NULL: none; fd -1: none goes along. New reference, NULL with error. */
json_t *
cmd_sieve_ask(struct cmd_context *ctx, const char *deed, const char *account, const char *name, int fd, GError **error);
/* Put or check the script in a file, and print what the server says. The exit code: 1 when it does not take it; -1 with
 * error. */
int
cmd_sieve_send(struct cmd_context *ctx, const char *deed, const char *account, const char *name, const char *path,
    GError **error);
/* cmd_sieve_edit.c: edit the script args[1] of the account args[0]. The exit code; -1 with error. */
int
cmd_sieve_edit(struct cmd_context *ctx, const char *const *args, GError **error);

#endif
