/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_mutt.h - mutt's letters that are no letter to write: where the screen begins, what is printed. */
#ifndef PENFOLD_CMD_CMD_MUTT_H
#define PENFOLD_CMD_CMD_MUTT_H

#include "cmd/cmd.h"

/* The letters, for help and penfold(1). */
extern const struct cmd_option cmd_mutt_options[];

/* Is the first argument one or more of them, or of a letter's? */
bool
cmd_mutt_is_asked(int argc, char **argv);
/* The version, and with 2 the licence. */
int
cmd_mutt_version(struct cmd_context *ctx, int n);
/* All of mutt's command line. */
int
cmd_mutt(struct cmd_context *ctx, int argc, char **argv);

#endif
