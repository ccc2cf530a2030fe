/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_ops.h - the operations of penfold-store on messages; state is the struct store_program. What
 * each takes and answers is in doc/ARCHITECTURE.md. */
#ifndef PENFOLD_PROGRAMS_STORE_OPS_H
#define PENFOLD_PROGRAMS_STORE_OPS_H

#include "programs/store_program.h"
#include "store/index_add.h"

#include <glib.h>

/* store_ops_import.c */
void store_op_import(struct helper_request *r, void *state);

/* store_ops_index.c: files come and go */
void store_op_index(struct helper_request *r, void *state);
void store_op_scan(struct helper_request *r, void *state);
void store_op_renamed(struct helper_request *r, void *state);
void store_op_removed(struct helper_request *r, void *state);
void store_op_quarantine(struct helper_request *r, void *state);
void store_op_deliver(struct helper_request *r, void *state);
/* The folder that the request names, made when missing; owned. */
char *store_delivery_folder(struct store_program *p, const struct helper_request *r, GError **error);

/* store_ops_read.c: nothing changes */
void store_op_search(struct helper_request *r, void *state);
void store_op_count(struct helper_request *r, void *state);
void store_op_thread(struct helper_request *r, void *state);
void store_op_message(struct helper_request *r, void *state);
void store_op_complete(struct helper_request *r, void *state);
void store_op_people(struct helper_request *r, void *state);

/* store_ops_rows.c: rows.idx */
void store_op_rows(struct helper_request *r, void *state);
void store_op_folders(struct helper_request *r, void *state);

/* store_ops_filter.c: rules of the rc file */
void store_op_filter(struct helper_request *r, void *state);
void store_op_filtered(struct helper_request *r, void *state);
/* Note a file that was just indexed, when it is new mail of an inbox and there are rules. */
void store_note_arrival(struct store_program *p, const struct index_added *added);

/* store_ops_change.c: tags, places */
void store_op_tag(struct helper_request *r, void *state);
void store_op_move(struct helper_request *r, void *state);
void store_op_copy(struct helper_request *r, void *state);
void store_op_uncopy(struct helper_request *r, void *state);
void store_op_delete(struct helper_request *r, void *state);

/* store_ops_thread.c: threads linked and parted */
void store_op_thread_link(struct helper_request *r, void *state);
void store_op_thread_break(struct helper_request *r, void *state);
void store_op_thread_relink(struct helper_request *r, void *state);

/* store_ops_usage.c */
void store_op_usage(struct helper_request *r, void *state);

/* store_ops_later.c: what is put off, saved searches */
void store_op_wake(struct helper_request *r, void *state);
void store_op_queries(struct helper_request *r, void *state);
void store_op_query_save(struct helper_request *r, void *state);

/* store_ops_verdict.c */
void store_op_arriving(struct helper_request *r, void *state);
void store_op_unjudged(struct helper_request *r, void *state);
void store_op_verdict_put(struct helper_request *r, void *state);
void store_op_verdict_again(struct helper_request *r, void *state);
void store_op_security_put(struct helper_request *r, void *state);
void store_op_unverified(struct helper_request *r, void *state);
void store_op_sender(struct helper_request *r, void *state);
void store_op_authserv(struct helper_request *r, void *state);
void store_op_memory(struct helper_request *r, void *state);
void store_op_keys(struct helper_request *r, void *state);
void store_op_verdict_get(struct helper_request *r, void *state);

/* store_ops_draft.c */
void store_op_draft_save(struct helper_request *r, void *state);
void store_op_draft_list(struct helper_request *r, void *state);
void store_op_draft_get(struct helper_request *r, void *state);
void store_op_draft_delete(struct helper_request *r, void *state);

/* The strings of an array of the request, owned; not an array of strings: PF_ERROR_USAGE. */
GPtrArray *
store_strings(const struct helper_request *r, const char *key, GError **error);
/* A string that must be there, borrowed. */
const char *
store_string(const struct helper_request *r, const char *key, GError **error);
/* helper_is_cancelled() as a callback. */
bool
store_is_cancelled(void *request);

#endif
