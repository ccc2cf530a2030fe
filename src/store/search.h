/* SPDX-License-Identifier: GPL-3.0-or-later */
/* search.h - notmuch queries answered by rows, newest first, as a stream that can be cut short. */
#ifndef PENFOLD_STORE_SEARCH_H
#define PENFOLD_STORE_SEARCH_H

#include "store/thread_row.h"

struct search {
	const char *query;    /* notmuch-search-terms(7); "" and "*" are everything */
	guint limit, offset;  /* rows; limit 0: all */
	bool is_oldest_first;
	void (*on_row)(const struct thread_row *row, void *user);
	bool (*is_cancelled)(void *user); /* between rows; may be NULL */
	void *user;
};

struct search_result {
	guint rows;   /* given to on_row */
	gint64 total; /* threads that match, without limit; -1 when it was not counted */
};

/* A row's head is its newest (oldest) matching message. Messages with an excluded tag do not match
 * unless the query names the tag. PF_ERROR_USAGE for a query that does not parse,
 * PF_ERROR_CANCELLED when is_cancelled said so. */
bool
search_run(struct index *ix, const struct search *search, struct search_result *out, GError **error);

/* The number of matching messages; and of threads when threads_out is not NULL (slow). */
bool
search_count(struct index *ix, const char *query, guint *messages_out, guint *threads_out,
    GError **error);

#endif
