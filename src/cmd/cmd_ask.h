/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_ask.h - questions on the terminal, line by line, for commands that set something up. */
#ifndef PENFOLD_CMD_CMD_ASK_H
#define PENFOLD_CMD_CMD_ASK_H

#include "base/secret.h"

/* May questions be asked: is standard input a terminal? */
bool
cmd_ask_may(void);
/* One line, without blanks around it; utf8, owned. An empty answer is fallback (may be NULL, then "").
 * NULL at the end of input. */
char *
cmd_ask_line(const char *question, const char *fallback);
/* One line that is not shown; reason (NULL: none) is said on a line of its own before. Without a terminal it is
 * read from standard input all the same, and the reason is said too. NULL at the end of input. */
struct secret *
cmd_ask_secret(const char *reason, const char *question);
/* One of the letters (lower case); the first is the answer to an empty line. 0 at the end of input. */
char
cmd_ask_letter(const char *question, const char *letters);

#endif
