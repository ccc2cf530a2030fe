/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_run.h - one run of the queue, and what its parts share. */
#ifndef PENFOLD_PROGRAMS_SEND_RUN_H
#define PENFOLD_PROGRAMS_SEND_RUN_H

#include "base/rc.h"
#include "base/secret.h"
#include "store/queue.h"

#include <jansson.h>

/* Where events go, and who may stop the run. */
struct send_sink {
	void (*event)(void *user, const char *event, json_t *obj); /* obj stolen */
	/* What was told so far is to be seen now: something may take its time. NULL: it is. */
	void (*flush)(void *user);
	bool (*is_cancelled)(void *user);
	/* A password that a person gave for this account, owned; NULL: the rc's. */
	struct secret *(*secret)(void *user, const char *account);
	void *user;
};

struct send_run {
	const struct rc *rc;
	const struct send_sink *sink;
	struct queue *queue;
	char *root;	   /* of the mail */
	GHashTable *tried; /* ids that this run does not touch again */
	gint64 retry_s, expire_s, warn_s;
	bool is_forced;	       /* by hand: nobody waits for his time */
	bool is_one;	       /* for one letter alone */
	bool is_online;	       /* the network may be back: who was told nothing by a server
				  does not wait either */
	GHashTable *passed;    /* ids that were due and are not for this run */
	GHashTable *touched;   /* "ID ADDRESS" of recipients that this run has tried */
	GHashTable *in_flight; /* account to the recipients handed over and not in the
				  audit yet */
	GHashTable *logs;      /* account to its log (send_log.h) */
	GHashTable *behind;    /* people for whom a letter waits for the rate (send_pace.c);
				  NULL: not loaded */
	struct send_reach *reach; /* send_reach.h */
	double random;	       /* for the pauses (send_run_random) */
	GHashTable *most;      /* account to the sessions at a time that its server
				  bears, where it bore fewer than the rc allows */
};

/* Which letters a run is for: what is due, or with all what is deferred, too; with
 * is_online what waits for no better reason than that no server could be reached. */
enum send_which { SEND_DUE, SEND_ONLINE, SEND_ALL };

/* Run the queue; queue_id: only that letter, or NULL. The answer is the `done` of op run; NULL with error when the run could not
 * begin. */
json_t *send_run(const struct rc *rc, const char *queue_id, enum send_which which,
    const struct send_sink *sink, GError **error);

/* for the parts */

/* How long a final reply is waited for, by the rc. */
unsigned send_run_answer_ms(const struct send_run *run);

gint64 send_run_now(void);
/* 0 to 1, for the recipient's pause: another for each, but one for all letters to him, or their next tries would shuffle them. */
double send_run_random(const struct send_run *run, const char *address);
void send_run_event(const struct send_run *run, const char *event, json_t *obj);
void send_run_flush(const struct send_run *run);
/* Make an entry whose recipients' fates are set ready to be settled: expiry, words, next
 * try. why: sentence for the entry, NULL to take a recipient's. retry_at: 0 for the usual
 * pause. */
void send_run_prepare(const struct send_run *run, struct queue_entry *entry,
    const char *why, gint64 retry_at);
/* Keep prepared entries, and tell. */
bool send_run_settle(
    struct send_run *run, struct queue_entry *const *entries, size_t n, GError **error);
/* The telling alone, for entries that queue_settle() kept. */
void send_run_tell(struct send_run *run, struct queue_entry *const *entries, size_t n);
void send_run_set_fate(
    struct queue_recipient *r, enum queue_fate fate, const char *reply);
/* What the reply said beside its words: code 0 and class 0 when there was none. */
void send_run_set_code(struct queue_recipient *r, int code, const unsigned enhanced[3]);
/* Which server this attempt reached, and under what TLS; NULL for none. */
void send_run_set_via(struct queue_entry *entry, const char *host, const char *tls);
/* Is this recipient still to be tried? And is it his time? */
bool send_run_is_open(const struct queue_recipient *r);
bool send_run_may_leave(const struct send_run *run, const struct queue_entry *entry);
bool send_run_is_due(const struct send_run *run, const struct queue_entry *entry,
    const struct queue_recipient *r);
/* One attempt a run: from now on this recipient is not due; and back again. */
void send_run_touch(struct send_run *run, const struct queue_entry *entry,
    const struct queue_recipient *r);
void send_run_untouch(struct send_run *run, const struct queue_entry *entry,
    const struct queue_recipient *r);
/* Recipients on their way, for the rate: n more; how many; n are in the audit now. */
void send_run_take_off(struct send_run *run, const char *account, gint64 n);
gint64 send_run_in_flight(const struct send_run *run, const char *account);
void send_run_landed(struct send_run *run, const char *account, gint64 n);
/* All open recipients get this fate and these words. */
void send_run_set_open(
    struct queue_entry *entry, enum queue_fate fate, const char *reply);

/* send_smtp.c: entries of one account (struct queue_entry), by its server. */
bool send_smtp(struct send_run *run, const struct rc_account *account, GPtrArray *entries,
    GError **error);
/* send_mx.c: entries of an account that delivers to the recipients' own servers. */
bool send_mx(struct send_run *run, const struct rc_account *account, GPtrArray *entries,
    GError **error);
/* send_local.c: an account without a server delivers to the accounts on this machine. */
bool send_local(struct send_run *run, const struct rc_account *account,
    GPtrArray *entries, GError **error);
/* send_steps.c: the Sent copy and the mark of what was answered, for all letters where
 * they are due. is_recovery: what is due was left by an earlier run, which may have been
 * killed between the file and the ledger, so copies are looked for first. */
bool send_steps(struct send_run *run, bool is_recovery, GError **error);
/* send_steps.c: put the entry's bytes into a folder; send_sync() makes the name durable.
 * is_retry: they may lie there already from a run that was killed; then they are found.
 * flags as in maildir.h. path_out owned. */
bool send_deliver(struct send_run *run, const struct queue_entry *entry,
    const char *account, const char *folder, const char *flags, bool is_retry,
    char **path_out, GError **error);
/* send_steps.c: the same for bytes that are not in the queue, durable at once; found
 * again when they lie there already. Unread. */
bool send_deliver_bytes(struct send_run *run, GBytes *bytes, const char *account,
    const char *folder, char **path_out, GError **error);
/* send_notice.c: what the writers are to be told: failures, delays. */
bool send_notices(struct send_run *run, GError **error);
/* send_steps.c: sync the folder that holds this file. */
bool send_sync(const char *path, GError **error);

#endif
