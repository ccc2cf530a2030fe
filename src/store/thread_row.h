/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thread_row.h - messages gathered into one row a thread: for the list, the row index and search.
 *
 * A row is made of the thread's live messages: those not in trash or junk and without an excluded
 * tag; when none lives, of all. Its head, the message that date, id, subject, domain, size and
 * verdict are taken from, is the newest of them, or one that was asked for (a search's match). */
#ifndef PENFOLD_STORE_THREAD_ROW_H
#define PENFOLD_STORE_THREAD_ROW_H

#include "base/row_index.h"
#include "store/index.h"

struct thread_rows;

/* One finished row. Borrowed until the rows are freed. */
struct thread_row {
	const char *thread;
	const char *id, *subject, *domain, *path; /* of the head; path is the real file */
	const char *account, *folder;		  /* of path */
	gint64 date;
	guint64 size;
	enum row_verdict verdict;
	guint32 count, total, flags; /* enum row_flags */
	GPtrArray *authors;	     /* const char *, display names, oldest first, each once */
	GPtrArray *tags;	     /* const char *, sorted */
	GArray *folders;	     /* struct thread_row_folder */
};

struct thread_row_folder {
	const struct folder *folder;
	guint32 total, unread;
};

struct thread_rows *
thread_rows_new(struct index *ix);
void
thread_rows_free(struct thread_rows *rows);
/* This message (Message-ID) is the head of its thread's row. To be called before its thread is
 * added. */
void
thread_rows_set_head(struct thread_rows *rows, const char *thread, const char *id);
/* Add all messages that match; whole threads, please. Excluded tags do not count here. */
notmuch_status_t
thread_rows_add(struct thread_rows *rows, notmuch_database_t *db, const char *query);
/* Add these threads (ids). */
notmuch_status_t
thread_rows_add_threads(struct thread_rows *rows, notmuch_database_t *db, const char *const *threads,
    guint n);
/* The row of a thread; false when it was not added. */
bool
thread_rows_get(struct thread_rows *rows, const char *thread, struct thread_row *out);
/* All of them, in any order. */
void
thread_rows_foreach(struct thread_rows *rows, void (*fn)(const struct thread_row *row, void *user),
    void *user);
void
thread_row_clear(struct thread_row *row);

#endif
