/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue.h - the outgoing queue on disk: STATE/queue/ID.eml holds the frozen bytes,
 * queue.db the ledger (sqlite3, WAL, synchronous=FULL: committed is on disk).
 * penfold-store adds and changes entries, penfold-send alone runs them (queue/lock).
 * Times are Unix seconds. Texts are UTF-8.
 *
 * Errors: PF_ERROR_IO; PF_ERROR_TEMPORARY when another process holds the ledger or the
 * lock; PF_ERROR_NOT_FOUND for an unknown id; PF_ERROR_DATA when a change does not apply
 * in a state. */
#ifndef PENFOLD_STORE_QUEUE_H
#define PENFOLD_STORE_QUEUE_H

#include "store/queue_state.h"

#include <jansson.h>

struct queue;

/* Steps after the first recipient took the letter; each is recorded and retried alone. */
enum queue_step { QUEUE_STEP_COPY, QUEUE_STEP_ANSWERED, QUEUE_N_STEPS };
/* Later than what was written first, letters of a lower priority do not delay. */
enum queue_priority { QUEUE_LOW = -1, QUEUE_NORMAL, QUEUE_HIGH };
enum queue_due { QUEUE_NOT_WANTED, QUEUE_WANTED, QUEUE_DONE };

/* What is to be queued. All borrowed. */
struct queue_letter {
	const char *account;
	const char *sender;		 /* envelope, addr-spec, "" for the null sender */
	const char *const *recipients;	 /* envelope, NULL-terminated, at least one */
	const char *from, *to, *subject; /* for lists: what the writer wrote */
	const char *message_id;		 /* with <> */
	const char *draft; /* JSON text, given back when it is cancelled; NULL for none */
	const char *answers; /* message id without <>, or NULL */
	gint64 leave_at;     /* 0: with the next run */
	bool is_undo;	     /* leave_at is the end of the time for taking it back */
	enum queue_priority priority;
	const char
	    *notify; /* RFC 3461 4.1: "SUCCESS,FAILURE", "NEVER"; NULL or "": unsaid */
	bool require_tls; /* RFC 8689 */
	bool want_copy;
	GBytes *bytes;
};

struct queue_recipient {
	char *address;
	enum queue_fate fate;
	char *reply;  /* the server's last words, or ours; "" when none */
	char *status; /* "5.1.1" (RFC 3463), "" when none came */
	int code;     /* of the last reply, 0 when none came */
	unsigned attempts;
	gint64 next_try;
	bool is_told; /* the writer has the bounce in the inbox */
	/* what came afterwards by DSN or MDN: "", delivered, relayed, expanded, delayed,
	 * failed, read, deleted, complained; and in whose words */
	char *report, *report_said;
	gint64 report_time;
	bool is_tried; /* in the present attempt; not kept */
	bool is_news;  /* and nobody was told how that went; not kept */
};

struct queue_entry {
	char *id, *account, *sender, *from, *to, *subject, *message_id, *sha256;
	char *draft, *answers; /* NULL when there is none */
	char *said; /* why it waits or failed, one sentence; "" when nothing is to say */
	enum queue_state state;
	gint64 size, created, next_try;
	unsigned attempts;
	enum queue_due steps[QUEUE_N_STEPS];
	enum queue_priority priority;
	char *notify;
	bool require_tls;
	bool is_warned;	       /* that it is late */
	gint64 settled;	       /* the end of the last attempt */
	GPtrArray *recipients; /* struct queue_recipient */
	/* the present attempt, for the audit; not kept in the letter. Owned or NULL. */
	char *via, *tls;
};

/* open and close */

/* Makes STATE/queue (0700) and the ledger when missing. */
struct queue *queue_open(const char *state_dir, GError **error);
/* Where the folder can only be read: what it held when it was closed last, or nothing. Whatever would change it fails. */
struct queue *queue_open_frozen(const char *state_dir, GError **error);
bool queue_is_frozen(const struct queue *q);
void queue_close(struct queue *q);

/* add, read, change: penfold-store */

/* When this returns an id (owned), the bytes, their name and the ledger line are on disk.
 */
char *queue_add(
    struct queue *q, const struct queue_letter *letter, gint64 now, GError **error);
struct queue_entry *queue_get(struct queue *q, const char *id, GError **error);
/* Oldest first. all: those that are sent and done or cancelled too. */
GPtrArray *queue_list(struct queue *q, bool all, GError **error);
/* One of the user's events. A retry makes those pending who wait or are uncertain; where nobody does, those
 * who were refused.
 */
bool queue_change(
    struct queue *q, const char *id, enum queue_event event, GError **error);
/* An uncertain letter of which the server itself filed a copy: it was taken. No copy of ours is
 * wanted then. */
bool queue_found(struct queue *q, const char *id, GError **error);
/* How a letter of this state stands, and what can be done: "letter ID" and this are a sentence. */
const char *queue_says(enum queue_state state);
/* Path of the frozen bytes, owned. It exists until the letter is sent and filed, or
 * cancelled. */
char *queue_path(const struct queue *q, const char *id);
void queue_entry_free(struct queue_entry *entry);
/* As `penfold queue list` prints it. New reference. */
json_t *queue_entry_json(const struct queue_entry *entry);

/* run: penfold-send */

/* Become the one runner, until queue_unlock() or queue_close(). */
bool queue_lock(struct queue *q, GError **error);
void queue_unlock(struct queue *q);
/* Only with the lock: claimed letters go back to ready, those at the dot become
 * uncertain, bytes without a ledger line (a crash within queue_add) are removed after a
 * day. */
bool queue_recover(struct queue *q, gint64 now, GError **error);
/* A connection that broke over a letter is no reason of its own any more why that waits. */
bool queue_forgive(struct queue *q, const char *id, GError **error);
/* What may leave now, oldest first; behind them those over which a connection broke. all:
 * deferred ones before their time, too. id: only that one, NULL for any. */
GPtrArray *queue_due(
    struct queue *q, gint64 now, bool all, const char *id, GError **error);
/* May this one leave now, by its state and its time? */
bool queue_is_due(const struct queue_entry *entry, gint64 now, bool all);
/* Letters with a step that is due: someone has them, and the step is not done. */
GPtrArray *queue_unfinished(struct queue *q, GError **error);
/* Claim. *claimed_out false: it changed meanwhile (held, cancelled). entry is brought up
 * to date. */
bool queue_claim(
    struct queue *q, struct queue_entry *entry, bool *claimed_out, GError **error);
/* To be called, and waited for, before the last byte goes out. *go_out false: it was
 * taken back. */
bool queue_mark_dot(
    struct queue *q, struct queue_entry *entry, bool *go_out, GError **error);
/* Keep the recipients' fates, `said` and next_try of entries, in one transaction; a
 * letter's state follows from its fates (queue_state_outcome). Does nothing to a letter
 * that the user took back before its dot. */
bool queue_settle(
    struct queue *q, struct queue_entry *const *entries, size_t n, GError **error);
/* The step is done for these, in one transaction. */
bool queue_step_done(struct queue *q, struct queue_entry *const *entries, size_t n,
    enum queue_step step, GError **error);
/* Remove the bytes of a letter that is sent and whose steps are done; others stay. */
void queue_sweep(struct queue *q, const struct queue_entry *entry);
/* Is this step due for the entry? */
bool queue_step_is_due(const struct queue_entry *entry, enum queue_step step);
/* Let a letter that is due leave at another time, and say why. Nothing happens to one that
 * changed meanwhile. */
bool queue_postpone(struct queue *q, struct queue_entry *entry, gint64 at,
    const char *why, GError **error);
/* Letters that were let to leave at a later time like that, not due yet. */
GPtrArray *queue_paced(struct queue *q, gint64 now, GError **error);
/* Letters whose writer is to be told something: recipients failed, or, warn_s after it was
 * written (0: never), it still waits. */
GPtrArray *queue_to_tell(struct queue *q, gint64 now, gint64 warn_s, GError **error);
/* Has this one failed recipients that nobody was told of? */
bool queue_has_untold(const struct queue_entry *entry);
/* That was told: the failures, or with is_late the delay. */
bool queue_told(
    struct queue *q, const struct queue_entry *entry, bool is_late, GError **error);
/* The earliest next_try of all that wait by themselves; 0 when none does. */
gint64 queue_next_try(struct queue *q, GError **error);
/* Several of the changes above as one transaction, with one wait for the disk. Nests. */
bool queue_begin(struct queue *q, GError **error);
bool queue_commit(struct queue *q, GError **error);
/* Undo all of it, after a failure. */
void queue_rollback(struct queue *q);

#endif
