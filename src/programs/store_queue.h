/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_queue.h - penfold-store's operations on letters that leave: check, queue-add,
 * queue-add-raw, queue-list, queue-set, queue-show. state is the struct store_program. */
#ifndef PENFOLD_PROGRAMS_STORE_QUEUE_H
#define PENFOLD_PROGRAMS_STORE_QUEUE_H

#include "base/helper.h"

/* {draft | FD, account?, fix?}: done {ok, findings}. With fix and a second descriptor the
 * mended bytes are written there. */
void store_queue_check(struct helper_request *r, void *state);
/* {draft, hold | at, override, draft_id?, priority?, notify?, require_tls?}: done
 * {queue_id, state, findings}. Error-level findings without override: event `findings`
 * {findings}, then error `data`. */
void store_queue_add(struct helper_request *r, void *state);
/* {FD, account?, from?, extract?, recipients, override?}: as queue-add. extract: To, Cc
 * and Bcc of the header count as recipients, too. */
void store_queue_add_raw(struct helper_request *r, void *state);
/* {all?}: done {entries}. */
void store_queue_list(struct helper_request *r, void *state);
/* {queue_id, state: hold|release|cancel|retry|arrived, keep?}: done {entry}, of one that is taken
 * back {draft, had, draft_id?}, or with keep, where it has no draft, {message}, too. */
void store_queue_set(struct helper_request *r, void *state);
/* {queue_id}: done {entry, says, path}. */
void store_queue_show(struct helper_request *r, void *state);

/* --- store_ops_queue.c: after sending --- */

/* {days?}: done {stats}, as `penfold stats` prints it. */
void store_queue_stats(struct helper_request *r, void *state);
/* {queue_id} or {days?}: events `attempt` {attempt}; done {attempts}. */
void store_queue_attempts(struct helper_request *r, void *state);
/* {addresses?: only these}: done {addresses: [{address, kind, reason, time, letter}]}. */
void store_queue_addresses(struct helper_request *r, void *state);
/* {address}: done. */
void store_queue_address_clear(struct helper_request *r, void *state);
/* {report}: done {match: null or {letter, message_id, matched, tags}}. */
void store_queue_report(struct helper_request *r, void *state);
/* Uncertain letters of which the server filed a copy are sent: done {found: [ids],
 * uncertain}. */
void store_queue_reconcile(struct helper_request *r, void *state);

struct queue;
struct store_program;
/* Add a warning for each of the recipients (addr-specs, may hold NULL) that bounced or
 * complained. */
void store_queue_warn(
    struct store_program *p, const GPtrArray *recipients, json_t *findings);
struct queue_entry;
/* The entry of the request's queue_id; owned. */
struct queue_entry *store_queue_entry_of(struct helper_request *r, struct queue *q, GError **error);
/* Delete a draft's file; NULL is fine. One that stays only offers the letter again: that is logged. */
void store_queue_forget_draft(const struct store_program *p, const char *draft_id);
/* The ledger, opened when it is first needed and closed with the program. */
struct queue *store_queue_open(struct store_program *p, bool will_write, GError **error);

#endif
