/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_key.h - parts of `penfold key` that have a file of their own. */
#ifndef PENFOLD_CMD_CMD_KEY_H
#define PENFOLD_CMD_CMD_KEY_H

#include "cmd/cmd.h"

/* Make an Autocrypt setup message for an address (NULL: the first account's) and queue it for oneself, or write it
 * to a file; print its code. The exit code. */
int
cmd_key_setup_make(struct cmd_context *ctx, const char *address, const char *output);
/* Take in the part behind fd (borrowed), after asking for the code: the answer of penfold-crypt. */
json_t *
cmd_key_setup_take(struct cmd_context *ctx, int fd, GError **error);

#endif
