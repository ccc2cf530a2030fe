/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_complete.h - completion for shells. */
#ifndef PENFOLD_CMD_CMD_COMPLETE_H
#define PENFOLD_CMD_CMD_COMPLETE_H

#include "cmd/cmd.h"

/* Print what may stand for the last of n words, those before it given; "word TAB meaning" a line,
 * nothing where only a file or a free text can follow. The words are those after "penfold".
 * Returns an exit code: 0. */
int
cmd_complete(const struct program_options *opts, int n, char *const *words);

#endif
