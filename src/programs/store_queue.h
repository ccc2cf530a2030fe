/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_queue.h - penfold-store's operations on letters that leave: check, queue-add,
 * queue-add-raw, queue-list, queue-set, queue-show. state is the struct store_program. */
#ifndef PENFOLD_PROGRAMS_STORE_QUEUE_H
#define PENFOLD_PROGRAMS_STORE_QUEUE_H

#include "base/helper.h"

/* {draft | FD, account?, fix?}: done {ok, findings}. With fix and a second descriptor the
 * mended bytes are written there. */
void store_queue_check(struct helper_request *r, void *state);
/* {draft, hold, override, draft_id?}: done {queue_id, state, findings}. Error-level
 * findings without override: event `findings` {findings}, then error `data`. */
void store_queue_add(struct helper_request *r, void *state);
/* {FD, account?, from?, extract?, recipients, override?}: as queue-add. extract: To, Cc
 * and Bcc of the header count as recipients, too. */
void store_queue_add_raw(struct helper_request *r, void *state);
/* {all?}: done {entries}. */
void store_queue_list(struct helper_request *r, void *state);
/* {queue_id, state: hold|release|cancel|retry}: done {entry, draft?}. */
void store_queue_set(struct helper_request *r, void *state);
/* {queue_id}: done {entry, path}. */
void store_queue_show(struct helper_request *r, void *state);

#endif
