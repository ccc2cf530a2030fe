/* SPDX-License-Identifier: GPL-3.0-or-later */
/* status_private.h - what the first and the last line share. */
#ifndef PENFOLD_UI_STATUS_PRIVATE_H
#define PENFOLD_UI_STATUS_PRIVATE_H

#include "ui/status.h"

/* How far one account's fetching is. */
struct progress {
	gint64 done, total, bytes, rate, seconds_left;
	char *folder;
};

struct status {
	struct app *app;
	char *message;
	bool is_background; /* the message is trouble that nobody asked about */
	char *waiting; /* trouble that came while the user was being answered; NULL */
	bool is_error;
	guint timer; /* takes a remark away */
	GPtrArray *history;
	GHashTable *progress; /* account -> struct progress, while it fetches */
	GHashTable *failed;   /* account -> a few words, after a failed fetch */
	GHashTable *told;     /* account -> the code of the trouble that was told last */
	char *sending;	      /* what penfold-send does */
	bool wants_hints;
};

#endif
