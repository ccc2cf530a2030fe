/* SPDX-License-Identifier: GPL-3.0-or-later */
/* message.h - messages and rows as the JSON objects that the wire and `--json` carry. */
#ifndef PENFOLD_STORE_MESSAGE_H
#define PENFOLD_STORE_MESSAGE_H

#include "store/thread_row.h"

#include <jansson.h>

/* {id, thread, path, paths, sha256, date, from, to, subject, tags, account, folder, size,
 * quarantined, attachment, verdict}: path is the real file that is shown, verdict the whole object
 * or null. New reference. */
json_t *
message_json(struct index *ix, notmuch_message_t *message);
/* A search row. New reference. */
json_t *
message_row_json(const struct thread_row *row);

/* One message by id or by path (the other is NULL): done object with `paths`. NULL and
 * PF_ERROR_NOT_FOUND when the index lacks it. */
json_t *
message_find(struct index *ix, const char *id, const char *path, GError **error);

/* The messages of a thread in reading order, each with parent, depth and matched (by query, which
 * may be NULL). PF_ERROR_NOT_FOUND for no such thread. */
bool
message_thread(struct index *ix, const char *thread, const char *query,
    void (*on_message)(json_t *obj, void *user), void *user, GError **error);

/* Has the index a message of that id? Where it cannot be asked there is none yet. */
bool
message_is_known(struct index *ix, const char *id);

/* SHA-256 of the bytes of a file below the root, remembered in state.db. Owned; NULL when it cannot
 * be read. */
char *
message_sha256(struct index *ix, const char *path, const char *message_id, gint64 date);
/* The same where it is remembered and the file has not changed since, else NULL; nothing is written. */
char *
message_sha256_known(struct index *ix, const char *path);
/* RFC 3339 in UTC, "" for a time that is none. Owned. */
char *
message_time(gint64 seconds);

/* The verdict made when the message came: on these bytes, else on those that its file held then. NULL when there
 * is none. New reference. */
json_t *
message_kept_verdict(struct index *ix, const char *sha256);

#endif
