/* SPDX-License-Identifier: GPL-3.0-or-later */
/* supervisor_private.h - what supervisor.c (requests), supervisor_more.c (of one under way) and
 * supervisor_process.c (the process) share. */
#ifndef PENFOLD_BASE_SUPERVISOR_PRIVATE_H
#define PENFOLD_BASE_SUPERVISOR_PRIVATE_H

#include "base/limits.h"
#include "base/supervisor.h"

struct request {
	guint64 id;
	json_t *obj;
	int fds[LIMIT_JSON_FDS];
	size_t n_fds;
	unsigned deadline_ms;
	char *subject;
	supervisor_reply_fn fn;
	void *user;
	bool is_cancelled;
};

struct supervisor {
	char *program;
	char **argv; /* without the program */
	supervisor_notice_fn notice;
	void *notice_user;
	guint64 last_id;
	GQueue waiting;		  /* struct request */
	struct request *current;  /* sent, not answered */
	GHashTable *crash_counts; /* subject -> GUINT */
	struct jsonl *j;	  /* NULL when no helper runs */
	GPid pid;
	guint watch_in, watch_out, watch_child, timer_deadline, timer_start, idle_start, idle_more;
	unsigned backoff_ms;
	enum supervisor_state state;
};

void
supervisor_drop_source(guint *source);
/* Write what is queued, now and as the socket takes it. */
void
supervisor_flush(struct supervisor *s);
/* The time of the current request begins. */
void
supervisor_set_deadline(struct supervisor *s);
/* Start the process with a new socket as its descriptors 0 and 1; fills pid and j. */
bool
supervisor_process_spawn(struct supervisor *s, GError **error);
/* The helper is not to be used any more: close the socket, drop its sources, send sig (0: none). The
 * child watch reaps it. */
void
supervisor_process_abandon(struct supervisor *s, int sig);
/* Wait for a process whose input has ended: TERM after 2 s, KILL after 5 s. */
void
supervisor_process_end(GPid pid);

#endif
