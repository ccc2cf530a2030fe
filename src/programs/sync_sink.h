/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sync_sink.h - where fetched mail goes: the Maildirs of the account and its UID state.
 * Glue between net/imap_sync and store. */
#ifndef PENFOLD_PROGRAMS_SYNC_SINK_H
#define PENFOLD_PROGRAMS_SYNC_SINK_H

#include "base/rc.h"
#include "net/imap_sync.h"
#include "store/sync_state.h"

#include <jansson.h>

/* An event for the one who asked: obj is stolen. */
typedef void (*sync_event_fn)(void *user, const char *event, json_t *obj);

/* What a person says when much is gone on one side at once. */
enum sync_answer {
	SYNC_ANSWER_ASK, /* nothing yet: hold back, and tell */
	SYNC_ANSWER_YES, /* it is to go on the other side too */
	SYNC_ANSWER_NO,	 /* it is to come back */
};
/* Of "yes" or "no"; anything else, NULL too, is not an answer. */
enum sync_answer sync_answer_of(const char *word);

struct sync_counts {
	guint64 new_messages, flags, deleted, pushed, bytes;
};

struct sync_sink;

/* Opens the account's state, takes its lock, and repairs what an interrupted run left. */
struct sync_sink *sync_sink_new(const struct rc *rc, const struct rc_account *account,
    const char *const *folders, sync_event_fn on_event, void *user, GError **error);
/* For the next run; at first SYNC_ANSWER_ASK. */
void sync_sink_answer(struct sync_sink *s, enum sync_answer answer);
/* In the next run what the server refused goes up without waiting for its time. */
void sync_sink_retry(struct sync_sink *s, bool is_wanted);
void sync_sink_free(struct sync_sink *s);

/* What the account's server offered the last time, for session_opts.foreseen; owned, NULL when it is to be
 * taken step by step. */
char *sync_sink_foreseen(const struct sync_sink *s);
/* To be remembered; NULL: it lost what it got early. What cannot be kept is asked again. */
void sync_sink_set_foreseen(struct sync_sink *s, const char *capabilities);

/* The functions for imap_sync_run(). Borrowed. */
const struct imap_sync_sink *sync_sink_table(struct sync_sink *s);

/* After a good run: files of messages that the server lost go to the local trash.
 * *is_again_out: another run is due, to bring up what came back. */
bool sync_sink_finish(struct sync_sink *s, bool *is_again_out, GError **error);

const struct sync_counts *sync_sink_counts(const struct sync_sink *s);

/* Did this run itself put, rename or remove the file with this base name? */
bool sync_sink_has_touched(const struct sync_sink *s, const char *base);
/* What is known of the inbox after a run; zero when nothing is. */
void sync_sink_inbox(const struct sync_sink *s, struct imap_wait_known *out);

/* The run fetches the letter of this placeholder whole; nothing happens when it is none. */
bool sync_sink_want(struct sync_sink *s, const char *path, GError **error);

#endif
