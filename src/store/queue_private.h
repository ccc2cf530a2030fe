/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue_private.h - what queue*.c share. */
#ifndef PENFOLD_STORE_QUEUE_PRIVATE_H
#define PENFOLD_STORE_QUEUE_PRIVATE_H

#include "store/queue.h"
#include "store/queue_db.h"

struct queue {
	char *dir; /* STATE/queue */
	struct queue_db *db;
	int lock_fd;
	bool is_frozen; /* see queue_open_frozen() */
};

/* Apply an event to the ledger's present state. *moved_out false: the event does not
 * apply to it. */
bool queue_move(struct queue *q, const char *id, enum queue_event event,
    enum queue_state *state_out, bool *moved_out, GError **error);
/* The ledger's present state; PF_ERROR_NOT_FOUND when there is no such letter. */
bool queue_state_of(
    struct queue *q, const char *id, enum queue_state *state_out, GError **error);
void queue_remove_bytes(struct queue *q, const char *id);

/* One entry, or NULL: error is PF_ERROR_NOT_FOUND when there is none. */
struct queue_entry *queue_entry_load(struct queue_db *db, const char *id, GError **error);
/* All entries that QUEUE_DB_LIST gives; array that frees them. */
GPtrArray *queue_entry_load_all(struct queue_db *db, bool all, GError **error);

GPtrArray *queue_entry_load_by_message_id(
    struct queue_db *db, const char *message_id, GError **error);

/* queue_address.c: remember whom this attempt found not to exist. */
bool queue_address_learn(struct queue *q, const struct queue_entry *entry, GError **error);
/* queue_attempt.c: one audit line for each recipient that this attempt tried. */
bool queue_attempt_note(struct queue *q, const struct queue_entry *entry, GError **error);

#endif
