/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_round.h - a letter from one account to another (or the same) and back. */
#ifndef PENFOLD_CMD_CMD_ROUND_H
#define PENFOLD_CMD_CMD_ROUND_H

#include "cmd/cmd.h"

struct cmd_round {
	struct cmd_context *ctx;
	const struct rc_account *account, *via; /* to whom, by whom */
	char *id;				/* its Message-ID, without <> */
};

/* Queue the letter (whole, CRLF) and send it. PF_ERROR_UNAVAILABLE names the queue entry that waits. */
bool
cmd_round_send(struct cmd_round *round, const char *text, GError **error);
/* Fetch until it is there, or the time is over: the path of the copy that came back. Owned; NULL. */
char *
cmd_round_fetch(struct cmd_round *round, int seconds);
/* The header of a file (and what follows, up to 1 MB), NUL-terminated; NULL when it is gone. Owned. */
char *
cmd_round_header(const char *path);

#endif
