/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hooks.h - programs of the user's that are told of events: started by argv, without a shell, one JSON
 * object on their standard input. No word from a mail is ever an argument. */
#ifndef PENFOLD_CLIENT_HOOKS_H
#define PENFOLD_CLIENT_HOOKS_H

#include "base/rc.h"

#include <jansson.h>

/* How a program ended that did not end well: one sentence for the status bar. */
typedef void (*hooks_failed_fn)(const char *text, void *user);

/* Run `[section] key` (of [hooks] or [notify]) when the rc has it: obj (stolen) is what it gets. Does not
 * wait; what the program prints is thrown away. failed (may be NULL) hears when it cannot be started or
 * fails, as long as the main loop runs. False when the rc names no program. */
bool
hooks_run(const struct rc *rc, const char *section, const char *key, json_t *obj, hooks_failed_fn failed,
    void *user);
/* The same for a program of our own, by its name ("penfold-notify"). */
bool
hooks_run_helper(const char *program, json_t *obj);

#endif
