/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue_state.h - the life of a letter in the queue as a table, and the pause before the
 * next attempt. Pure: no clock, no disk.
 *
 * held: by the user, until released; with a next_try, the time for taking it back, after
 * which it leaves by itself. scheduled: leaves at next_try. ready: leaves with the next
 * run. sending: a run has claimed it. dot: its last byte may be with the server, the
 * answer is not here (RFC 5321 4.2.5, RFC 1047). deferred: tried, waits for next_try.
 * uncertain: the answer was lost; never resent unasked. */
#ifndef PENFOLD_STORE_QUEUE_STATE_H
#define PENFOLD_STORE_QUEUE_STATE_H

#include <glib.h>
#include <stdbool.h>

enum queue_state {
	QUEUE_HELD,
	QUEUE_SCHEDULED,
	QUEUE_READY,
	QUEUE_SENDING,
	QUEUE_DOT,
	QUEUE_SENT,
	QUEUE_DEFERRED,
	QUEUE_FAILED,
	QUEUE_UNCERTAIN,
	QUEUE_CANCELLED,
	QUEUE_N_STATES,
};

enum queue_event {
	QUEUE_ON_CLAIM,	    /* a run takes it */
	QUEUE_ON_DOT,	    /* about to send the last byte */
	QUEUE_ON_ALL_SENT,  /* every recipient has a final 2xx */
	QUEUE_ON_SOME_WAIT, /* no loss, but someone is to be tried again */
	QUEUE_ON_SOME_FAIL, /* nobody waits, someone was refused for good */
	QUEUE_ON_LOST,	    /* the answer to the last byte did not come */
	QUEUE_ON_CRASH,	    /* found in this state by a run that starts */
	QUEUE_ON_PACE,	    /* the account's rate is used up: leaves later */
	QUEUE_ON_FOUND,	    /* the server's own copy says that it was taken */
	QUEUE_ON_HOLD,	    /* the user ... */
	QUEUE_ON_RELEASE,
	QUEUE_ON_CANCEL,
	QUEUE_ON_RETRY,
	QUEUE_ON_ARRIVED, /* the user knows that it arrived */
	QUEUE_N_EVENTS,
};

/* A recipient's state; the words are the letter's. */
enum queue_fate {
	QUEUE_PENDING,
	QUEUE_FATE_SENT,
	QUEUE_FATE_DEFERRED,
	QUEUE_FATE_FAILED,
	QUEUE_FATE_UNCERTAIN
};

/* The state after an event. False: the event does not apply and *next_out is untouched.
 */
bool queue_state_next(
    enum queue_state state, enum queue_event event, enum queue_state *next_out);

/* "held" and so on; static. */
const char *queue_state_name(enum queue_state state);
/* -1 for an unknown word. */
int queue_state_from_name(const char *name);
const char *queue_fate_name(enum queue_fate fate);
int queue_fate_from_name(const char *name);

/* What an attempt that left the recipients like this means for the letter. */
enum queue_event queue_state_outcome(const enum queue_fate *fates, size_t n);

/* Seconds to wait after the n-th attempt (1, 2, ...): first_s doubled each time, at most
 * 4 hours, spread by up to a fifth either way. random: 0 to 1. */
gint64 queue_state_pause(unsigned attempts, gint64 first_s, double random);

#endif
