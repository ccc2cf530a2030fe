/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_screen.h - the screen as a command opens it. */
#ifndef PENFOLD_CMD_CMD_SCREEN_H
#define PENFOLD_CMD_CMD_SCREEN_H

#include "cmd/cmd.h"
#include "ui/ui.h"

/* ui_run(), and after it what was sent a moment before is on its way: waits for that. */
int
cmd_screen(struct cmd_context *ctx, struct ui_opts *opts, GError **error);

/* cmd_queue.c: run what is due, as `penfold queue run --due`; exit code. */
int
cmd_queue_due(struct cmd_context *ctx);

#endif
