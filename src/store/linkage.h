/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linkage.h - threads as the user put them together: messages that were hung below another one, or made the
 * first of a thread of their own, whatever their headers say.
 *
 * notmuch joins threads by References for ever and can part none, so what was done lies in state.db by Message-ID,
 * where no indexing touches it, and every reader of threads looks here: a *natural* thread is notmuch's, a
 * *thread* is what is shown. Where nothing was ever linked all of it is free: linkage_read() gives NULL, and the
 * functions take that for "as notmuch has it". */
#ifndef PENFOLD_STORE_LINKAGE_H
#define PENFOLD_STORE_LINKAGE_H

#include "store/index.h"

struct linkage;

/* A message of a thread that links have a part in. Borrowed from the links. */
struct linked {
	const char *id;
	const char *natural; /* notmuch's thread */
	const char *natural_parent, *parent; /* Message-IDs, NULL at the top */
	const char *thread;
	gint64 date;
	unsigned depth;
	bool is_refused; /* its link would have made it an answer to its own answer */
};

/* What stands in state.db, seen in this database; *out is borrowed until the next call. */
notmuch_status_t
linkage_read(struct index *ix, notmuch_database_t *db, const struct linkage **out);
/* The same as if state.db said this (array of struct state_link), with these natural threads as well (array of
 * strings, may be NULL). Owned. */
notmuch_status_t
linkage_build(notmuch_database_t *db, GPtrArray *table, GPtrArray *naturals, struct linkage **out);
void
linkage_free(struct linkage *l);

/* The thread of a message; borrowed from the links or the message. */
const char *
linkage_thread(const struct linkage *l, notmuch_message_t *message);
const struct linked *
linkage_message(const struct linkage *l, const char *id);
/* All messages of a thread in reading order (struct linked), NULL when no link concerns it. A natural thread of
 * which nothing is left is where its messages went. Borrowed. */
GPtrArray *
linkage_members(const struct linkage *l, const char *thread);
/* What it was made from: struct state_link, by id. Borrowed. */
const GPtrArray *
linkage_table(const struct linkage *l);
/* Call fn for each message that the links know. */
void
linkage_each(const struct linkage *l, void (*fn)(const struct linked *message, void *user), void *user);
/* A query in which "thread:ID" means the thread that is shown. Owned. */
char *
linkage_query(const struct linkage *l, const char *query);
/* The query's term for one thread, appended; false: nothing is left of it. */
bool
linkage_append_term(const struct linkage *l, const char *thread, GString *out);
/* Add to a set of thread ids (owned strings) all that a change in them can change: what their messages are shown
 * as, and the threads that links join to theirs, for a message that comes or goes may let a link elsewhere take
 * effect. */
void
linkage_expand(const struct linkage *l, GHashTable *threads);

/* Changes. What they take back is added to `before` (array of struct state_link, owned); the rows follow with the
 * next rows_update(). */

/* Hang the messages (Message-IDs) below parent. PF_ERROR_USAGE when one of them stands above it. */
bool
linkage_hang(struct index *ix, GPtrArray *ids, const char *parent, GPtrArray *before, GError **error);
/* Make each the first of a thread of its own, with its answers. PF_ERROR_USAGE when it is that already. */
bool
linkage_break(struct index *ix, GPtrArray *ids, GPtrArray *before, GError **error);
/* Set what linkage_hang() and linkage_break() gave as `before`. */
bool
linkage_restore(struct index *ix, GPtrArray *table, GPtrArray *before, GError **error);
/* The first messages of these threads: owned Message-IDs. */
GPtrArray *
linkage_firsts(struct index *ix, GPtrArray *threads, GError **error);

#endif
