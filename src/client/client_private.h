/* SPDX-License-Identifier: GPL-3.0-or-later */
/* client_private.h - the state that the files of this room share. */
#ifndef PENFOLD_CLIENT_CLIENT_PRIVATE_H
#define PENFOLD_CLIENT_CLIENT_PRIVATE_H

#include "client/client.h"

struct client_account {
	struct client *client;
	const struct rc_account *rc;
	struct supervisor *sync;
	json_t *bodies; /* paths of placeholders that the next run fetches whole; NULL: none */
	bool is_running, is_wanted_again;
	guint64 watch; /* the op `watch` under way: between runs it waits; 0: none */
	gint64 new_messages; /* of the present run */
	unsigned failures;   /* in a row: sets the next try */
	bool is_refused;     /* the last of them: the log-in */
	const char *answer;  /* for the next run: "yes", "no", "retry", NULL */
	bool is_waiting;     /* the server is to delete what is indexed now: one more run */
	bool is_second;	     /* the present run is that */
	struct secret *secret; /* a password that a person gave; NULL: none */
	guint timer;
	guint64 request; /* of the run or watch under way */
	bool is_stopped; /* by the user */
};

struct client {
	const struct rc *rc;
	const struct program_options *opts;
	struct client_account *accounts;
	size_t n_accounts;
	struct supervisor *store, *search, *render, *picture, *auth, *crypt, *send;
	struct supervisor *setup; /* only while an account is set up */
	client_notice_fn notice;
	void *notice_user;

	/* arrival: what came and waits for the store, and what the store has in hand */
	json_t *unindexed, *unmoved, *unremoved; /* paths; {from, to}; paths */
	json_t *indexing;	     /* paths of the request under way, or NULL */
	size_t n_looked_at;	     /* of unindexed, from the front: may they be judged ahead? */
	unsigned index_tries;
	struct supervisor *fetch; /* a penfold-auth of its own: a slow host delays nobody else */
	struct supervisor *logo; /* a penfold-auth that may fetch, and so may take its time */
	json_t *logos;		 /* {sha256, path, account, verdict}: their sender's logo is to be fetched */
	bool is_fetching;
	guint logo_timer;
	struct supervisor *judge; /* a penfold-auth of its own: a pile of mail delays no detail page */
	bool is_judging, is_judging_wanted;
	struct supervisor *reporter; /* a penfold-render of its own: reads reports that arrive */
	unsigned reading; /* reports under way */
	bool checker_knows_contacts;  /* so has the judge that the detail page and the checks ask */
	bool knows_contacts;	      /* the judge has been told whom the user writes to */
	bool is_early;		      /* something was judged since it was told that */
	bool is_telling_contacts;     /* it is being told, and what it judged otherwise before is planned anew */
	bool is_naming;	    /* the store names what has no verdict */
	bool is_full;	    /* it named as many as it was asked for: there are more */
	bool has_handed;    /* since then something was handed to the store */
	bool is_batching;   /* a batch is with the judge */
	guint64 batch;	    /* the request that is, while it may grow; else 0 */
	bool is_failing;    /* what this pass found cannot be kept */
	bool is_gaining;    /* this pass has kept something: there may be more */
	json_t *unjudged;   /* sha256 -> {sha256, path, account, submitted}: named and waiting, in order */
	json_t *in_hand;    /* the same: this batch, what is not judged yet */
	json_t *late;	    /* the same: whose DNS lets us wait; they come last */
	json_t *again;	    /* the same: to be judged by itself, one for its keys, one for a judge that died */
	json_t *verdicts;   /* sha256 -> {verdict, message}: judged, and not yet handed to the store */
	json_t *known;	    /* set of sha256, or paths: named, and not yet kept by the store */
	bool is_ahead;	    /* this pass is about mail that waits for the index; its tables have paths for keys */
	json_t *arriving;   /* paths of which the store is asked whether they can be judged ahead, or NULL */
	json_t *ahead;	    /* set of paths: their verdicts may still come before they are indexed */
	gint64 ahead_from;  /* monotonic microseconds: not before */
	unsigned judging;   /* requests for single messages under way */
	unsigned looking;   /* portions whose keys are looked for in the archive */
	unsigned keeping;   /* portions on their way into the store */
	gint64 rows_begun, rows_at; /* monotonic microseconds: the rows are brought up to date while judging; the next time */
	gint64 deaf_until;  /* monotonic microseconds: the resolver gives no answers */
	bool is_deafness_told;
	guint judge_timer;

	/* signed mail that arrived: what waits to be verified, and what was found */
	bool is_verifying, is_verify_wanted;
	json_t *unverified, *verified; /* [{path, id}], [{message_id, shown_as}]; NULL between passes */

	/* filters: a request under way, commands of rules, ids that are done with */
	bool is_filtering, is_filter_wanted;
	GList *actions;
	json_t *filtered;

	/* departure */
	bool is_network_back; /* the next run of the queue waits for nobody who was not reached */
	bool is_sending, is_send_wanted; /* a run of the queue */
	json_t *on_its_way;		 /* set of queue ids: letters that it has in hand */
	/* the worst of this run: {queue_id, address, state, reply, others: how many had the same, next_try?}; or NULL */
	json_t *send_trouble;
	gint64 send_due;    /* Unix seconds: when send_timer is meant to end */
	bool is_unsure;	    /* letters are uncertain: the next sync may tell */
	guint send_timer;

	/* network and clock */
	bool is_watching;
	gulong network_signal;
	guint network_timer, scan_timer, wake_timer, tick_timer;
	gint64 wake_due;    /* as send_due */
	char *queue_path;   /* the ledger's file, while watching */
	gint64 queue_stamp; /* changes with it */
};

/* due.c: while watching. */
void
client_due_begin(struct client *c);
void
client_due_end(struct client *c);
void
client_tell(struct client *c, enum client_notice_kind kind, const char *text, const json_t *obj);
struct supervisor *
client_judge_helper(struct client *c);
struct supervisor *
client_logo_helper(struct client *c);
/* Fetch the sender's logo later, where this verdict says that there is one to be fetched. */
void
client_want_logo(struct client *c, const json_t *message, const json_t *judged);
bool
client_is_fetching_logos(const struct client *c);
struct client_account *
client_find_account(struct client *c, const char *name);
/* A verdict has come: judged has its "facts", and the text behind it; enough of them go to the store together
 * (judging_keep.c). */
void
client_take_verdict(struct client *c, json_t *message, json_t *judged);
/* Hand all that wait to the store. */
void
client_keep_verdicts(struct client *c);
/* All is judged: was it with all whom the user writes to (judging_again.c)? */
void
client_tell_contacts(struct client *c);
/* What the store answered of whom the user writes to goes to a penfold-auth, whose answer goes to fn; false: there is
 * nothing. */
bool
client_hand_contacts(struct supervisor *judge, const struct reply *reply, supervisor_reply_fn fn, void *user);
/* What the store answered of them goes to the judge, who says what is to be judged again; false: there is nothing. */
bool
client_give_contacts(struct client *c, const struct reply *reply);
/* Judge what waits for the index (judging_ahead.c). */
void
client_judge_ahead(struct client *c);
/* Name some more of it; false: there is nothing, or it cannot be now. */
bool
client_name_ahead(struct client *c);
/* How many of the paths that wait, from the front and at most max, have no verdict to wait for. */
size_t
client_count_settled(struct client *c, size_t max);
/* Its verdict is handed to the store, or will not come before it is indexed. */
void
client_settle_ahead(struct client *c, const json_t *message);
/* The DNS is silent: not for some time. */
void
client_stop_ahead(struct client *c);
/* A portion is dealt with: judge on (judging.c). */
void
client_judge_next(struct client *c);
/* Bring rows.idx up to date, and tell CLIENT_ROWS_CHANGED when it is. */
void
client_refresh_rows(struct client *c);
struct supervisor *
client_reporter(struct client *c);
/* A message that may be a report about a letter of ours: read it, and tell the ledger. */
void
client_read_report(struct client *c, const char *path);
/* Ask whether the servers filed copies of letters whose answer was lost. */
void
client_reconcile(struct client *c);
/* The requests that may need a password: op sync or watch of an account, op run of the queue. */
void
client_request_sync(struct client_account *a, const char *op, guint64 *id_out);
void
client_on_sync_reply(const struct reply *reply, void *account);
void
client_request_send(struct client *c, supervisor_reply_fn fn);
/* A log-in was refused: forget a given password. Was there one? */
bool
client_secret_refused(struct client_account *a);
/* Verify signed mail that nobody has looked at. */
void
client_verify(struct client *c);
/* Apply the rules of the rc file to what has arrived and been judged. */
void
client_filter(struct client *c);
/* Nobody waits for the commands of rules any more. */
void
client_filter_stop(struct client *c);
/* End every timer and source. */
void
client_watch_stop(struct client *c);
/* After hold seconds, run the queue. */
void
client_send_after(struct client *c, gint64 seconds);

#endif
