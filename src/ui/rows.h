/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.h - the rows of a list: a place's threads out of the row index, or the stream of a search,
 * with what the user has just done laid over them. */
#ifndef PENFOLD_UI_ROWS_H
#define PENFOLD_UI_ROWS_H

#include "ui/app.h"
#include "ui/place.h"

struct rows;

/* changed is called whenever rows came or went without a call of the owner. */
struct rows *
rows_new(struct app *app, void (*changed)(void *user), void *user);
void
rows_free(struct rows *r);

/* what is shown */

/* Show a place (borrowed). limit: a query that the threads must match too, or NULL. */
void
rows_set(struct rows *r, const struct place *p, const char *limit);
/* The index was mapped anew. */
void
rows_index_changed(struct rows *r);

/* reading */

/* Rows known so far; is_complete_out: there are no more. */
guint
rows_count(const struct rows *r, bool *is_complete_out);
/* Find rows until `want` are known or there are no more (index only; a search comes by itself). */
void
rows_extend(struct rows *r, guint want);
/* Row i as it is to be shown; strings are borrowed until the next change. */
bool
rows_get(struct rows *r, guint i, struct row *out);
/* The number of the thread's row, -1 if it is not (yet) known. */
int
rows_find(struct rows *r, const char *thread);
/* A pass over all rows is over: the pages of the index that it has read need not stay in memory. */
void
rows_trim(const struct rows *r);
/* Is a search still running? */
bool
rows_is_busy(const struct rows *r);
/* Stop the search that is running; false when there is none. */
bool
rows_stop(struct rows *r);
/* Why the search ended early, NULL if it did not; borrowed. */
const char *
rows_error(const struct rows *r);

/* in what order */

enum rows_order {
	ROWS_BY_DATE, /* of the newest message, newest first */
	ROWS_BY_FROM,
	ROWS_BY_SUBJECT,
	ROWS_BY_SIZE,	/* of the newest message, largest first */
	ROWS_BY_COUNT,	/* of messages, most first */
	ROWS_BY_UNREAD, /* unread threads first */
	ROWS_ORDERS,
};

/* Any order but that by date is made in idle time: until it is there, rows stand by date. */
void
rows_set_order(struct rows *r, enum rows_order order, bool is_reversed);
enum rows_order
rows_order(const struct rows *r, bool *is_reversed_out);
/* The order of that name; by date where there is none. */
enum rows_order
rows_order_find(const char *name);
/* "date", "from", ...; NULL past the end. */
const char *
rows_order_name(enum rows_order order);

/* what the user did, until the index says the same */

enum rows_effect {
	ROWS_GONE = 1 << 0,
	ROWS_READ = 1 << 1,
	ROWS_UNREAD = 1 << 2,
	ROWS_FLAG = 1 << 3,
	ROWS_UNFLAG = 1 << 4,
	ROWS_MOVED = 1 << 5,	 /* with ROWS_GONE: to another folder, unread as they are */
	ROWS_READ_SOME = 1 << 6, /* of a thread of which ROWS_LEFT() stay unread */
};
#define ROWS_LEFT_SHIFT 8
#define ROWS_LEFT(n)	(ROWS_READ_SOME | (MIN(n, G_MAXUINT16) << ROWS_LEFT_SHIFT))

/* One deed, as rows show it. */
struct rows_deed {
	unsigned effects;	  /* enum rows_effect */
	const char *changes;	  /* of tags: "+todo -x"; NULL for none; borrowed */
	const struct place *from; /* what they leave by ROWS_GONE; NULL without it; borrowed */
	const struct place *to;	  /* where they go by ROWS_MOVED: a role's folder of each account, or a folder, account "" for
				   * each message's own; NULL without it; borrowed */
	bool is_done;		  /* for rows_lift(): it was confirmed before */
};

/* Show the threads (strings) so from now on, whatever is shown. Effects that contradict replace each other. */
void
rows_lay(struct rows *r, const GPtrArray *threads, const struct rows_deed *deed);
/* Of a new list: what was done so far, as the other one has it. */
void
rows_adopt(struct rows *r, const struct rows *other);
/* Some of n threads were laid as gone: take them out of the list, in one pass. */
void
rows_drop_gone(struct rows *r, guint n);
/* The same for a list that nobody sees: what is shown there is found anew. */
void
rows_drop_gone_later(struct rows *r);
/* Take the deed from the threads, because it was undone or failed; how many of them are no longer gone. */
guint
rows_lift(struct rows *r, const GPtrArray *threads, const struct rows_deed *deed);
/* So many that were gone are to be looked for again. */
void
rows_bring_back(struct rows *r, guint n);
/* How many threads something was done to; what that makes of the unread messages in each folder: that of row i of the
 * index is added to unread (n_folders numbers), false when nothing was done to it. */
guint
rows_n_touched(const struct rows *r);
bool
rows_add_pending(const struct rows *r, const struct row_index *index, guint32 i, gint64 *unread, guint32 n_folders);
/* The store has done it: the next index shows the truth, and the effects may go. */
void
rows_confirm(struct rows *r, const GPtrArray *threads);

#endif
