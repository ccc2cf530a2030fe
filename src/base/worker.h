/* SPDX-License-Identifier: GPL-3.0-or-later */
/* worker.h - a second pair of hands: this program, forked, with JSON lines between the
 * two. What was in memory is there on both sides; the worker dies with who started it.
 * Only for programs without threads. */
#ifndef PENFOLD_BASE_WORKER_H
#define PENFOLD_BASE_WORKER_H

#include "base/jsonl.h"

#include <sys/types.h>

struct worker {
	pid_t pid;
	struct jsonl *line; /* owned */
};

/* Fork. In the child run() gets its end of the line (borrowed), and what it returns is
 * the exit code; nothing that is registered for the end of the program happens there.
 * False with error (PF_ERROR_TEMPORARY) when there is no process to be had. */
bool worker_start(struct worker *w, int (*run)(struct jsonl *line, void *user),
    void *user, GError **error);
/* In a process that was just forked, its first words: it ends with its parent. False when that is gone already. */
bool worker_ends_with(pid_t parent);
/* Close the line and wait for the child; with is_killed it is not asked. */
void worker_end(struct worker *w, bool is_killed);

#endif
