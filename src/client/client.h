/* SPDX-License-Identifier: GPL-3.0-or-later */
/* client.h - the helpers of one running penfold, and the two walks that need several of them:
 * arrival (sync, index, judge) and departure (queue, send, Sent copy). Used by the screen and by
 * the command line. Everything is asynchronous in the default GMainContext. */
#ifndef PENFOLD_CLIENT_CLIENT_H
#define PENFOLD_CLIENT_CLIENT_H

#include "base/helper.h"
#include "base/rc.h"
#include "base/secret.h"
#include "base/supervisor.h"

struct client;

/* rc and opts are borrowed for the client's life. Starts nothing yet. */
struct client *
client_new(const struct rc *rc, const struct program_options *opts);
/* quick: kill the helpers instead of letting them finish what they do. */
void
client_free(struct client *c, bool quick);

/* The handles; each helper starts with its first request. Borrowed. client_search() is a second
 * penfold-store for streams that may be cut short, so that they never delay a write. */
struct supervisor *
client_store(struct client *c);
struct supervisor *
client_search(struct client *c);
struct supervisor *
client_render(struct client *c);
struct supervisor *
client_picture(struct client *c);
struct supervisor *
client_auth(struct client *c);
/* penfold-auth once more, for images of the web. */
struct supervisor *
client_fetch(struct client *c);
struct supervisor *
client_crypt(struct client *c);
struct supervisor *
client_send(struct client *c);
struct supervisor *
client_setup(struct client *c);
/* NULL for an unknown or a local account. */
struct supervisor *
client_sync(struct client *c, const char *account);

enum client_notice_kind {
	CLIENT_SYNC_PROGRESS, /* obj: the sync event with "account" */
	CLIENT_SYNC_DONE,     /* obj: the done object with "account" */
	CLIENT_SYNC_ERROR,    /* text says account, host, what and what happens next; obj: {account, code,
				 next: seconds to the next try}, or the sync event in mid-run */
	CLIENT_NEW_MAIL,      /* obj: {account, count} */
	CLIENT_PUT_OFF,	      /* obj: the answer of the store's op wake */
	CLIENT_ROWS_CHANGED,  /* rows.idx was brought up to date */
	CLIENT_QUEUE_CHANGED, /* the outbox is not what it was */
	CLIENT_SEND_PROGRESS, /* obj: event of penfold-send */
	CLIENT_SEND_ERROR,    /* text */
	CLIENT_FILTERED,      /* obj: a message that a rule of the rc file meant, as the op `filter` tells it */
	CLIENT_HELPER,	      /* text: a helper crashed, waits, is back */
};

struct client_notice {
	enum client_notice_kind kind;
	const char *text;  /* one line, or NULL; not yet display text */
	const json_t *obj; /* borrowed, or NULL */
};

/* Who is told; one listener, a new one takes the place of the old. Called from the main loop. */
typedef void (*client_notice_fn)(const struct client_notice *notice, void *user);
void
client_on_notice(struct client *c, client_notice_fn fn, void *user);

/* Arrival. One run at a time per account; a call during a run is remembered and runs after it. */
void
client_sync_account(struct client *c, const char *account);
void
client_sync_all(struct client *c);
/* Fetch the letter whole that the placeholder at this path stands for. */
void
client_fetch_whole(struct client *c, const char *account, const char *path);
/* The next run has this answer where much is gone on one side at once (an "error" event with
 * "held_back"): true, it goes on the other side as well; false, it comes back. */
void
client_sync_answer(struct client *c, const char *account, bool is_yes);
/* The next run of each account offers its server again what that refused (an "error" event with "waiting"). */
void
client_sync_retry(struct client *c);
/* Stop the runs under way, as far as they are cut short; what was fetched stays. How many there were. */
unsigned
client_stop_syncs(struct client *c);
/* Is the store taking in files at this moment? */
bool
client_is_indexing(const struct client *c);
bool
client_is_syncing(const struct client *c);
/* Index files that appeared (paths: JSON array, stolen), then judge what has no verdict. */
void
client_index(struct client *c, json_t *paths);
void
client_judge(struct client *c);

/* Do what a rule wants done outside of the store: run its command (obj: a `match` of the op `filter`). */
void
client_filter_act(struct client *c, const json_t *match);
/* Are rules applied or commands of theirs under way? */
bool
client_is_filtering(const struct client *c);

/* A password for an account, for as long as this program runs (copied): fetches and sends with it at once.
 * CLIENT_SYNC_ERROR with the code "no-password" asks for one. */
void
client_give_secret(struct client *c, const char *account, const struct secret *secret);
/* Put the one that was given into the keyring of the desktop. */
void
client_keep_secret(struct client *c, const char *account);

/* Departure. Freeze, check, fsync: obj (stolen) is a request of op queue-add, or of queue-add-raw with the bytes
 * behind fd (borrowed; -1: none), without its "hold". fn gets its final reply; then a run of the queue is due
 * after hold_seconds. */
void
client_queue_raw(struct client *c, json_t *obj, int fd, int hold_seconds, supervisor_reply_fn fn,
    void *user);
/* Have the domains of a letter looked up: request (stolen) as op check-domains of penfold-auth takes it, fn
 * gets its answer. */
void
client_check_domains(struct client *c, json_t *request, supervisor_reply_fn fn, void *user);
/* Run the queue now; after that by itself at every next_try and when the network comes back. */
void
client_queue_run(struct client *c);
/* As client_queue_run(), and letters for which no server could be reached do not wait for their time. */
void
client_network_is_back(struct client *c);
/* Is a letter on its way to a server at this moment? */
bool
client_is_sending(const struct client *c);

/* Look for files that other programs put into the folders, renamed or took away, make the index and
 * rows.idx follow, and judge. fn (may be NULL) is called at the end, with the number of messages that
 * were indexed, -1 when it failed. */
typedef void (*client_scanned_fn)(gint64 indexed, void *user);
void
client_scan(struct client *c, client_scanned_fn fn, void *user);

/* Have the store look at what was put off, now; from then on by itself when something is due. */
void
client_wake(struct client *c);

/* Watch: run the queue, look at the folders and fetch at start, then every `[sync] interval`; fetch and
 * send when the network changes. For the screen. */
void
client_watch(struct client *c);

#endif
