/* SPDX-License-Identifier: GPL-3.0-or-later */
/* status_private.h - what the first and the last line share. */
#ifndef PENFOLD_UI_STATUS_PRIVATE_H
#define PENFOLD_UI_STATUS_PRIVATE_H

#include "ui/status.h"

/* How far one account's fetching is. */
struct progress {
	gint64 done, total, bytes, rate, seconds_left;
	gint64 heard_us; /* monotonic: when something was heard of it last */
	char *folder;
};

/* Letters of one account that its server does not take. */
struct refused {
	gint64 n;
	char *reason;
	bool is_old;   /* of the run before */
	bool is_known; /* and the user has been told */
};

struct status {
	struct app *app;
	char *message;
	bool is_background; /* the message is trouble that nobody asked about */
	bool is_of_sending; /* the message tells that a letter waits: the next attempt makes it old */
	char *waiting; /* trouble that came while the user was being answered; NULL */
	bool is_error;
	guint timer; /* takes a remark away */
	guint clock; /* while something is fetched: counts the seconds without a word */
	GPtrArray *history;
	GHashTable *progress; /* account -> struct progress, while it fetches */
	GHashTable *failed;   /* account -> a few words, after a failed fetch */
	GHashTable *refused;  /* account -> struct refused */
	GHashTable *told;     /* account -> the code of the trouble that was told last */
	char *sending;	      /* what penfold-send does */
	bool wants_hints;
};

/* Whole seconds since something was heard of it, 0 when that is not long: the line may be dead, and nobody knows yet. */
gint64
status_quiet_s(const struct progress *p);
/* What penfold-send is at. */
void
status_sending(struct status *s, const json_t *event);

#endif
