/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_program.h - what the operations of penfold-store work on. */
#ifndef PENFOLD_PROGRAMS_STORE_PROGRAM_H
#define PENFOLD_PROGRAMS_STORE_PROGRAM_H

#include "base/helper.h"
#include "base/rc_fresh.h"

struct index;
struct program_options;
struct queue;
struct state_db;
struct supervisor;

struct store_program {
	const struct rc *rc;
	struct rc_fresh rules;	/* for the rules: the screen and its user add to them while we run */
	const char *root;	/* the mail root, absolute */
	const char *state_dir;	/* exists, 0700, absolute */
	struct state_db *state; /* state.db */
	struct index *index;	/* the notmuch database below root */
	struct queue *queue;	/* the outgoing queue; NULL until store_queue.c needs it */
	const struct program_options *opts; /* for helpers of its own */
	struct supervisor *crypt, *auth;    /* for signing; NULL until a letter is signed */
	gint64 deaf_until; /* monotonic: the DNS gave no answer */
	bool is_read_only;	/* --read-only: operations that write are refused */
};

#endif
