/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_each.h - every message that a query finds. */
#ifndef PENFOLD_STORE_INDEX_EACH_H
#define PENFOLD_STORE_INDEX_EACH_H

#include <notmuch.h>

/* The message that an iterator stands on. NULL, and *status NOTMUCH_STATUS_XAPIAN_EXCEPTION, when a writer took it away. */
notmuch_message_t *
index_each_get(notmuch_messages_t *messages, notmuch_status_t *status);

/* Also those that searches leave out. fn borrows the message, whose id and thread can be read. One that a writer took away
 * meanwhile ends it with NOTMUCH_STATUS_XAPIAN_EXCEPTION: what was read is of no one state, and index_read() asks again. */
notmuch_status_t
index_each(notmuch_database_t *db, const char *query, notmuch_sort_t sort,
    void (*fn)(notmuch_message_t *message, void *user), void *user);

#endif
