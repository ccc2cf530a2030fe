/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue_address.h - addresses that gave trouble: refused for good, or complained. They
 * are kept until a letter to them arrives or the user clears them, and warned about on
 * the next letter. And the reports that come after sending, matched to the letter they
 * are about. */
#ifndef PENFOLD_STORE_QUEUE_ADDRESS_H
#define PENFOLD_STORE_QUEUE_ADDRESS_H

#include "store/queue.h"

/* Remember an address. kind: "bounced" or "complained". */
bool queue_address_note(struct queue *q, const char *address, const char *kind,
    const char *reason, const char *letter, gint64 now, GError **error);
/* {address, kind, reason, time, letter}; all of them, the newest first, or with address
 * that one (null when it is not there). New reference, NULL on error. */
json_t *queue_address_json(struct queue *q, const char *address, GError **error);
/* Forget one; *was_there_out may be NULL. */
bool queue_address_clear(
    struct queue *q, const char *address, bool *was_there_out, GError **error);

/* A report (mime/report.h) that arrived: found by the envelope id, which is the letter's
 * id, or by the Message-ID of the original, and only for recipients that the letter had.
 * The answer: {letter, message_id, matched: [{address, state}], tags: ["+delivered",
 * ...]}, or null when it is about no letter of ours. New reference, NULL on error. */
json_t *queue_report_apply(
    struct queue *q, const json_t *report, gint64 now, GError **error);

#endif
