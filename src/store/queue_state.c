/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue_state.c - the transitions. What the table does not hold cannot happen: a letter
 * that was sent or taken back stays so, and nothing leads out of "uncertain" but the
 * user, or the copy that the server itself filed. */
#include "store/queue_state.h"

#include <string.h>

#define LONGEST_PAUSE_S (4 * 3600)

#define NO	  0
#define TO(state) ((state) + 1)

/* clang-format off */
static const guint8 table[QUEUE_N_STATES][QUEUE_N_EVENTS] = {
	[QUEUE_HELD] = {
		[QUEUE_ON_CLAIM] = TO(QUEUE_SENDING), /* when its time for taking it back is over */
		[QUEUE_ON_PACE] = TO(QUEUE_SCHEDULED),
		[QUEUE_ON_HOLD] = TO(QUEUE_HELD),
		[QUEUE_ON_RELEASE] = TO(QUEUE_READY),
		[QUEUE_ON_CANCEL] = TO(QUEUE_CANCELLED),
	},
	[QUEUE_SCHEDULED] = {
		[QUEUE_ON_CLAIM] = TO(QUEUE_SENDING),
		[QUEUE_ON_PACE] = TO(QUEUE_SCHEDULED),
		[QUEUE_ON_HOLD] = TO(QUEUE_HELD),
		[QUEUE_ON_RELEASE] = TO(QUEUE_READY),
		[QUEUE_ON_CANCEL] = TO(QUEUE_CANCELLED),
	},
	[QUEUE_READY] = {
		[QUEUE_ON_CLAIM] = TO(QUEUE_SENDING),
		[QUEUE_ON_PACE] = TO(QUEUE_SCHEDULED),
		[QUEUE_ON_HOLD] = TO(QUEUE_HELD),
		[QUEUE_ON_RELEASE] = TO(QUEUE_READY),
		[QUEUE_ON_CANCEL] = TO(QUEUE_CANCELLED),
		[QUEUE_ON_RETRY] = TO(QUEUE_READY),
	},
	[QUEUE_SENDING] = {
		[QUEUE_ON_DOT] = TO(QUEUE_DOT),
		[QUEUE_ON_ALL_SENT] = TO(QUEUE_SENT),
		[QUEUE_ON_SOME_WAIT] = TO(QUEUE_DEFERRED),
		[QUEUE_ON_SOME_FAIL] = TO(QUEUE_FAILED),
		[QUEUE_ON_CRASH] = TO(QUEUE_READY),
		[QUEUE_ON_HOLD] = TO(QUEUE_HELD),
		[QUEUE_ON_CANCEL] = TO(QUEUE_CANCELLED),
	},
	[QUEUE_DOT] = {
		[QUEUE_ON_ALL_SENT] = TO(QUEUE_SENT),
		[QUEUE_ON_SOME_WAIT] = TO(QUEUE_DEFERRED),
		[QUEUE_ON_SOME_FAIL] = TO(QUEUE_FAILED),
		[QUEUE_ON_LOST] = TO(QUEUE_UNCERTAIN),
		[QUEUE_ON_CRASH] = TO(QUEUE_UNCERTAIN),
	},
	[QUEUE_DEFERRED] = {
		[QUEUE_ON_CLAIM] = TO(QUEUE_SENDING),
		[QUEUE_ON_PACE] = TO(QUEUE_SCHEDULED),
		[QUEUE_ON_HOLD] = TO(QUEUE_HELD),
		[QUEUE_ON_RELEASE] = TO(QUEUE_READY),
		[QUEUE_ON_CANCEL] = TO(QUEUE_CANCELLED),
		[QUEUE_ON_RETRY] = TO(QUEUE_READY),
	},
	[QUEUE_FAILED] = {
		[QUEUE_ON_CANCEL] = TO(QUEUE_CANCELLED),
		[QUEUE_ON_RETRY] = TO(QUEUE_READY),
	},
	[QUEUE_UNCERTAIN] = {
		[QUEUE_ON_FOUND] = TO(QUEUE_SENT),
		[QUEUE_ON_ARRIVED] = TO(QUEUE_SENT),
		[QUEUE_ON_CANCEL] = TO(QUEUE_CANCELLED),
		[QUEUE_ON_RETRY] = TO(QUEUE_READY),
	},
};
/* clang-format on */

static const char *const state_names[QUEUE_N_STATES] = {"held", "scheduled", "ready",
    "sending", "dot", "sent", "deferred", "failed", "uncertain", "cancelled"};
static const char *const fate_names[] = {
    "pending", "sent", "deferred", "failed", "uncertain"};

bool
queue_state_next(
    enum queue_state state, enum queue_event event, enum queue_state *next_out)
{
	guint8 entry = table[state][event];

	if (entry == NO)
		return false;
	*next_out = (enum queue_state)(entry - 1);
	return true;
}

static int
find_name(const char *const *names, size_t n, const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < n; i++) {
		if (strcmp(names[i], name) == 0)
			return (int)i;
	}
	return -1;
}

const char *
queue_state_name(enum queue_state state)
{
	return state_names[state];
}

int
queue_state_from_name(const char *name)
{
	return find_name(state_names, G_N_ELEMENTS(state_names), name);
}

const char *
queue_fate_name(enum queue_fate fate)
{
	return fate_names[fate];
}

int
queue_fate_from_name(const char *name)
{
	return find_name(fate_names, G_N_ELEMENTS(fate_names), name);
}

enum queue_event
queue_state_outcome(const enum queue_fate *fates, size_t n)
{
	size_t i, count[G_N_ELEMENTS(fate_names)] = {0};

	for (i = 0; i < n; i++)
		count[fates[i]]++;
	if (count[QUEUE_FATE_UNCERTAIN] > 0)
		return QUEUE_ON_LOST;
	if (count[QUEUE_FATE_DEFERRED] + count[QUEUE_PENDING] > 0)
		return QUEUE_ON_SOME_WAIT;
	return count[QUEUE_FATE_FAILED] > 0 ? QUEUE_ON_SOME_FAIL : QUEUE_ON_ALL_SENT;
}

gint64
queue_state_pause(unsigned attempts, gint64 first_s, double random)
{
	gint64 pause = MAX(first_s, 1);
	unsigned i;

	for (i = 1; i < attempts && pause < LONGEST_PAUSE_S; i++)
		pause *= 2;
	pause = MIN(pause, LONGEST_PAUSE_S);
	return MAX(pause + (gint64)((double)pause * (random - 0.5) * 0.4), 1);
}
