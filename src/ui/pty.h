/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pty.h - a program on a terminal of its own, inside the one loop. */
#ifndef PENFOLD_UI_PTY_H
#define PENFOLD_UI_PTY_H

#include <glib.h>
#include <stdbool.h>

struct pty;

struct pty_events {
	/* The program has written these bytes. */
	void (*output)(const char *bytes, size_t len, void *user);
	/* It has ended, after its last output; status as waitpid() has it. Called once, and the last call. */
	void (*ended)(int status, void *user);
};

struct pty_opts {
	char **argv;
	const char *term; /* TERM */
	bool is_light;	  /* the background, for COLORFGBG */
	int rows, cols;
};

/* Start argv as the leader of a session on a new terminal. It finds nothing in its environment that only the
 * outer terminal can do. NULL with an error when it cannot start. events is borrowed for ever. */
struct pty *
pty_start(const struct pty_opts *opts, const struct pty_events *events, void *user, GError **error);
/* What is typed. Never blocks: what the program does not read waits. */
void
pty_write(struct pty *p, const char *bytes, size_t len);
/* Does so much wait that nothing more should be written before the program reads? */
bool
pty_is_full(const struct pty *p);
/* The program is told of the new size. */
void
pty_resize(struct pty *p, int rows, int cols);
/* Let go of it: a program that still runs is hung up on (SIGHUP), as by a terminal that closes. No event
 * comes any more. NULL is fine. */
void
pty_free(struct pty *p);

#endif
