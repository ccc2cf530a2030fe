/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.h - other programs: editors, viewers, printers, pipes. By argv, never through a shell. */
#ifndef PENFOLD_UI_RUN_H
#define PENFOLD_UI_RUN_H

#include "ui/app.h"

/* A program has ended; status as waitpid() has it. */
typedef void (*run_fn)(struct app *app, int status, void *user);

/* With the whole terminal, which is taken back at the end. False when it could not start; fn is then
 * not called. */
bool
run_terminal(struct app *app, char **argv, run_fn fn, void *user, GError **error);

/* Apart from the terminal, without input and output. fn may be NULL. */
bool
run_detached(struct app *app, char **argv, run_fn fn, void *user, GError **error);

/* With input from stdin_fd (borrowed; -1 for none), in folder dir (NULL: this one). What it writes is
 * given to fn, outside text; at most RUN_MAX_OUTPUT bytes of it. */
#define RUN_MAX_OUTPUT (4u << 20)
typedef void (*run_output_fn)(struct app *app, int status, const char *bytes, size_t len, void *user);
bool
run_capture(struct app *app, char **argv, const char *dir, int stdin_fd, run_output_fn fn, void *user,
    GError **error);

/* As run_capture(); the output becomes a page of this title, and how it ended is said. */
bool
run_to_page(struct app *app, char **argv, const char *dir, int stdin_fd, const char *title,
    GError **error);

/* "status 1", "signal 9"; owned. NULL for success. */
char *
run_status_words(int status);

/* A command as a user types it, into words; owned. NULL with PF_ERROR_USAGE. */
char **
run_words(const char *text, GError **error);

#endif
